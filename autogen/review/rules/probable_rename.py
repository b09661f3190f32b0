"""A drop and a create that look like one rename: as drafted, what the old one holds is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, ColumnType, Key, Schema, Table

RULE = Rule("probable-rename", "blocker")
_OVERLAP = 0.6
"""Share of columns, by name and type, that two tables must have in common."""


def check(context: Context) -> Iterable[Finding]:
    for old, found in _open(context, table_partners(context)).items():
        yield RULE.finding(
            old,
            f"Perhaps a rename to {_either(found)}, which has the same columns or nearly so. As drafted, the "
            "rows are deleted; to keep them, replace the drop and the create by op.rename_table, in both "
            "functions.",
        )
    for old, found in _open(context, column_partners(context)).items():
        yield RULE.finding(
            old,
            f"Perhaps a rename to {_either(found)}, which has the same type. As drafted, the values are "
            f"deleted; to keep them, {_keep(context, old, found[0])}",
        )


def _open(context: Context, partners: Mapping[Key, tuple[Key, ...]]) -> dict[Key, tuple[Key, ...]]:
    """Partners of what nobody has said to be dropped, and that became nothing else; the one that the
    evidence speaks for comes first."""
    refused = {d.before for d in context.comparison.renames if d.answered and not d.accepted}
    closest = {d.before: d.after for d in context.comparison.renames if not d.accepted}
    return {
        old: tuple(sorted(found, key=lambda k: k != closest.get(old)))
        for old, found in partners.items()
        if old not in refused
    }


def _keep(context: Context, old: Key, new: Key) -> str:
    """What to edit so that the values stay."""
    if old in context.not_copied:
        return (
            f"add {new.name} to the columns and {old.name} to the values of the INSERT INTO ... SELECT that "
            "copies the table, and the other way round in downgrade()."
        )
    return "replace the drop and the add by op.alter_column with new_column_name, in both functions."


def column_partners(context: Context) -> Mapping[Key, tuple[Key, ...]]:
    """For each dropped column, the added columns of its table and type, the likeliest first."""
    added: dict[tuple[Key, ColumnType], list[Column]] = defaultdict(list)
    for column in context.created(Column):
        if column.computed is None and context.stands(column.key.owner):
            added[column.key.owner, column.type].append(column)
    partners = {}
    for column in context.dropped(Column):
        found = added.get((column.key.owner, column.type), [])
        if found and column.computed is None and column.key.owner not in context.dropped_tables:
            partners[column.key] = _likeliest(column.key, [c.key for c in found])
    return partners


def table_partners(context: Context) -> Mapping[Key, tuple[Key, ...]]:
    """For each dropped table, the created tables with the same or nearly the same columns."""
    before, after = context.comparison.before, context.comparison.after
    by_column: dict[tuple[str, ColumnType], set[Key]] = defaultdict(set)
    shapes = {table.key: _shape(after, table.key) for table in context.created(Table)}
    for key, shape in shapes.items():
        for column in shape:
            by_column[column].add(key)
    partners = {}
    for table in context.dropped(Table):
        shape = _shape(before, table.key)
        near = {key for column in shape for key in by_column.get(column, ())}
        found = [key for key in near if _alike(shape, shapes[key])]
        if found:
            partners[table.key] = _likeliest(table.key, found)
    return partners


def _shape(schema: Schema, table: Key) -> frozenset[tuple[str, ColumnType]]:
    return frozenset((column.name, column.type) for column in schema.columns(table))


def _alike(old: frozenset[tuple[str, ColumnType]], new: frozenset[tuple[str, ColumnType]]) -> bool:
    """Equal, or two columns and most of all columns in common."""
    common = len(old & new)
    return old == new or (common >= 2 and common / len(old | new) >= _OVERLAP)


def _likeliest(old: Key, found: Iterable[Key]) -> tuple[Key, ...]:
    """By likeness of name; equally like ones by name."""
    return tuple(sorted(found, key=lambda k: (-SequenceMatcher(None, old.name, k.name).ratio(), k)))


def _either(found: tuple[Key, ...]) -> str:
    """The likeliest, and how many others there are."""
    more = len(found) - 1
    return found[0].label + (f" (or {more} other{'s' if more > 1 else ''})" if more else "")
