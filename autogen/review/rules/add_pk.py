"""A table with rows gets a primary key over other columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.plan import Evidence, Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Duplicates, Nulls
from autogen.review.uniqueness import enforced
from autogen.review.weighing import weighed
from autogen.schema import IndexElement, Key, PrimaryKey

RULE = Rule("add-pk", "high", "a primary key over columns that may hold NULL or duplicates")


def check(context: Context) -> Iterable[Finding]:
    changed = [a for b, a in context.altered(PrimaryKey) if not set(b.columns) <= set(a.columns)]
    for key in [*context.created(PrimaryKey), *changed]:
        if not _numbered(context, key) and not _held(context, key) and context.may_hold_rows(key.key.owner):
            columns = ", ".join(key.columns)
            finding = RULE.finding(
                key.key,
                f"Becomes the primary key ({columns}): the upgrade fails while rows hold NULL or duplicates "
                "there.",
                remedy="Repair such rows first, and see that running code adds no more.",
            )
            settled = "See that running code adds no such rows."
            yield weighed(finding, _evidence(context, key), settled=settled)


def _evidence(context: Context, key: PrimaryKey) -> Evidence | None:
    """NULLs, or else duplicates; where neither is known to be there, what leaves more open."""
    nulls = context.ask(Nulls(key.key.owner, key.columns))
    if nulls is None or nulls.verdict == "violated":
        return nulls
    duplicates = context.ask(Duplicates(key))
    return duplicates if duplicates and duplicates.verdict != "clean" else _both(nulls, duplicates)


def _both(nulls: Evidence, duplicates: Evidence | None) -> Evidence:
    if nulls.verdict != "clean" or duplicates is None:
        return nulls
    return replace(duplicates, text=f"no NULL and {duplicates.text}")


def _held(context: Context, key: PrimaryKey) -> bool:
    """Whether the columns are NOT NULL and unique already."""
    columns = [context.standing.column(key.key.owner, name) for name in key.columns]
    wanted = frozenset(IndexElement(name) for name in key.columns)
    return all(c and not c.nullable for c in columns) and enforced(context, key.key.owner, wanted)


def _numbered(context: Context, key: PrimaryKey) -> bool:
    """Whether a new column of the key is numbered by the server, so that no two rows are equal."""
    new = (context.new_columns.get(Key("column", key.schema, key.table, name)) for name in key.columns)
    return any(column and (column.identity or column.autoincrement) for column in new)
