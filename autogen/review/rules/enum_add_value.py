"""A label joins an enum type."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import EnumType

RULE = Rule(
    "enum-add-value",
    "low",
    "a new label of an enum type: code that still runs does not know it",
    dialects=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(EnumType):
        new = [label for label in after.labels if label not in before.labels]
        if new:
            listed = ", ".join(map(repr, new[:3])) + (" …" if len(new) > 3 else "")
            yield RULE.finding(
                after.key,
                f"Gains {listed}: code that still runs fails on reading a label that it does not know. "
                "The label is added in a transaction of its own, before all else.",
                remedy="Deploy code that reads the label before code that writes it.",
            )
