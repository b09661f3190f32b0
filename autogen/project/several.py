"""Drafts for a project whose revisions serve several databases, in the form of Alembic's multidb template."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autogen.errors import AutogenError
from autogen.project.importable import parsed
from autogen.project.revisions import RevisionFile, source_text

_DEFINITION = re.compile(r"^def (upgrade|downgrade)\(\) -> None:$", re.M)


def for_one_of(text: str, database: str, databases: Iterable[str]) -> str:
    """The draft with its functions those of one database: env.py calls upgrade() with the name of each, and
    the others have nothing to do."""
    others = [name for name in databases if name != database]

    def dispatching(found: re.Match[str]) -> str:
        direction = found[1]
        idle = "".join(f"def {direction}_{name}() -> None:\n    pass\n\n\n" for name in others)
        return (
            f"def {direction}(engine_name: str) -> None:\n"
            f'    globals()[f"{direction}_{{engine_name}}"]()\n\n\n'
            f"{idle}def {direction}_{database}() -> None:"
        )

    return _DEFINITION.sub(dispatching, text)


def refuse_to_take_out(draft: RevisionFile, database: str, databases: Iterable[str]) -> None:
    """An AutogenError where a draft that is to be replaced by one for this database does something for
    another one, too."""
    others = {
        f"{way}_{name}": name for name in databases if name != database for way in ("upgrade", "downgrade")
    }
    busy = {
        others[node.name]
        for node in parsed(draft, source_text(draft.path)).body
        if isinstance(node, ast.FunctionDef) and node.name in others
        if not all(isinstance(line, ast.Pass) for line in node.body)
    }
    if busy:
        raise AutogenError(
            f"The newest draft, {draft.path.name}, does something for {' and '.join(sorted(busy))}, too, "
            "which --amend would take out of it. Without --amend, autogen diff drafts a revision of its own."
        )
