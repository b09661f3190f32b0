"""A key has used up most of the numbers that its type has."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, Key

RULE = Rule(
    "id-exhaustion",
    "medium",
    "a key of a table that changes has used more than half of the numbers of its type",
    dialects=("postgresql", "mysql"),
)
_HALF, _MOST = 0.5, 0.8


def check(context: Context) -> Iterable[Finding]:
    counters = context.facts.counters
    for column in context.comparison.after.of_kind(Column) if counters else ():
        owner = context.old_name(column.key.owner)
        live = context.old_name(column.key)
        live = Key("column", owner.schema, owner.name, live.name)
        highest = context.dialect.highest(column.type)
        if live not in counters or highest is None:
            continue
        share = counters[live] / highest
        if share >= _HALF:
            yield RULE.finding(
                column.key,
                f"Has come to {counters[live]:,} of {highest:,}: inserts fail when the numbers are used up.",
                "high" if share >= _MOST else None,
                "Plan the change to BIGINT now, with that of the columns that refer to it.",
            )
