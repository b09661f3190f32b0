"""A table is dropped, and its rows with it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.rules.probable_rename import unlikely
from autogen.schema import Table

RULE = Rule("drop-table", "blocker", "every dropped table")


def check(context: Context) -> Iterable[Finding]:
    for table in context.dropped(Table):
        if context.may_hold_rows(table.key):
            yield RULE.finding(
                table.key,
                "Deletes the table with all its rows. "
                "downgrade() restores the table, not the rows; code that still reads it breaks."
                f"{unlikely(context, table.key)}",
            )
        else:
            yield RULE.finding(
                table.key, "Deletes a table that is empty now. Code that still reads it breaks.", "medium"
            )
