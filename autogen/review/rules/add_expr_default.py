"""A new column whose value is an expression or a counter is written into every row."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.rules.add_volatile_default import remedy
from autogen.schema import Column

RULE = Rule(
    "add-expr-default",
    "high",
    "a new column with an expression as default, AUTO_INCREMENT or a stored expression: the table is copied",
    dialects=("mysql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, column in context.changed(Column):
        if isinstance(change, Create):
            yield from locked(context, RULE, column.key, context.work(change), remedy(column))
