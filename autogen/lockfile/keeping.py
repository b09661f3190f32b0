"""Writing the file, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.lockfile.document import Lock, render
from autogen.lockfile.making import Source, made
from autogen.lockfile.place import lock_path
from autogen.project.files import write_atomic
from autogen.project.revisions import read_revisions

if TYPE_CHECKING:
    from autogen.pipeline import Examination
    from autogen.plan import Comparison
    from autogen.project.location import Project


class Kept(NamedTuple):
    """The file as it was written; ``changed`` says that it was not there already, byte for byte."""

    path: Path
    lock: Lock
    changed: bool


def source_of(seen: Examination, comparison: Comparison | None = None) -> Source:
    """A database that equals the models: the one that was examined, or one that ``comparison`` is of."""
    return Source(comparison or seen.comparison, seen.dialect, seen.scope, seen.scratch, seen.metadatas)


def keep(project: Project, source: Source) -> Kept | None:
    """Writes the file for the revisions as they are now; None where the project has none."""
    path = lock_path(project.config)
    if path is None:
        return None
    lock = made(source, read_revisions(project.settings))
    return Kept(path, lock, write(path, lock))


def write(path: Path, lock: Lock) -> bool:
    """Whether the file had to be written."""
    data = render(lock).encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, data, replace=path.exists())
    return True
