"""A new column that has another value in each row is written into all of them."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.schema import Column

RULE = Rule(
    "add-volatile-default",
    "high",
    "a new column with a volatile default, serial, identity or stored expression: the table is rewritten",
    dialects=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, column in context.changed(Column):
        if isinstance(change, Create):
            yield from locked(context, RULE, column.key, context.work(change), remedy(column))


def remedy(column: Column) -> str:
    if column.default is None:
        return "Add a plain column, fill it in batches, and take it over in a later revision."
    return "Add the column without the default, set the default, then fill the rows that stand in batches."
