"""A very large table is copied while nobody may write to it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.dialects.facts import Size
from autogen.plan import Finding
from autogen.review.context import Context, Rule, at_most
from autogen.review.locks import with_size
from autogen.schema import Key

RULE = Rule(
    "mysql-use-osc",
    "high",
    "a table of more than a million rows or a gigabyte is copied while writes wait",
    dialects=("mysql",),
)
LARGE = Size(1_000_000, 1024**3)


def check(context: Context) -> Iterable[Finding]:
    copied: dict[Key, None] = {}
    for change in context.comparison.changes:
        work = context.work(change)
        if work is not None and work.copies:
            copied[change.key.owner] = None
    for table in copied:
        size = context.size(table)
        known = size.rows is not None or size.bytes is not None
        if known and not at_most(size, LARGE) and context.may_hold_rows(table):
            yield RULE.finding(
                table,
                f"{with_size(context, table)} is copied with writes locked out: minutes to hours.",
                remedy=f'Do it with gh-ost or pt-online-schema-change (--alter "…", table {table.name}), '
                "then stamp the revision; gh-ost takes no table with foreign keys or triggers.",
            )
