"""The index of a new unique constraint is built while nobody may use the table."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.partitioned import is_partitioned
from autogen.schema import Unique

RULE = Rule(
    "add-unique-lock",
    "high",
    "a unique constraint on a table with rows: its index is built under a lock on everything",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, unique in context.changed(Unique):
        if not is_partitioned(context, unique.key.owner):
            remedy = "Build a unique index CONCURRENTLY, then add the constraint USING INDEX."
            yield from locked(context, RULE, unique.key, context.work(change), remedy)
