"""Every row is looked at for NULL while nobody may use the table."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.schema import Column

RULE = Rule(
    "set-not-null-lock",
    "high",
    "SET NOT NULL on a table with rows: every row is read under a lock on everything",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        work = context.work(Alter(before, after))
        if work and before.nullable and not after.nullable and before.type == after.type:
            check = f"{context.dialect.sqla.identifier_preparer.quote(after.name)} IS NOT NULL"
            remedy = f"Validate a check ({check}) first: SET NOT NULL then reads no row."
            yield from locked(context, RULE, after.key, work, remedy)
