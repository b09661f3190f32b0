"""Writing the file, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import AutogenError
from autogen.lockfile.checksums import of_declarations
from autogen.lockfile.document import Lock, Newer, load, objects_text, render
from autogen.lockfile.history import mismatches
from autogen.lockfile.making import NONE, Source, arranged, of_revisions, recorded
from autogen.lockfile.place import lock_path
from autogen.lockfile.writing import lines
from autogen.project.files import write_atomic
from autogen.project.revisions import read_revisions

if TYPE_CHECKING:
    from autogen.lockfile.project import Unserved
    from autogen.lockfile.reading import Read
    from autogen.pipeline import Examination
    from autogen.plan import Comparison
    from autogen.project.location import Project
    from autogen.project.revisions import Revisions


class Kept(NamedTuple):
    """The file as it was written; ``changed`` says that it was not there already, byte for byte."""

    path: Path
    lock: Lock
    changed: bool


def source_of(seen: Examination, comparison: Comparison | None = None) -> Source:
    """A database that equals the models: the one that was examined, or one that ``comparison`` is of."""
    compared = comparison or seen.comparison
    return Source(compared, seen.dialect, seen.scope, seen.scratch, seen.metadatas, seen.taken_over)


def pinned(project: Project) -> dict[str, str]:
    """The checksums that a new draft leaves as they are, by revision: of merged ones that were edited. An
    AutogenError where the file that is there cannot be read."""
    path = lock_path(project.config)
    if path is None or not path.is_file():
        return {}
    lock = load(path, len(project.revisions.heads))
    edited = {m.id for m in mismatches(lock, project.revisions) if m.kind == "edited" and m.merged}
    return {recorded.id: recorded.checksum for recorded in lock.revisions if recorded.id in edited}


def check_replaceable(path: Path | None) -> None:
    """An AutogenError where the file that is there says what this autogen does not understand."""
    try:
        if path is not None and path.is_file():
            load(path)
    except Newer:
        raise
    except AutogenError:
        return  # it is written anew


def keep(project: Project, lock: Lock, pinned: Mapping[str, str] = NONE) -> Kept | None:
    """Writes the file for the revisions as they are now, ``pinned`` ones with the checksums given; None where
    the project has none."""
    path = lock_path(project.config)
    if path is None:
        return None
    lock = of_revisions(lock, read_revisions(project.settings), pinned)
    return Kept(path, lock, write(path, lock))


def keep_others(project: Project, amended: str | None) -> None:
    """Notes a draft in the files of the other databases, which it has nothing to do for: in those that were
    right before it came. ``amended`` is the draft that was replaced."""
    now = read_revisions(project.settings)
    drafted = {*now.by_id} - {*project.revisions.by_id} | {amended}
    for name in project.databases:
        path = lock_path(project.config._replace(database=name))
        if name == project.env.name or path is None or not path.is_file():
            continue
        try:
            lock = load(path)
        except AutogenError:
            continue  # whoever reads it is told
        if all(wrong.id in drafted for wrong in mismatches(lock, now)):
            write(path, of_revisions(lock, now))


def write(path: Path, lock: Lock) -> bool:
    """Whether the file had to be written."""
    data = render(lock).encode()
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AutogenError(f"{path} could not be written: {error.strerror}.") from None
    write_atomic(path, data, replace=path.exists())
    return True


def rejoined(ours: Lock, stored: Read, project: Unserved, revisions: Revisions) -> Lock:
    """The file for a schema that was put together from two; whether the models equal it is looked at."""
    from autogen.lockfile.declared import declarations, unconnected
    from autogen.lockfile.offline import compare_offline

    metadatas = project.metadatas()
    hooks = project.hooks(metadatas)
    dialect = unconnected(ours.dialect, ours.noted)
    desired = declarations(metadatas, dialect, project.scope, hooks)
    compared = compare_offline(stored, desired, dialect, metadatas, hooks=hooks)
    models = "" if compared.changes or compared.not_compared else of_declarations(desired)
    text = objects_text(lines(arranged(stored.schema, desired), stored.digests))
    return Lock(revisions.heads, ours.dialect, ours.noted, models, recorded(revisions), text)
