"""A table with rows loses its primary key, or gets another one."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Drop
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import weight
from autogen.schema import PrimaryKey

RULE = Rule(
    "drop-or-change-pk",
    "high",
    "a primary key dropped, or put over other columns",
    dialects=("postgresql", "mysql"),
)


def check(context: Context) -> Iterable[Finding]:
    changed = [
        (b, f"({', '.join(a.columns)}) from now on")
        for b, a in context.altered(PrimaryKey)
        if b.columns != a.columns
    ]
    dropped = [
        (b, "none from now on")
        for b in context.dropped(PrimaryKey)
        if b.key.owner not in context.dropped_tables
    ]
    for key, becomes in [*changed, *dropped]:
        severity = weight(context, RULE, key.key.owner)
        if severity:
            work = context.work(Drop(key))
            copied = f" The server {work.does} under {work.lock}." if work else ""
            yield RULE.finding(
                key.key,
                f"Rows are identified by {becomes}: logical replication and code that finds rows by "
                f"({', '.join(key.columns)}) break.{copied}",
                severity,
                "Add the new columns as a unique key first, move what reads over, then change the key.",
            )
