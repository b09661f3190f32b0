"""Columns that stand twice for a while: whether they can, and what the second one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autogen.dialects.transition import Transition
from autogen.phases.sides import in_key
from autogen.schema import Column, ColumnType, Dependent, ForeignKey, Key, Object, Schema, requires

NO_KEY = "its table has no key by which a backfill could go through the rows"
RENAMED = "it is renamed as well: its type changes in the contract phase, in place"


def copy_of(column: Column, name: str, type_: ColumnType, schema: Schema) -> Column:
    """The second column: nullable and bare, at the end of its table."""
    end = 1 + max(c.position for c in schema.columns(column.key.owner))
    return Column(column.schema, column.table, name, type_, position=end)


def free_name(column: Column, schema: Schema) -> str:
    """A name for a column's successor that its table does not have."""
    taken = {c.name.lower() for c in schema.columns(column.key.owner)}
    stem = column.name.encode()[:55].decode(errors="ignore")
    names = (f"{stem}_new{n or ''}" for n in range(len(taken) + 1))
    return next(name for name in names if name.lower() not in taken)


def cannot_mirror(
    old: Column, new: Column, schema: Schema, leaving: Iterable[Key], transition: Transition
) -> str | None:
    """Why a column cannot stand under both its names."""
    if old.computed or old.identity or old.autoincrement:
        return "the server gives it its values itself"
    if new.key in schema or new.key in leaving:
        return "another column has its new name now"
    if not transition.fills_before_checks and in_key(old, schema):
        return "it is part of the primary key"
    if not transition.walk_by(old.key.owner, schema):
        return NO_KEY
    return transition.cannot_sync(old, schema)


def cannot_swap(
    old: Column, new: Column, schema: Schema, dependents: Sequence[Dependent], transition: Transition
) -> str | None:
    """Why no other column can take the place of this one."""
    if old.computed or new.computed or old.identity or new.identity or old.autoincrement or new.autoincrement:
        return "the server gives it its values itself"
    if in_key(old, schema):
        return "it is part of the primary key"
    for part in standing_on({old.key}, schema):
        if isinstance(part, ForeignKey):
            return f"the foreign key {part.name or part.key.label} stands on it"
        if isinstance(part, Column):
            return f"{part.key.label} is computed from it"
    users = sorted(d.identity for d in dependents if old.key in d.uses)
    if users:
        return f"{users[0]} uses it"
    if not transition.walk_by(old.key.owner, schema):
        return NO_KEY
    return transition.cannot_sync(old, schema)


def standing_on(columns: set[Key], schema: Schema) -> list[Object]:
    """What cannot stand without one of the columns."""
    if not columns:
        return []
    return [o for o in schema if o.key not in columns and not columns.isdisjoint(requires(o, schema))]
