"""The comparator: two schemas in, ordered changes out.

    inherit what is unstated  ->  match names  ->  settle doubts  ->  pair by key  ->  order

Nothing here knows a dialect; the one it is handed answers for the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.compare.doubts import settle_doubts
from autogen.compare.names import match_names
from autogen.compare.work import Work
from autogen.dialects.base import Dialect, ScratchFactory
from autogen.plan import Comparison
from autogen.schema import (
    Check,
    Column,
    Exclude,
    ForeignKey,
    Index,
    Key,
    Namespace,
    PrimaryKey,
    Schema,
    Skipped,
    TablePart,
    Unique,
    requires,
)

__all__ = ["comparable", "compare"]


def comparable(current: Schema, desired: Schema, dialect: Dialect) -> tuple[Schema, Schema]:
    """Both schemas without what is left alone and without differences that are none: what is missing on
    either side is really missing."""
    desired, _ = _without_taken_names(current, desired)
    current = _without_left_alone(current, desired)
    return dialect.reconcile(current, desired)


def compare(current: Schema, desired: Schema, dialect: Dialect, scratch: ScratchFactory) -> Comparison:
    """What must change for ``current`` (the database) to become ``desired`` (the models).

    ``desired`` should already be limited to what ``current`` was read for (see ``within``). The scratch
    factory is used only when texts differ that the canonical forms could not decide.
    """
    desired, blocked = _without_taken_names(current, desired)
    desired, empty = _without_empty_indexes(current, desired)
    current = _without_left_alone(current, desired)
    desired = _keep_namespaces(current, desired)
    left = len(desired.skipped)
    current, desired = dialect.reconcile(current, desired)
    work = Work(current, desired)
    notes = _column_order(work)
    if work.open:
        _inherit(work, dialect)
    names = match_names(work, dialect)
    answers = settle_doubts(work, names, dialect, scratch)
    unknown = (*blocked, *empty, *desired.skipped[left:], *answers.unknown)
    if not work.open and not work.gone:
        return Comparison((), current, current, unknown, notes, matched=work.matched)
    from autogen.compare.order import ordered

    renames = (*names.renames, *answers.renames)
    after = work.desired.skipping(current.skipped)
    changes = ordered([*renames, *_pair(work, after, renames)], current, after)
    return Comparison(changes, current, after, unknown, notes, matched=work.matched)


def _without_taken_names(current: Schema, desired: Schema) -> tuple[Schema, tuple[Skipped, ...]]:
    """Leaves out model tables whose name is taken by something that is left alone (a view, say)."""
    if not current.skipped:
        return desired, ()
    reasons = {s.object: s.reason for s in current.skipped}
    taken = {t.key: reasons[t.key.label] for t in desired.tables if t.key.label in reasons}
    if not taken:
        return desired, ()
    gone = [o.key for o in desired if o.key in taken or (isinstance(o, TablePart) and o.key.owner in taken)]
    return desired.replace(remove=gone), tuple(Skipped(key.label, why) for key, why in taken.items())


def _without_empty_indexes(current: Schema, desired: Schema) -> tuple[Schema, tuple[Skipped, ...]]:
    """Leaves the database's index, or none, in the place of one that the models give no column."""
    empty = [index.key for index in desired.of_kind(Index) if not index.elements]
    if not empty:
        return desired, ()
    live = [found for key in empty if (found := current.get(key)) is not None]
    why = "the models declare this index without any column"
    return desired.replace(remove=empty, add=live), tuple(Skipped(key.label, why) for key in empty)


def _without_left_alone(current: Schema, desired: Schema) -> Schema:
    """Leaves out live tables that the models name but leave alone (a marker in the table's ``info``)."""
    labels = {s.object for s in desired.skipped}
    if not labels:
        return current
    gone = [o.key for o in current if o.key.owner.label in labels and (o.key.table or o.kind == "table")]
    if not gone:
        return current
    reasons = [s for s in desired.skipped if s.object in {key.label for key in gone}]
    return current.replace(remove=gone).skipping((*current.skipped, *reasons))


def _keep_namespaces(current: Schema, desired: Schema) -> Schema:
    """A schema the models no longer use may hold other people's objects: it is never dropped."""
    kept = [n for n in current.of_kind(Namespace) if n.key not in desired]
    return desired.replace(add=kept) if kept else desired


def _inherit(work: Work, dialect: Dialect) -> None:
    """Fills in what the models leave to the database."""
    for before, after in work.pairs:
        filled = dialect.inherit(before, after)
        if isinstance(before, Column) and isinstance(filled, Column) and not filled.default_known:
            filled = replace(filled, default=before.default, on_update=before.on_update)
        if filled is not after:
            work.put([after.key], [filled])


def _pair(work: Work, desired: Schema, renames: Iterable[Rename]) -> list[Change]:
    """Creations, drops and alterations, by key."""
    old, new = {r.before.key for r in renames}, {r.after.key for r in renames}
    changes: list[Change] = [Drop(o) for key, o in work.gone.items() if key not in old]
    changes += [Create(o) for key, o in work.open.items() if key not in new and key not in work.live]
    altered = [Alter(before, after) for before, after in work.pairs if after.key not in new]
    disturbed = {a.key for a in altered if _disturbs(a)}
    moving = disturbed | {c.key for c in changes}
    return [
        *changes,
        *(part for a in altered for part in _split(a, disturbed, moving, work.current, desired)),
    ]


def _disturbs(alter: Alter) -> bool:
    """Whether what stands on the object cannot stand through its change."""
    if isinstance(alter.after, Column):
        return not {"type", "computed"}.isdisjoint(alter.changed)
    return isinstance(alter.after, PrimaryKey | Unique | Index)


def _split(
    alter: Alter, disturbed: set[Key], moving: set[Key], current: Schema, desired: Schema
) -> list[Change]:
    """An altered constraint or index as drop + create where something under it changes as well:
    the old one cannot stand after that change, the new one not before it. A foreign key stands on two
    tables, so what is created and dropped there counts too."""
    if not isinstance(alter.after, PrimaryKey | Unique | Check | Exclude | Index | ForeignKey):
        return [alter]
    stands_on = requires(alter.before, current) | requires(alter.after, desired)
    if stands_on.isdisjoint(moving if isinstance(alter.after, ForeignKey) else disturbed):
        return [alter]
    return [Drop(alter.before), Create(alter.after)]


def _column_order(work: Work) -> tuple[Skipped, ...]:
    """Tables whose columns stand in another order than in the models: said, never drafted."""
    moved = []
    for table in sorted(work.shifted):
        live_names = [c.name for c in work.current.columns(table)]
        names = [c.name for c in work.desired.columns(table)]
        common = {*live_names} & {*names}
        if [n for n in live_names if n in common] != [n for n in names if n in common]:
            moved.append(table.label)
    return tuple(Skipped(label, "columns stand in another order than in the models") for label in moved)
