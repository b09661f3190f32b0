"""Models against the file, with no database: what is equal, what differs, what only a server could say."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from autogen.changes import Change, Create, Drop
from autogen.dialects.base import UNDECIDED, Blueprint, Dialect, Doubt, ScratchFactory, ScratchUnavailable
from autogen.lockfile.checksums import of_object
from autogen.lockfile.reading import Read
from autogen.plan import Comparison
from autogen.resolution import compared, decided
from autogen.schema import Check, Exclude, Key, Schema, Skipped
from autogen.wishes import PROPOSE, Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Connection

    from autogen.project.taken_over_offline import TakenOverOffline

OPEN = "the models spell it otherwise now; a database would have to say whether it means the same"


class NoServer(ScratchFactory):
    """Where a run without a database would open a scratch one."""

    def open(self) -> AbstractContextManager[Connection]:
        self._none()

    @property
    def blueprint(self) -> Blueprint:
        self._none()

    def _none(self) -> NoReturn:
        raise ScratchUnavailable(OPEN)


def compare_offline(
    stored: Read,
    desired: Schema,
    dialect: Dialect,
    metadatas: Sequence[MetaData] = (),
    wishes: Wishes | None = None,
    hooks: TakenOverOffline | None = None,
) -> Comparison:
    """What the models have changed since the file was written, of what the ``hooks`` of env.py let be
    compared. ``not_compared`` holds what is open, with the reason ``OPEN``, beside what a database would not
    compare either and what such a hook would have to be asked about."""
    desired = known(stored, desired)
    current = stored.schema
    unasked: tuple[Skipped, ...] = ()
    if hooks is not None:
        current, desired, unasked = hooks.held(dialect, current, desired)
    renaming = decided(current, desired, dialect, metadatas, wishes or PROPOSE)
    comparison, _ = compared(current, desired, renaming, dialect, NoServer())
    found = _undecided(comparison, dialect)
    return replace(found, not_compared=(*found.not_compared, *unasked)) if unasked else found


def known(stored: Read, desired: Schema) -> Schema:
    """The declarations, with those in the server's spelling that are spelled as they were when the server
    said what it makes of them."""
    if not stored.digests:
        return desired
    places = {digest: key for key, digest in stored.digests.items()}
    owners = {key.owner for key in stored.digests}
    gone: list[Key] = []
    added = []
    for key, item in desired.by_key.items():
        found = places.get(of_object(item)) if key.owner in owners else None
        if found is not None:
            gone.append(key)
            added.append(stored.schema.by_key[found])
    return desired.replace(gone, added)


def _undecided(comparison: Comparison, dialect: Dialect) -> Comparison:
    """The comparison, in which open questions have one reason; a check that would be dropped while another
    one is created is such a question, where the two may be one, spelled otherwise."""
    left = tuple(Skipped(s.object, OPEN) if _is_open(s.reason) else s for s in comparison.not_compared)
    twins = _twins(comparison.changes, comparison.after, dialect)
    if not twins and left == comparison.not_compared:
        return comparison
    gone = {change for pair in twins for change in pair}
    left += tuple(Skipped(drop.before.key.label, OPEN) for drop, _ in twins)
    changes = tuple(change for change in comparison.changes if change not in gone)
    after = comparison.after.replace([c.after.key for _, c in twins], [d.before for d, _ in twins])
    return replace(comparison, changes=changes, after=after, not_compared=left)


def _is_open(reason: str) -> bool:
    return OPEN in reason or reason == UNDECIDED


def _twins(changes: Sequence[Change], after: Schema, dialect: Dialect) -> list[tuple[Drop, Create]]:
    """Drops and creations of checks or exclusions of a table that nobody here can tell from a respelling."""
    drops = [c for c in changes if isinstance(c, Drop) and isinstance(c.before, Check | Exclude)]
    creates = [c for c in changes if isinstance(c, Create) and isinstance(c.after, Check | Exclude)]
    found = []
    for drop in drops:
        for create in creates:
            before, new = drop.before, create.after
            if type(before) is not type(new) or before.key.owner != new.key.owner:
                continue
            assert isinstance(before, Check | Exclude) and isinstance(new, Check | Exclude)
            (answer,) = dialect.settle([Doubt(before, replace(new, name=before.name))], after, NoServer())
            if answer.unknown is not None and _is_open(answer.unknown):
                found.append((drop, create))
                creates.remove(create)
                break
    return found
