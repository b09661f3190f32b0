"""A table has nearly used up the instant changes that MySQL allows it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create, Drop
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column

MOST = 64
NEAR = 56
RULE = Rule(
    "mysql-instant-budget",
    "medium",
    f"a column of a table that has nearly used up its {MOST} instant changes (MySQL 8 from 8.0.29 on)",
    dialects=("mysql",),
)


def check(context: Context) -> Iterable[Finding]:
    changed = [
        change.key.owner
        for change in context.comparison.changes
        if isinstance(change, Create | Drop)
        and isinstance(change.after if isinstance(change, Create) else change.before, Column)
        and context.stands(change.key.owner)
    ]
    for table in dict.fromkeys(changed):
        used = context.facts.versions.get(context.old_name(table), 0)
        if used >= NEAR:
            yield RULE.finding(
                table,
                f"Instant changes have left {used} of {MOST} row versions in {table.label}: at {MOST} MySQL "
                "refuses ALGORITHM=INSTANT.",
                remedy=f"Plan a rebuild, which begins anew: OPTIMIZE TABLE {table.name}.",
            )
