"""Which revisions are looked at: those that somebody names, else those that are not merged yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from autogen.errors import AutogenError
from autogen.project.lookup import lookup
from autogen.project.revisions import RevisionFile, Revisions
from autogen.values import value

Reason = Literal["named", "not merged", "not applied", "head"]


@value(frozen=True, slots=True)
class Target:
    """One revision to look at. ``id`` is None for a file that is none of the project's revisions."""

    path: Path
    id: str | None
    parents: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Chosen:
    """The revisions, oldest first, and why these."""

    targets: tuple[Target, ...]
    reason: Reason


def named(names: Sequence[str], revisions: Revisions, folder: Path) -> Chosen:
    """The revisions of these ids, id prefixes, labels or files. An unknown one is an AutogenError."""
    found: dict[Path, Target] = {}
    for name in names:
        for target in _one(name, revisions, folder):
            found.setdefault(target.path, target)
    return Chosen(tuple(_oldest_first(found.values(), revisions)), "named")


def _one(name: str, revisions: Revisions, folder: Path) -> list[Target]:
    path = (folder / name).absolute()
    if name.endswith(".py") or path.is_file():
        if not path.is_file():
            raise AutogenError(f"There is no file {name}.")
        resolved = path.resolve()
        known = [file for file in revisions.files if file.path.resolve() == resolved]
        return [target_of(known[0], revisions)] if known else [Target(path, None)]
    if name in ("head", "heads"):
        return [target_of(revisions.by_id[head], revisions) for head in revisions.heads]
    return [target_of(lookup(name, revisions, ", and no file of that name"), revisions)]


def target_of(file: RevisionFile, revisions: Revisions) -> Target:
    return Target(file.path.absolute(), file.id, revisions.parents(file.id))


def _oldest_first(targets: Iterable[Target], revisions: Revisions) -> list[Target]:
    place = {file.id: n for n, file in enumerate(revisions.ordered())}
    return sorted(targets, key=lambda t: (place.get(t.id or "", len(place)), t.path))


def usual(revisions: Revisions, unmerged: frozenset[Path] | None, applied: Sequence[str] | None) -> Chosen:
    """Revisions that are not on the main branch; where there are none (or nobody can tell), those that the
    database has not run; where there are none either, the heads.

    ``unmerged`` are the files that git does not have on the main branch, ``applied`` what the database has
    run; None where that is not known."""
    ordered = revisions.ordered()
    fresh = [f for f in ordered if unmerged is not None and f.path.resolve() in unmerged]
    if fresh:
        return Chosen(tuple(target_of(f, revisions) for f in fresh), "not merged")
    pending = revisions.pending(applied) if applied is not None else ()
    if pending:
        return Chosen(tuple(target_of(f, revisions) for f in pending), "not applied")
    heads = [f for f in ordered if f.id in revisions.heads]
    return Chosen(tuple(target_of(f, revisions) for f in heads), "head")
