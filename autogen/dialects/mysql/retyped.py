"""Columns that get another type, with the collation that their table gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.changes import Alter, Create
from autogen.dialects.mysql import types
from autogen.plan import Comparison
from autogen.schema import Column, Table

if TYPE_CHECKING:
    from autogen.dialects.mysql import MySQL


def retyped(dialect: MySQL, comparison: Comparison) -> Iterator[tuple[Column, Column]]:
    """Altered columns, and those that only follow their table to another collation."""
    altered = {
        c.key: (c.before, c.after)
        for c in comparison.changes
        if isinstance(c, Alter) and isinstance(c.before, Column) and isinstance(c.after, Column)
    }
    created = {c.key for c in comparison.changes if isinstance(c, Create)}
    tables = {
        c.key: c.before for c in comparison.changes if isinstance(c, Alter) and isinstance(c.before, Table)
    }
    for owner in tables:
        for column in comparison.after.columns(owner):
            if column.key not in created:
                altered.setdefault(column.key, (column, column))
    for before, after in altered.values():
        table = comparison.after.get(after.key.owner)
        old = effective(dialect, before, tables.get(after.key.owner, table))
        new = effective(dialect, after, table)
        if old.type != new.type:
            yield old, new


def effective(dialect: MySQL, column: Column, table: object) -> Column:
    """The column with the character set and collation that it has, stated or not."""
    if column.type.collation is not None or types.parse(column.type.sql).name not in types.TEXTS:
        return column
    options = dict(table.options) if isinstance(table, Table) else {}
    collation = options.get("collation", dialect.default_collation)
    charset = collation.partition("_")[0]
    return replace(column, type=replace(column.type, collation=collation, charset=charset))
