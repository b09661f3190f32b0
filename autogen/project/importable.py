"""Whether the revisions can still be imported: what they take from the project may have moved since.

``check`` does not run them, so this looks at their import statements alone, and at those of few: most
revisions import nothing but Alembic and SQLAlchemy.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions, source_text

if TYPE_CHECKING:
    from autogen.project.settings import AlembicSettings

KNOWN = frozenset({"alembic", "sqlalchemy", "autogen", "__future__"}) | sys.stdlib_module_names
"""The packages whose import needs no looking at."""
_PUT_BACK = "Put back what it imports, or write what it needs of it into the revision."
_IMPORT = re.compile(r"^(?:from[ \t]+(\w+)|import[ \t]+([^\n#]+))", re.M)

Statement = tuple[RevisionFile, ast.Import | ast.ImportFrom]


def check_importable(settings: AlembicSettings, revisions: Revisions) -> None:
    """An AutogenError for a revision that imports what is not there, and for a head that is no Python."""
    found = list(_statements(revisions))
    if not found:
        return
    failing = _failing(found)
    if failing is None:
        return
    from autogen.project.env_py import read_env
    from autogen.project.user_code import failure

    with suppress(AutogenError):
        read_env(settings)  # it runs before the revisions, and may say where modules are found
    failing = _failing(found)
    if failing is not None:
        (file, node), error = failing
        raise AutogenError(
            f"Revision {file.id} ({file.path}, line {node.lineno}) cannot be imported, so no migration can "
            f"run: {failure(error, settings.root)}{_PUT_BACK}"
        )


def mending(error: BaseException) -> str:
    """What is to be done about a revision that could not be loaded."""
    return _PUT_BACK if isinstance(error, ImportError) else "Correct the file."


def _statements(revisions: Revisions) -> Iterator[Statement]:
    """The imports at the top of the revisions, of what they do not share with all others."""
    for file in revisions.files:
        if file.path.suffix != ".py":
            continue
        text = source_text(file.path)
        if file.id in revisions.heads or any(not KNOWN.issuperset(_roots(m)) for m in _IMPORT.finditer(text)):
            for node in parsed(file, text).body:
                if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
                    yield file, node


def _roots(found: re.Match[str]) -> set[str]:
    """The packages that an import statement begins with."""
    if found[1]:
        return {found[1]}
    return {name.split()[0].partition(".")[0] for name in found[2].split(",") if name.strip()}


def parsed(file: RevisionFile, text: str) -> ast.Module:
    """The source of a revision; an AutogenError where it is no Python."""
    try:
        return ast.parse(text, str(file.path))
    except (SyntaxError, ValueError) as error:
        from autogen.project.user_code import failure

        raise AutogenError(
            f"Revision {file.id} is not valid Python: {failure(error)}Correct the file."
        ) from None


def _failing(statements: list[Statement]) -> tuple[Statement, BaseException] | None:
    """The first that fails. Each is run once, wherever it stands."""
    from autogen.project.raw_connections import only_reading
    from autogen.project.user_code import contained

    done: set[str] = set()
    with contained(), only_reading():
        for file, node in statements:
            said = ast.unparse(node)
            if said in done or KNOWN.issuperset(_named(node)):
                continue
            done.add(said)
            try:
                exec(compile(ast.Module([node], []), str(file.path), "exec"), {"__name__": file.path.stem})
            except (Exception, SystemExit) as error:
                return (file, node), error
    return None


def _named(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {str(node.module).partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names}
