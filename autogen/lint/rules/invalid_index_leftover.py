"""CREATE INDEX CONCURRENTLY IF NOT EXISTS: what a failed build left behind is kept, and never used."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.operations.ops import CreateIndexOp, DropIndexOp

from autogen.lint.told import Reading, Told, flag
from autogen.review.rules.invalid_index_leftover import RULE
from autogen.schema import Index


def check(reading: Reading) -> Iterable[Told]:
    dropped = {str(operation.index_name) for _, operation in reading.of(DropIndexOp)}
    for step, index in reading.creating(Index):
        operation = step.written.operation
        concurrent = isinstance(operation, CreateIndexOp) and flag(operation, "postgresql_concurrently")
        kept = concurrent and getattr(operation, "if_not_exists", None) and index.name not in dropped
        if kept and reading.stands(index.key.owner):
            message = (
                "A build that fails or is cancelled leaves an invalid index, and IF NOT EXISTS takes it for "
                "this one when the revision runs again."
            )
            unique = " Nothing is unique then." if index.unique else ""
            remedy = "Drop the index before, with if_exists=True and postgresql_concurrently=True."
            yield RULE.finding(index.key, message + unique, "high" if index.unique else "medium", remedy), (
                step.written.line
            )
