"""Statements that wait for a lock with the whole queue behind them."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import heaviest
from autogen.review.touched import touched

RULE = Rule(
    "no-lock-timeout",
    "high",
    "locks on tables with rows are waited for without a limit",
    dialects=("postgresql", "mysql"),
    drafted=("postgresql", "mysql"),
)


def check(context: Context) -> Iterable[Finding]:
    tables = [t for t in touched(context) if context.may_hold_rows(t) and not context.online(t)]
    if tables:
        listed = ", ".join(table.label for table in tables[:3]) + (" …" if len(tables) > 3 else "")
        yield RULE.about_revision(
            f"Waits for locks on {listed} as long as it takes: behind it, every query of these tables waits "
            "for the oldest transaction to end.",
            None if heaviest(context, tables) else "low",
            f"Run it with a limit: {context.dialect.lock_limit}.",
        )
