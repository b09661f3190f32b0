"""An index of a standing table is built without CONCURRENTLY: nobody writes to the table meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.operations.ops import CreateIndexOp

from autogen.lint.told import Reading, Told, flag
from autogen.review.context import Rule
from autogen.schema import Index

RULE = Rule(
    "index-not-concurrent",
    "high",
    "an index of a standing table is built without CONCURRENTLY",
    dialects=("postgresql",),
)


def check(reading: Reading) -> Iterable[Told]:
    for step, index in reading.creating(Index):
        operation = step.written.operation
        plain = isinstance(operation, CreateIndexOp) and not flag(operation, "postgresql_concurrently")
        if plain and reading.stands(index.key.owner):
            message = (
                f"Building the index locks {index.key.owner.label} against writes (ShareLock) for as long as it "
                "takes."
            )
            remedy = "postgresql_concurrently=True, in a block of its own: with op.get_context().autocommit_block()."
            yield RULE.finding(index.key, message, remedy=remedy), step.written.line
