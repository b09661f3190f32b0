"""An exclusion constraint over rows that stand, which may conflict."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Exclude

RULE = Rule("add-exclusion", "high")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Exclude), *(after for _, after in context.altered(Exclude))]:
        if context.may_hold_rows(new.key.owner):
            yield RULE.finding(
                new.key,
                "Must exclude every pair of rows: the upgrade fails while two rows conflict. "
                "Check the data first; the table is locked while it is built.",
            )
