"""An index is dropped without CONCURRENTLY: it waits for, and then holds up, every query of the table."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.operations.ops import DropIndexOp

from autogen.changes import Drop
from autogen.lint.told import Reading, Told, flag
from autogen.review.written import DROP_INDEX_LOCK as RULE
from autogen.schema import Index


def check(reading: Reading) -> Iterable[Told]:
    for step, operation in reading.of(DropIndexOp):
        for change in step.changes:
            if not isinstance(change, Drop) or not isinstance(change.before, Index):
                continue
            table = change.key.owner
            if not reading.stands(table):
                continue
            if flag(operation, "postgresql_concurrently"):
                continue
            named = table.label if change.before.table else "its table"
            message = (
                f"Locks {named} against reads and writes (AccessExclusiveLock) until the transaction ends."
            )
            remedy = "postgresql_concurrently=True, in op.get_context().autocommit_block()."
            yield RULE.finding(change.key, message, remedy=remedy), step.written.line
