"""NULLs are turned into zeros and empty strings where the server is not strict."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column

RULE = Rule(
    "set-not-null-mysql",
    "blocker",
    "NOT NULL on a server without strict mode: NULLs become zeros and empty strings",
    dialects=("mysql",),
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        if not before.nullable or after.nullable or context.facts.strict:
            continue
        if context.may_hold_rows(after.key.owner):
            yield RULE.finding(
                after.key,
                "The session's sql_mode is not strict: rows that hold NULL get 0 or '' without an error.",
                remedy="Add STRICT_TRANS_TABLES to the sql_mode of the connection that runs the upgrade.",
            )
