"""A check over rows that stand, which may violate it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Check

RULE = Rule("add-check", "high")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Check), *(after for _, after in context.altered(Check))]:
        if new.validated and not _held(context, new) and context.may_hold_rows(new.key.owner):
            yield RULE.finding(
                new.key,
                "Must hold for every row: the upgrade fails while a row violates the check. "
                "Repair such rows first; code that still writes other values breaks.",
            )


def _held(context: Context, new: Check) -> bool:
    """Whether a check of the database enforces as much already."""
    parts = context.comparison.before.parts(context.old_name(new.key.owner))
    return any(isinstance(p, Check) and p.validated and p.expression == new.expression for p in parts)
