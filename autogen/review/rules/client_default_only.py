"""A NOT NULL column whose value only the models' own Python code fills in."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule, gives_nothing
from autogen.schema import Column

RULE = Rule(
    "client-default-only",
    "high",
    "a new NOT NULL column with a Python default and no server default",
)


def check(context: Context) -> Iterable[Finding]:
    for column in context.created(Column):
        if column.nullable or not gives_nothing(column) or not context.stands(column.key.owner):
            continue
        words = context.client_defaults.get(column.key)
        if words is not None:
            yield RULE.finding(
                column.key,
                f"Only code of the new models fills in its default ({words}): code that still runs inserts "
                "without it, and fails.",
                remedy="State it as server_default as well, and drop that one deploy later if you like.",
            )
