"""A table is dropped, and its rows with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Rows
from autogen.review.rules.probable_rename import unlikely
from autogen.schema import Table

RULE = Rule("drop-table", "blocker", "every dropped table")


def check(context: Context) -> Iterable[Finding]:
    for table in context.dropped(Table):
        if context.may_hold_rows(table.key):
            held = context.ask(Rows(context.old_name(table.key)))
            known = held is not None and held.verdict == "violated"
            rows = held.text.removeprefix("holds ") if held and known else "all its rows"
            finding = RULE.finding(
                table.key,
                f"Deletes the table with {rows}. "
                "downgrade() restores the table, not the rows; code that still reads it breaks."
                f"{unlikely(context, table.key)}",
            )
            yield replace(finding, evidence=held)
        else:
            yield RULE.finding(
                table.key, "Deletes a table that is empty now. Code that still reads it breaks.", "medium"
            )
