"""A foreign key is checked for all rows while two tables are locked."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.partitioned import is_partitioned
from autogen.schema import ForeignKey

RULE = Rule(
    "add-fk-lock",
    "high",
    "a foreign key on a table with rows: both tables are locked while it is checked",
    dialects=("postgresql", "mysql"),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, fk in context.changed(ForeignKey):
        if not is_partitioned(context, fk.key.owner):
            remedy = "Where the server can: add it NOT VALID, and validate it in a transaction of its own."
            yield from locked(context, RULE, fk.key, context.work(change), remedy, fk.target)
