"""A nullable column of a table with rows becomes NOT NULL."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Nulls
from autogen.review.weighing import weighed
from autogen.schema import Column

RULE = Rule("set-not-null", "high", "NOT NULL for a column of rows that may hold NULL")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        if before.nullable and not after.nullable and context.may_hold_rows(after.key.owner):
            finding = RULE.finding(
                after.key,
                "Becomes NOT NULL: the upgrade fails while a row holds NULL here.",
                remedy="Fill such rows first, and deploy code that writes no NULL.",
            )
            nulls = context.ask(Nulls(after.key.owner, (after.name,)))
            settled = "Deploy code that writes no NULL first."
            yield weighed(finding, nulls, fails=context.strict, settled=settled)
