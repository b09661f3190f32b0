"""A NOT NULL column is added that rows which stand get no value for."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule, gives_nothing
from autogen.schema import Column

RULE = Rule(
    "add-not-null-no-default", "blocker", "a NOT NULL column without a server default on a table with rows"
)


def check(context: Context) -> Iterable[Finding]:
    for column in context.created(Column):
        if not column.nullable and gives_nothing(column) and context.may_hold_rows(column.key.owner):
            yield RULE.finding(
                column.key,
                "NOT NULL without a server default: existing rows have no value for it. The upgrade fails, "
                "or (MySQL, MariaDB) fills in zeros and empty strings. Give it a server_default, or add it "
                "nullable, fill it, and set NOT NULL in a later revision.",
            )
