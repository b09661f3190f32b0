"""From where a database stands to where it is to stand: the revisions to run or to undo, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import AutogenError
from autogen.project.lookup import lookup
from autogen.project.state import JOINING

if TYPE_CHECKING:
    from autogen.dialects.deploying import Direction, Interrupted
    from autogen.project.revisions import RevisionFile, Revisions

_RELATIVE = re.compile(r"[+-]\d+")


class Way(NamedTuple):
    """Revisions in the order in which they run; ``start`` is what the database has recorded before."""

    direction: Direction
    start: tuple[str, ...]
    files: tuple[RevisionFile, ...]


def upgrade_way(revisions: Revisions, applied: Sequence[str], target: str) -> Way:
    """``target`` is a revision, a branch label, ``label@head``, ``head``, ``heads`` or ``+N``."""
    known(revisions, applied)
    done = revisions.ancestors(applied)
    if _RELATIVE.fullmatch(target):
        return Way("upgrade", tuple(applied), _next(revisions, done, target))
    wanted = revisions.ancestors(_destinations(revisions, target))
    files = tuple(f for f in revisions.ordered() if f.id in wanted - done)
    return Way("upgrade", tuple(applied), files)


def downgrade_way(revisions: Revisions, applied: Sequence[str], target: str) -> Way:
    """``target`` is the revision that is to stand, ``base``, or ``-N``."""
    known(revisions, applied)
    done = revisions.ancestors(applied)
    newest_first = [f for f in reversed(revisions.ordered()) if f.id in done]
    if target == "base":
        return Way("downgrade", tuple(applied), tuple(newest_first))
    if _RELATIVE.fullmatch(target):
        return Way("downgrade", tuple(applied), _last(newest_first, applied, target))
    file = lookup(target, revisions)
    if file.id not in done:
        raise AutogenError(
            f"The database has not run revision {file.id}, so it cannot be brought back to it. "
            f"It is at {_at(applied)}; autogen history shows the way."
        )
    after = {f.id for f in newest_first if f.id != file.id and file.id in revisions.ancestors([f.id])}
    return Way("downgrade", tuple(applied), tuple(f for f in newest_first if f.id in after))


def behind_what_stands(way: Way, left: Interrupted | None) -> Way:
    """The way with a revision that was cut short at its beginning; an AutogenError where it is not on it:
    whatever else runs would meet half of it."""
    if left is None:
        return way
    mine = [file for file in way.files if file.id == left.revision]
    if not mine or way.direction != left.direction:
        from autogen.runtime.aftermath import left_behind

        raise AutogenError(
            f"{left_behind(left)} Nothing else is run before. Where it is not to be finished, undo by hand "
            "what stands, and then DROP TABLE autogen_journal."
        )
    return way._replace(files=(*mine, *(file for file in way.files if file.id != left.revision)))


def one(revisions: Revisions, name: str) -> RevisionFile:
    """The one revision that is meant; ``head`` where there is one head."""
    if name == "base":
        raise AutogenError(
            "base is where a database stands that has run nothing, and no revision. Name one (autogen "
            "history lists them), or head. For verify, base:REV is everything up to REV."
        )
    if name != "head":
        return lookup(name, revisions)
    heads = _destinations(revisions, name)
    if not heads:
        raise AutogenError("The project has no revisions yet.")
    return revisions.by_id[heads[0]]


def between(revisions: Revisions, first: str, last: str) -> list[RevisionFile]:
    """What was written after ``first`` (base, or a revision, which is left out) up to ``last``."""
    start = frozenset[str]() if first in ("", "base") else revisions.ancestors([one(revisions, first).id])
    end = revisions.ancestors([one(revisions, last or "head").id])
    found = [file for file in revisions.ordered() if file.id in end - start]
    if not found:
        raise AutogenError(f"There is no revision between {first or 'base'} and {last or 'head'}.")
    return found


def known(revisions: Revisions, applied: Sequence[str]) -> None:
    """An AutogenError where the database has recorded what no file holds."""
    unknown = [revision for revision in applied if revision not in revisions.by_id]
    if unknown:
        raise AutogenError(
            f"The database is at revision {' and '.join(unknown)}, which is in none of the project's "
            "revision files. Get the missing file (another branch may have it), name the right folder with "
            "--migrations or the right database with --url, or, when the revision is gone for good, run: "
            "alembic stamp --purge head"
        )


def _destinations(revisions: Revisions, target: str) -> tuple[str, ...]:
    if target == "heads":
        return revisions.heads
    if target == "head":
        if len(revisions.heads) > 1:
            raise AutogenError(
                f"The revisions have {len(revisions.heads)} heads: {', '.join(revisions.heads)}. Name one, "
                f"say heads for all of them, or join them first: {JOINING}"
            )
        return revisions.heads
    if target == "base":
        raise AutogenError("base is where a downgrade leads: autogen downgrade base")
    branch, at, end = target.rpartition("@")
    if not at:
        return (lookup(target, revisions).id,)
    if end not in ("head", "heads"):
        raise AutogenError(f"{target!r} names no revision. Of a branch there is {branch}@head.")
    first = lookup(branch, revisions).id
    heads = tuple(h for h in revisions.heads if first in revisions.ancestors([h]))
    if len(heads) > 1 and end == "head":
        raise AutogenError(f"The branch {branch} has {len(heads)} heads: {', '.join(heads)}. Name one.")
    return heads


def _next(revisions: Revisions, done: frozenset[str], target: str) -> tuple[RevisionFile, ...]:
    count = int(target)
    if count < 1:
        other = f"{target} is for autogen downgrade" if count else f"{target} leads nowhere"
        raise AutogenError(f"An upgrade goes forward, as in +1; {other}.")
    found: list[RevisionFile] = []
    stands = set(done)
    for _ in range(count):
        waiting = [f for f in revisions.files if f.id not in stands]
        ready = [f for f in waiting if stands.issuperset(revisions.parents(f.id))]
        if not ready:
            left = "is 1" if len(found) == 1 else f"are {len(found)}" if found else "is none"
            raise AutogenError(f"The database cannot go {target}: there {left} left to run.")
        if len(ready) > 1:
            raise AutogenError(
                f"{target} may lead to any of {', '.join(sorted(f.id for f in ready))}. Name the revision."
            )
        found.append(ready[0])
        stands.add(ready[0].id)
    return tuple(found)


def _last(
    newest_first: Sequence[RevisionFile], applied: Sequence[str], target: str
) -> tuple[RevisionFile, ...]:
    count = -int(target)
    if count < 1:
        other = f"{target} is for autogen upgrade" if count else f"{target} leads nowhere"
        raise AutogenError(f"A downgrade goes back, as in -1; {other}.")
    if len(applied) > 1:
        raise AutogenError(
            f"The database is at {' and '.join(applied)}, so that {target} may mean several revisions. Name "
            "the one that is to stand, or base."
        )
    if count > len(newest_first):
        have = f"has run {len(newest_first)} only" if newest_first else "has run none"
        raise AutogenError(f"The database cannot go back by {count}: it {have}. base undoes all.")
    undone = newest_first[:count]
    if any(len(file.down) > 1 for file in undone[:-1]):
        raise AutogenError(
            f"{target} leads back over a revision that joins branches, where it may mean several. Name the "
            "revision that is to stand, or base."
        )
    return tuple(undone)


def _at(applied: Sequence[str]) -> str:
    return " and ".join(applied) or "no revision at all"
