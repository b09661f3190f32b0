"""A NOT NULL column is added that rows which stand get no value for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.plan import Finding
from autogen.review.context import Context, Rule, gives_nothing
from autogen.review.probes import Rows
from autogen.review.weighing import weighed
from autogen.schema import Column

RULE = Rule(
    "add-not-null-no-default", "blocker", "a NOT NULL column without a server default on a table with rows"
)


def check(context: Context) -> Iterable[Finding]:
    for column in context.created(Column):
        if column.nullable or not gives_nothing(column):
            continue
        if context.dialect.numbers(column, context.comparison.after):
            continue
        if context.may_hold_rows(column.key.owner):
            finding = RULE.finding(
                column.key,
                "NOT NULL without a server default: existing rows have no value for it. The upgrade fails, "
                "or (MySQL, MariaDB) fills in zeros and empty strings.",
                remedy="Give it a server_default, or add it nullable, fill it, and set NOT NULL in a later "
                "revision.",
            )
            yield _weighed(context, finding, column)


def _weighed(context: Context, finding: Finding, column: Column) -> Finding:
    held = context.ask(Rows(context.old_name(column.key.owner)))
    if held is None or context.inquiry is None or held.verdict != "violated":
        return finding
    rows = replace(held, text=f"{held.text.removeprefix('holds ')} without a value")
    return weighed(finding, rows, fails=not context.inquiry.probing.fills_not_null)
