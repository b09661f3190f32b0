"""A column gets another default."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column

RULE = Rule("change-default", "low", "another server default")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        if before.default and after.default and before.default != after.default and before.type == after.type:
            yield RULE.finding(
                after.key,
                f"Default {before.default} becomes {after.default}: rows that stand keep the old one, "
                "and code that relies on it is not told.",
            )
