"""The index of a new primary key is built while nobody may use the table."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.partitioned import is_partitioned
from autogen.schema import PrimaryKey

RULE = Rule(
    "add-pk-lock",
    "high",
    "a primary key on a table with rows: its index is built under a lock on everything",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, key in context.changed(PrimaryKey):
        if not is_partitioned(context, key.key.owner):
            remedy = (
                "Make the columns NOT NULL behind a validated check, build a unique index CONCURRENTLY, then "
                "add the key USING INDEX."
            )
            yield from locked(context, RULE, key.key, context.work(change), remedy)
