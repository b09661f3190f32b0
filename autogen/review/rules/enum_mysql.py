"""Labels of an ENUM or SET column change in another way than by joining at the end."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.schema import Column

RULE = Rule(
    "enum-mysql",
    "high",
    "labels of an ENUM or SET column removed, reordered or put between others: the table is copied",
    dialects=("mysql",),
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        if is_enumeration(before) and is_enumeration(after):
            work = context.work(Alter(before, after))
            remedy = "Put new labels at the end, and leave old ones in place: that changes no row."
            yield from locked(context, RULE, after.key, work, remedy)


def is_enumeration(column: Column) -> bool:
    """Whether the labels are part of the column's type."""
    return column.type.sql.lower().startswith(("enum(", "set("))
