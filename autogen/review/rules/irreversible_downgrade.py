"""The way back changes values, or fails on values that the way there lets in."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import EnumType

RULE = Rule(
    "irreversible-downgrade",
    "medium",
    "a change of type or label whose way back loses values, or fails on new ones",
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        back = context.dialect.type_change(after, before)
        if back.loss == "lossy":
            yield RULE.finding(
                after.key,
                f"downgrade() does not bring values back, from {after.type.words} to {before.type.words}: "
                f"{back.why or 'values change silently'}.",
            )
        elif back.loss != "none":
            why = back.why or "values that do not fit fail"
            yield RULE.finding(after.key, f"downgrade() may fail: {why}.", "low")
    for old, new in context.altered(EnumType):
        if any(label not in old.labels for label in new.labels):
            yield RULE.finding(
                new.key, "downgrade() makes the type anew, and fails while a row holds a new label.", "low"
            )
