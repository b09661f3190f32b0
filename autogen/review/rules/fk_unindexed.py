"""A foreign key whose columns no index begins with."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.indexing import leading
from autogen.schema import ForeignKey

RULE = Rule(
    "fk-unindexed",
    "medium",
    "a new foreign key without an index over its columns: every delete over there reads the whole table",
    dialects=("postgresql", "sqlite"),
)


def check(context: Context) -> Iterable[Finding]:
    for fk in context.created(ForeignKey):
        table = fk.key.owner
        if not leading(context.comparison.after, table, fk.columns):
            large = context.may_hold_rows(table) and not context.is_small(table)
            yield RULE.finding(
                fk.key,
                f"No index begins with {', '.join(fk.columns)}: each delete from {fk.target.label}, and each "
                "change of its key, reads the whole table.",
                None if large else "low",
                "Give the columns an index (index=True).",
            )
