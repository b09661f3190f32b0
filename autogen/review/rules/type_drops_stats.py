"""A change of type throws away what the planner knows of the column."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import weight
from autogen.schema import Column

RULE = Rule(
    "type-drops-stats",
    "medium",
    "a change of type, after which the planner has no statistics of the column",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for _, after in context.retyped:
        severity = weight(context, RULE, after.key.owner)
        if severity and _is_looked_up(context, after):
            yield RULE.finding(
                after.key,
                "The column's statistics go with its old type: queries may be planned badly until it is "
                "analysed again.",
                severity,
                f"After it, outside the transaction: ANALYZE {after.key.owner.label} ({after.name}).",
            )


def _is_looked_up(context: Context, column: Column) -> bool:
    """Whether an index or key is over the column: queries then look for its values."""
    return any(
        column.name in getattr(p, "columns", ()) for p in context.comparison.after.parts(column.key.owner)
    )
