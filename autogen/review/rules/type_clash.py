"""Under its new type a column may hold equal values, and a unique key over it stands."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, Index, PrimaryKey, Unique

RULE = Rule("type-clash", "high", "a type or collation under which values of a unique key may become equal")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        clash = context.dialect.type_change(before, after).clash
        if clash and _keyed(context, after) and context.may_hold_rows(after.key.owner):
            yield RULE.finding(
                after.key,
                f"Conversion under a unique key: {clash}, and the upgrade fails. Check the data first.",
            )


def _keyed(context: Context, column: Column) -> bool:
    """Whether a unique key over the column stands through the change; of a new one, add-unique tells."""
    new = {change.key for change in context.comparison.changes if isinstance(change, Create)}
    parts = context.comparison.after.parts(column.key.owner)
    keys = [p for p in parts if isinstance(p, PrimaryKey | Unique | Index) and p.key not in new]
    return any(column.name in p.columns and getattr(p, "unique", True) for p in keys)
