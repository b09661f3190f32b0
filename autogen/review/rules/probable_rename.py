"""A drop and a create that look like one rename: as drafted, what the old one holds is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.rules.rename import argument, evidence, percent
from autogen.schema import Column, ColumnType, Key, Schema, Table

RULE = Rule("probable-rename", "blocker", "a drop that may be a rename after all")
LIKELY = 0.1
"""Pairs below that are no more than named."""
_OVERLAP = 0.6
"""Share of columns, by name and type, that two tables must have in common."""


_LOST = {"table": "rows", "column": "values"}


def check(context: Context) -> Iterable[Finding]:
    tables = _open(context, table_partners(context), Table)
    columns = _open(context, column_partners(context), Column)
    for old, found in (*tables.items(), *columns.items()):
        live = context.live_name(old)
        near = context.closest.get(live)
        computed = near is not None and near.computed
        kept = (
            f"As drafted, the {_LOST[old.kind]} are deleted; to keep them" if not computed else "If it is one"
        )
        yield RULE.finding(
            old,
            f"Perhaps a rename to {_either(context, old, found)}. {kept}: "
            f"autogen diff --amend --rename {argument(live)}={argument(found[0])}",
            "medium" if computed else None,
        )


def _open(
    context: Context, partners: Mapping[Key, tuple[Key, ...]], kind: type[Table | Column]
) -> dict[Key, tuple[Key, ...]]:
    """Partners of what nobody has said to be dropped, and that became nothing else; the one that the
    evidence speaks for comes first."""
    closest = context.closest
    gone = {o.key for o in context.dropped(kind)}
    come = {o.key for o in context.created(kind)}
    found: dict[Key, tuple[Key, ...]] = {}
    for old in sorted(gone - {key for key, _ in context.comparison.renaming.dropped}):
        near = closest.get(context.live_name(old))
        if near is not None and near.confidence < LIKELY:
            continue
        likeliest = [near.after] if near is not None and near.after in come else []
        listed = (*likeliest, *(key for key in partners.get(old, ()) if key not in likeliest))
        if listed:
            found[old] = listed
    return found


def unlikely(context: Context, key: Key) -> str:
    """A sentence about the closest candidate of what is dropped, where that is hardly one."""
    near = context.closest.get(context.live_name(key))
    if near is None or near.confidence >= LIKELY:
        return ""
    return f" The closest candidate for a rename is {near.after.label} ({percent(near.confidence)})."


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


def _either(context: Context, old: Key, found: tuple[Key, ...]) -> str:
    """The likeliest with what speaks for it, and how many others there are."""
    more = len(found) - 1
    decision = context.closest.get(context.live_name(old))
    same = "the same columns or nearly so" if old.kind == "table" else "the same type"
    why = evidence(decision) if decision and decision.after == found[0] else f"it has {same}"
    return f"{found[0].label} ({why}" + (
        f"; {more} other{'s' if more > 1 else ''} may be it)" if more else ")"
    )
