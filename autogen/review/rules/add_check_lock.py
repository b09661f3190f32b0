"""A check is tried on all rows while the table is locked."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.schema import Check

RULE = Rule(
    "add-check-lock",
    "high",
    "a check on a table with rows: it is locked while every row is tried",
    dialects=("postgresql", "mysql"),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, constraint in context.changed(Check):
        remedy = "Where the server can: add it NOT VALID, and validate it in a transaction of its own."
        yield from locked(context, RULE, constraint.key, context.work(change), remedy)
