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
from autogen.compare.order import ordered
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
    Table,
    TablePart,
    Unique,
    requires,
)

__all__ = ["compare"]


def compare(current: Schema, desired: Schema, dialect: Dialect, scratch: ScratchFactory) -> Comparison:
    """What must change for ``current`` (the database) to become ``desired`` (the models).

    ``desired`` should already be limited to what ``current`` was read for (see ``within``). The scratch
    factory is used only when texts differ that the canonical forms could not decide.
    """
    desired, blocked = _without_taken_names(current, desired)
    current = _without_left_alone(current, desired)
    desired = _keep_namespaces(current, desired)
    current, desired = dialect.reconcile(current, desired)
    if current == desired:
        return Comparison((), current, desired, blocked, _column_order(current, desired))
    desired = _inherit(current, desired, dialect)
    names = match_names(current, desired, dialect)
    answers = settle_doubts(current, names.desired, names, dialect, scratch)
    desired, renames = answers.desired, (*names.renames, *answers.renames)
    changes = ordered([*renames, *_pair(current, desired, renames)], current, desired)
    return Comparison(
        changes=changes,
        before=current,
        after=Schema(desired.objects, current.skipped),
        not_compared=(*blocked, *answers.unknown),
        notes=_column_order(current, desired),
    )


def _without_taken_names(current: Schema, desired: Schema) -> tuple[Schema, tuple[Skipped, ...]]:
    """Leaves out model tables whose name is taken by something that is left alone (a view, say)."""
    reasons = {s.object: s.reason for s in current.skipped}
    taken = {t.key: reasons[t.key.label] for t in desired.tables if t.key.label in reasons}
    if not taken:
        return desired, ()
    gone = [o.key for o in desired if o.key in taken or (isinstance(o, TablePart) and o.key.owner in taken)]
    return desired.replace(remove=gone), tuple(Skipped(key.label, why) for key, why in taken.items())


def _without_left_alone(current: Schema, desired: Schema) -> Schema:
    """Leaves out live tables that the models name but leave alone (a marker in the table's ``info``)."""
    labels = {s.object for s in desired.skipped}
    gone = [
        o.key
        for o in current
        if labels and o.key.owner.label in labels and (o.key.table or o.kind == "table")
    ]
    if not gone:
        return current
    reasons = [s for s in desired.skipped if s.object in {key.label for key in gone}]
    return Schema(current.replace(remove=gone).objects, (*current.skipped, *reasons))


def _keep_namespaces(current: Schema, desired: Schema) -> Schema:
    """A schema the models no longer use may hold other people's objects: it is never dropped."""
    kept = [n for n in current.of_kind(Namespace) if n.key not in desired]
    return desired.replace(add=kept) if kept else desired


def _inherit(current: Schema, desired: Schema, dialect: Dialect) -> Schema:
    objects = []
    for after in desired:
        before = current.get(after.key)
        if before is not None and before != after:
            after = dialect.inherit(before, after)
            if isinstance(before, Column) and isinstance(after, Column) and not after.default_known:
                after = replace(after, default=before.default, on_update=before.on_update)
        objects.append(after)
    return Schema.of(objects, desired.skipped)


def _pair(current: Schema, desired: Schema, renames: Iterable[Rename]) -> list[Change]:
    """Creations, drops and alterations, by key."""
    old, new = {r.before.key for r in renames}, {r.after.key for r in renames}
    changes: list[Change] = [Drop(o) for o in current if o.key not in desired and o.key not in old]
    altered: list[Alter] = []
    for after in desired:
        before = current.get(after.key)
        if after.key in new:
            continue
        if before is None:
            changes.append(Create(after))
        elif before != after:
            altered.append(Alter(before, after))
    disturbed = {a.key for a in altered if _disturbs(a)}
    moving = disturbed | {c.key for c in changes}
    return [*changes, *(part for a in altered for part in _split(a, disturbed, moving, current, desired))]


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


def _column_order(current: Schema, desired: Schema) -> tuple[Skipped, ...]:
    """Tables whose columns stand in another order than in the models: said, never drafted."""
    notes = []
    for table in desired.of_kind(Table):
        if table.key not in current:
            continue
        here, there = ([c.name for c in s.columns(table.key)] for s in (current, desired))
        common = set(here) & set(there)
        if [c for c in here if c in common] != [c for c in there if c in common]:
            notes.append(Skipped(table.key.label, "columns stand in another order than in the models"))
    return tuple(notes)
