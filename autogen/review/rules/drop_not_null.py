"""A column may hold NULL from now on."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column

RULE = Rule("drop-not-null", "low", "a column that may hold NULL from now on")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        if after.nullable and not before.nullable:
            yield RULE.finding(
                after.key,
                "May hold NULL: code that still runs may not expect it. downgrade() fails while a row holds "
                "one.",
                remedy="Deploy code that reads NULL before code that writes it.",
            )
