"""Which phase a change belongs to that needs no phases of its own: additions first, removals last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.compare.order import namespaces
from autogen.dialects.base import Dialect
from autogen.schema import Column, EnumType, ForeignKey, Index, Key, Schema, Table, TablePart, requires
from autogen.schema import Sequence as SequenceObject


def relaxed(column: Column) -> Column:
    return replace(column, nullable=True)


def gives_nothing(column: Column) -> bool:
    """Whether a row written without the column gets no value there."""
    return (
        column.default is None
        and column.identity is None
        and column.computed is None
        and not column.autoincrement
    )


def demanding(column: Column) -> bool:
    """Whether a row cannot be written without naming the column."""
    return not column.nullable and gives_nothing(column)


def in_key(column: Column, schema: Schema) -> bool:
    primary = schema.primary_key(column.key.owner)
    return primary is not None and column.name in primary.columns


def late(
    changes: Sequence[Change], middle: Schema, after: Schema, dialect: Dialect, pinned: Iterable[Key]
) -> list[Change]:
    """The changes that wait for the contract phase. ``middle`` is the schema after the renames of the expand
    phase, ``pinned`` are keys that only the contract phase makes: what stands on them waits with them."""
    waiting = set(pinned)
    new = {c.key for c in changes if isinstance(c, Create) and isinstance(c.after, Table | Column)}
    new |= {part.key for key in new if key.kind == "table" for part in after.parts(key)}
    taken = {space for o in middle for space in namespaces(o.key, o)}
    found: dict[int, Change] = {}
    for n, change in enumerate(changes):
        if not _loosens(change, new, dialect, after) or _collides(change, middle, taken):
            found[n] = change
            waiting.add(change.key)
    while True:
        more = {
            n: change
            for n, change in enumerate(changes)
            if n not in found and not waiting.isdisjoint(_stands_on(change, middle, after))
        }
        if not more:
            return [found[n] for n in sorted(found)]
        found |= more
        waiting |= {change.key for change in more.values()}


def _stands_on(change: Change, middle: Schema, after: Schema) -> set[Key]:
    """What a change needs and what needs it: an altered column waits with the parts on it that wait."""
    keys = {change.key}
    if not isinstance(change, Drop):
        keys |= requires(change.after, after)
    if not isinstance(change, Create):
        keys |= requires(change.before, middle)
    if isinstance(change, Alter) and isinstance(change.after, Column) and "type" in change.changed:
        table = change.key.owner
        keys |= {p.key for p in middle.parts(table) if change.key in requires(p, middle)}
    return keys


def _collides(change: Change, middle: Schema, taken: set[tuple[str, str, str]]) -> bool:
    """Whether something that only leaves in the contract phase has the name."""
    if not isinstance(change, Create):
        return False
    return change.key in middle or not taken.isdisjoint(namespaces(change.key, change.after))


def _loosens(change: Change, new: set[Key], dialect: Dialect, after: Schema) -> bool:
    """Whether code that knows nothing of the change goes on working after it."""
    if isinstance(change, Drop | Rename):
        return False
    if isinstance(change, Create):
        return _is_addition(change.after, new, after)
    before, wanted = change.before, change.after
    if isinstance(before, Column) and isinstance(wanted, Column):
        return _column_loosens(before, wanted, change.changed, dialect)
    if isinstance(before, EnumType) and isinstance(wanted, EnumType):
        return set(before.labels) <= set(wanted.labels)
    return isinstance(wanted, Table | SequenceObject)


def _is_addition(made: object, new: set[Key], after: Schema) -> bool:
    if not isinstance(made, TablePart) or isinstance(made, Column) or made.key.owner in new:
        return True
    if isinstance(made, Index) and not made.unique:
        return True
    on = {key for key in requires(made, after) if key.kind == "column"}
    if isinstance(made, ForeignKey):
        on = {key for key in on if key.owner == made.key.owner}
    return on <= new


def _column_loosens(before: Column, after: Column, changed: Sequence[str], dialect: Dialect) -> bool:
    if not {"type", "nullable", "default", "comment"}.issuperset(changed):
        return False
    if before.nullable and not after.nullable:
        return False
    if "default" in changed and after.default is None:
        return False
    return "type" not in changed or dialect.type_change(before, after).loss == "none"
