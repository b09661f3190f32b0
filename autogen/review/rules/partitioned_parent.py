"""An index or a key for a partitioned table, which the server builds on all partitions at once."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.partitioned import is_partitioned
from autogen.schema import ForeignKey, Index, PrimaryKey, Unique

RULE = Rule(
    "partitioned-parent",
    "high",
    "an index, key or foreign key on a partitioned table: all partitions are locked",
    dialects=("postgresql",),
)
_BY_PARTS = (
    "Create the index ON ONLY the parent, build it CONCURRENTLY on each partition, then ATTACH each of them."
)
_BY_KEYS = "Add the foreign key to each partition NOT VALID, validate it there, then add it to the parent."


def check(context: Context) -> Iterable[Finding]:
    for kind in (Index, Unique, PrimaryKey, ForeignKey):
        for change, part in context.changed(kind):
            if is_partitioned(context, part.key.owner):
                remedy = _BY_KEYS if isinstance(part, ForeignKey) else _BY_PARTS
                note = " on every partition"
                yield from locked(context, RULE, part.key, context.work(change), remedy, note=note)
