"""A table with rows gets a primary key over other columns."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.uniqueness import enforced
from autogen.schema import IndexElement, Key, PrimaryKey

RULE = Rule("add-pk", "high", "a primary key over columns that may hold NULL or duplicates")


def check(context: Context) -> Iterable[Finding]:
    changed = [a for b, a in context.altered(PrimaryKey) if not set(b.columns) <= set(a.columns)]
    for key in [*context.created(PrimaryKey), *changed]:
        if not _numbered(context, key) and not _held(context, key) and context.may_hold_rows(key.key.owner):
            columns = ", ".join(key.columns)
            yield RULE.finding(
                key.key,
                f"Becomes the primary key ({columns}): the upgrade fails while rows hold NULL or duplicates "
                "there. Check the data first; the table is locked while the key is built.",
            )


def _held(context: Context, key: PrimaryKey) -> bool:
    """Whether the columns are NOT NULL and unique already."""
    columns = [context.standing.column(key.key.owner, name) for name in key.columns]
    wanted = frozenset(IndexElement(name) for name in key.columns)
    return all(c and not c.nullable for c in columns) and enforced(context, key.key.owner, wanted)


def _numbered(context: Context, key: PrimaryKey) -> bool:
    """Whether a new column of the key is numbered by the server, so that no two rows are equal."""
    new = (context.new_columns.get(Key("column", key.schema, key.table, name)) for name in key.columns)
    return any(column and (column.identity or column.autoincrement) for column in new)
