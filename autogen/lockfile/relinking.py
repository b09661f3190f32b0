"""A branch of the history put on top of the other one: one line of one file changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from autogen.errors import AutogenError
from autogen.lockfile.sides import Side
from autogen.project.revisions import RevisionFile, source_text

_CREATED = re.compile(r"^Create Date:[ \t]*(\S.*)$", re.M)


class Relink(NamedTuple):
    """The revision that follows another one from now on, and the text of its file then."""

    file: RevisionFile
    onto: str
    data: bytes


def newer(sides: tuple[Side, Side], unmerged: frozenset[Path] | None) -> Side:
    """The side that is moved: the one that is not merged, of two that are not the one drafted later."""
    free = [side for side in sides if unmerged is not None and _all_in(side, unmerged)]
    if len(free) == 1:
        return free[0]
    if unmerged is not None and not free:
        raise AutogenError(
            "Both heads have revisions that are merged already, which are never edited. Join them with a "
            "merge revision: autogen merge without --relink."
        )
    dates = [(_created(side), side) for side in sides]
    if any(date is None for date, _ in dates) or dates[0][0] == dates[1][0]:
        raise AutogenError(
            "Which of the two heads is newer cannot be told: their revisions hold no dates that differ. "
            "Correct down_revision in the newer one by hand, or run autogen merge without --relink."
        )
    return max(dates, key=lambda pair: pair[0] or "")[1]


def _all_in(side: Side, unmerged: frozenset[Path]) -> bool:
    return all(file.path.resolve() in unmerged for file in side.revisions)


def _created(side: Side) -> str | None:
    found = _CREATED.search(source_text(side.revisions[0].path))
    return found[1].strip() if found else None


def not_applied(side: Side, other: Side, applied: tuple[str, ...]) -> None:
    """An AutogenError where the database has run the side that is to be moved: once it follows the other one,
    Alembic would take that for run as well."""
    ran = {file.id for file in side.revisions} & set(applied)
    if ran:
        (base,) = relinked(side, other.head).file.down
        raise AutogenError(
            f"The database has run {', '.join(sorted(ran))}, which --relink would put on top of "
            f"{other.head}: that would count as run, too. Take it back before (autogen downgrade {base}), or "
            "run autogen merge without --relink."
        )


def relinked(side: Side, onto: str) -> Relink:
    """The first revision of a side, following another head; an AutogenError where that is no one line."""
    mine = {file.id for file in side.revisions}
    first = [file for file in side.revisions if not mine & set(file.down)]
    if len(first) != 1 or len(first[0].down) != 1:
        raise AutogenError(
            f"The revisions of head {side.head} do not begin with one that follows one other, so they "
            "cannot be put on top of the other head. Run autogen merge without --relink."
        )
    file = first[0]
    old = file.down[0]
    text = file.path.read_bytes().decode("utf-8")
    line = re.compile(rf"^(down_revision\b[^=\n]*=[ \t]*)(['\"]){re.escape(old)}\2", re.M)
    changed, count = line.subn(lambda found: f"{found[1]}{found[2]}{onto}{found[2]}", text)
    if count != 1:
        raise AutogenError(
            f"{file.path} does not say down_revision = {old!r} on one line. Correct it by hand, to {onto!r}, "
            "or run autogen merge without --relink."
        )
    revises = re.compile(rf"^(Revises:[ \t]*){re.escape(old)}(?=[ \t]*\r?$)", re.M)
    changed = revises.sub(lambda found: f"{found[1]}{onto}", changed, count=1)
    return Relink(file, onto, changed.encode())
