"""The rows of the live tables as they will be, in SQL: under the new names, types and defaults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autogen.dialects.probing import NoAnswer, Probing
from autogen.review.context import gives_nothing
from autogen.schema import Column, Key

if TYPE_CHECKING:
    from autogen.review.context import Context


class Future:
    """Constraints of the models speak of the models' columns, and so can be asked of these rows as they
    are written."""

    def __init__(self, context: Context, probing: Probing) -> None:
        self._context = context
        self._probing = probing
        self._retyped = {after.key: (before, after) for before, after in context.retyped}

    def live_table(self, table: Key) -> Key:
        return self._context.old_name(table)

    def rows(self, table: Key, columns: Iterable[str], source: str | None = None) -> str:
        """What to write behind FROM; ``source`` stands for the live table, where it is a sample of it.

        Raises NoAnswer where a column's values are only made by the upgrade."""
        name = self._probing.name
        listed = [f"{self.value(table, column)} AS {name(column)}" for column in sorted(set(columns))]
        live = source or self._probing.table(self.live_table(table))
        return f"(SELECT {', '.join(listed) or '1 AS one'} FROM {live}) AS {name(table.name)}"

    def value(self, table: Key, name: str) -> str:
        """The value that a column will have, in terms of the live columns."""
        column = self._context.comparison.after.column(table, name)
        if column is None:
            raise NoAnswer(f"the models have no column {name}")
        if column.key in self._context.new_columns:
            return self._new(column)
        live = self._context.comparison.before.get(self._context.live_column(column.key))
        if not isinstance(live, Column) or bool(live.computed) != bool(column.computed):
            raise NoAnswer(f"the values of {name} are only computed by the upgrade")
        sql = self._probing.name(live.name)
        if column.key not in self._retyped:
            return sql
        converted = self._probing.converted(*self._retyped[column.key], sql)
        if converted is None:
            raise NoAnswer(f"the values of {name} are only converted by the upgrade")
        return converted

    def null(self, table: Key, name: str) -> str:
        """The condition that a column will hold NULL; most conversions make none, and need not be run."""
        key = Key("column", table.schema, table.name, name)
        live = self._context.live_column(key)
        if key in self._retyped and not self._probing.makes_null(*self._retyped[key]):
            return f"{self._probing.name(live.name)} IS NULL"
        return f"{self.value(table, name)} IS NULL"

    def _new(self, column: Column) -> str:
        if column.default is not None:
            return self._probing.given(column)
        if column.nullable and gives_nothing(column):
            return self._probing.null(column)
        raise NoAnswer(f"the values of {column.name} are only made by the upgrade")
