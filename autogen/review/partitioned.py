"""Tables whose rows are in partitions."""

from __future__ import annotations

from autogen.review.context import Context
from autogen.schema import Key, Table


def is_partitioned(context: Context, table: Key) -> bool:
    """Whether the table, as it stands, is the parent of partitions."""
    found = context.comparison.before.get(context.old_name(table))
    return isinstance(found, Table) and "partition_by" in dict(found.options)
