"""An index is built on a table that is written to."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.partitioned import is_partitioned
from autogen.schema import Index

RULE = Rule(
    "index-not-concurrent",
    "high",
    "an index built on a table with rows: writes wait",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for change, index in context.changed(Index):
        if not is_partitioned(context, index.key.owner):
            remedy = "Build it CONCURRENTLY, in an autocommit block."
            yield from locked(context, RULE, index.key, context.work(change), remedy)
