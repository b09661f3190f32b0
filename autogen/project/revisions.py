"""The project's revisions, read from the source of their files without running them.

Importing Alembic and every revision costs more than a whole check of a small project. Only what is not
written as plain literals is left to Alembic's ScriptDirectory, which runs the files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.errors import AutogenError
from autogen.project.settings import AlembicSettings

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_NAMES = ("revision", "down_revision", "branch_labels", "depends_on")
_LINE = re.compile(rf"^({'|'.join(_NAMES)})[ \t]*(?::[^=\n]*)?=(?!=)[ \t]*(.*)$", re.M)
_PLAIN = re.compile(r"""^(?:None|(?P<q>['"])(?P<text>[\w.-]+)(?P=q))[ \t]*(?:#.*)?$""")


class RevisionFile(NamedTuple):
    """One revision: its id, what it follows, and the file it stands in."""

    id: str
    down: tuple[str, ...]
    labels: tuple[str, ...]
    depends_on: tuple[str, ...]
    path: Path


class Revisions:
    """All revisions of a project, by file name."""

    def __init__(self, files: tuple[RevisionFile, ...]) -> None:
        self.files = files

    @cached_property
    def by_id(self) -> dict[str, RevisionFile]:
        return {file.id: file for file in self.files}

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The revisions no other one follows, sorted."""
        followed = {down for file in self.files for down in file.down}
        return tuple(sorted(file.id for file in self.files if file.id not in followed))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {label: file.id for file in self.files for label in file.labels}

    def parents(self, revision: str) -> tuple[str, ...]:
        """What a revision follows and depends on; dependencies may be given as branch labels."""
        file = self.by_id[revision]
        needed = (self._aliases.get(name, name) for name in file.depends_on)
        return tuple(dict.fromkeys((*file.down, *needed)))

    def ancestors(self, revisions: Iterable[str]) -> frozenset[str]:
        """The revisions themselves and all that had to run before them."""
        seen: set[str] = set()
        queue = [r for r in revisions if r in self.by_id]
        while queue:
            revision = queue.pop()
            if revision not in seen:
                seen.add(revision)
                queue += [parent for parent in self.parents(revision) if parent in self.by_id]
        return frozenset(seen)

    def lineage(self, revision: str) -> frozenset[str]:
        """The revision and all that it follows, without what it merely depends on."""
        seen: set[str] = set()
        queue = [revision]
        while queue:
            current = queue.pop()
            if current in self.by_id and current not in seen:
                seen.add(current)
                queue += self.by_id[current].down
        return frozenset(seen)

    def pending(self, applied: Iterable[str]) -> tuple[RevisionFile, ...]:
        """The revisions that a database at ``applied`` has not run, oldest first."""
        done = self.ancestors(applied)
        return tuple(file for file in self.ordered() if file.id not in done)

    def ordered(self) -> list[RevisionFile]:
        """Every revision after its parents; ties by id. A cycle is an AutogenError."""
        from graphlib import CycleError, TopologicalSorter

        sorter = TopologicalSorter(
            {
                f.id: [p for p in self.parents(f.id) if p in self.by_id]
                for f in sorted(self.files, key=lambda f: f.id)
            }
        )
        try:
            return [self.by_id[revision] for revision in sorter.static_order()]
        except CycleError as error:
            chain = " -> ".join(error.args[1])
            raise AutogenError(
                f"The revisions follow each other in a circle: {chain}. Correct down_revision in one of "
                "their files."
            ) from None


def read_revisions(settings: AlembicSettings) -> Revisions:
    """All revisions in the version folders, checked: ids are unique and every parent exists."""
    if settings.sourceless:
        return _checked(_from_alembic(settings))
    found: dict[Path, RevisionFile] = {}
    for path in _paths(settings):
        try:
            file = _read(path)
        except _NotLiteral:
            return _checked(_from_alembic(settings))
        found.setdefault(path.resolve(), file)
    return _checked(found.values())


def _checked(files: Iterable[RevisionFile]) -> Revisions:
    revisions = Revisions(tuple(sorted(files, key=lambda file: (file.path.name, file.id))))
    seen: dict[str, RevisionFile] = {}
    for file in revisions.files:
        if file.id in seen:
            raise AutogenError(
                f"Two files have the revision id {file.id}: {seen[file.id].path} and {file.path}. "
                "Give one of them another id, or delete it when it is a copy."
            )
        seen[file.id] = file
    for file in revisions.files:
        if "" in file.down:
            raise AutogenError(
                f"{file.path} has an empty down_revision, which names no revision. Write the id of the one "
                "that it follows, or None where it is the first."
            )
        missing = [parent for parent in revisions.parents(file.id) if parent not in seen]
        if missing:
            raise AutogenError(
                f"{file.path} follows the revision {missing[0]}, which is in none of the revision files. "
                "Restore "
                "that file from version control, or correct down_revision."
            )
    revisions.ordered()
    return revisions


def _paths(settings: AlembicSettings) -> Iterator[Path]:
    for folder in settings.version_locations:
        if not folder.is_dir():
            raise AutogenError(
                f"The folder for revisions, {folder}, does not exist. Create it (mkdir -p {folder}), name "
                "the right "
                "one with --migrations, or run `autogen init` where the project has no Alembic "
                "environment yet."
            )
        try:
            inside = sorted(folder.rglob("*.py") if settings.recursive else list(folder.iterdir()))
        except OSError as error:
            raise AutogenError(
                f"The folder for revisions, {folder}, could not be read: {error.strerror}."
            ) from None
        for path in inside:
            if path.suffix == ".py" and not path.name.startswith(("__init__", ".#")):
                yield path


class _NotLiteral(Exception):
    """A revision file computes what others write down."""


def _read(path: Path) -> RevisionFile:
    text = source_text(path)
    values = _quick(text)
    if values is None:
        values = _parsed(text, path)
    if not isinstance(values.get("revision"), str):
        raise _NotLiteral
    labels, needs = _names(values.get("branch_labels")), _names(values.get("depends_on"))
    return RevisionFile(values["revision"], _names(values.get("down_revision")), labels, needs, path)


def source_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AutogenError(f"The revision file {path} could not be read: {error.strerror}.") from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        pass
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise AutogenError(
            f"The revision file {path} is neither UTF-8 nor in an encoding that its first lines declare."
        ) from None


def _quick(text: str) -> dict[str, Any] | None:
    """The values when each name is assigned on one line of its own, once, to a plain string or None."""
    values: dict[str, Any] = {}
    for name, right in _LINE.findall(text):
        plain = _PLAIN.match(right)
        if plain is None or name in values:
            return None
        values[name] = plain["text"]
    return values if "revision" in values and "down_revision" in values else None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    """The values as module-level assignments of literals."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        raise AutogenError(
            f"The revision file {path}{where} is not valid Python: {getattr(error, 'msg', error)}. "
            "Correct it, or "
            "delete it when it was never applied."
        ) from None
    values: dict[str, Any] = {}
    for statement in tree.body:
        for name, value in _assigned(statement):
            try:
                values[name] = None if value is None else ast.literal_eval(value)
            except (ValueError, TypeError):
                raise _NotLiteral from None
    return values


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name) and target.id in _NAMES:
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        if statement.target.id in _NAMES and statement.value is not None:
            yield statement.target.id, statement.value
    elif not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Expr | ast.Import | ast.ImportFrom):
        stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        if any(node.id in _NAMES for node in stored):
            raise _NotLiteral


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple | list | set | frozenset) and all(isinstance(item, str) for item in value):
        return tuple(sorted(value) if isinstance(value, set | frozenset) else value)
    raise _NotLiteral


def script_directory(settings: AlembicSettings) -> ScriptDirectory:
    """Alembic's own view of the revisions; it runs the revision files when it is asked for any."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(
        str(settings.script_location),
        file_template=settings.file_template,
        truncate_slug_length=settings.truncate_slug_length,
        version_locations=[str(path) for path in settings.version_locations],
        sourceless=settings.sourceless,
        timezone=settings.timezone,
        recursive_version_locations=settings.recursive,
    )


def _from_alembic(settings: AlembicSettings) -> list[RevisionFile]:
    import contextlib
    import sys

    try:
        with contextlib.redirect_stdout(sys.stderr):
            scripts = list(script_directory(settings).walk_revisions())
    except (Exception, SystemExit) as error:
        place = _place(error, settings)
        raise AutogenError(
            f"The revisions in {settings.version_locations[0]} could not be loaded by Alembic: "
            f"{type(error).__name__}: {error}{place}."
        ) from None
    return [
        RevisionFile(
            script.revision,
            _names(script.down_revision),
            _names(getattr(script.module, "branch_labels", None)),
            _names(script.dependencies),
            Path(script.path),
        )
        for script in scripts
    ]


def _place(error: BaseException, settings: AlembicSettings) -> str:
    import traceback

    folders = tuple(str(folder) for folder in settings.version_locations)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(folders):
            return f" ({frame.filename}, line {frame.lineno})"
    return ""
