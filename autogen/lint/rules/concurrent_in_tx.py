"""CONCURRENTLY inside of a transaction: the server refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alembic.operations.ops import CreateIndexOp, DropIndexOp

from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told, flag
from autogen.lint.written import Beside, Detached, Rebuilt
from autogen.plan import Finding
from autogen.review.written import CONCURRENT_IN_TX as RULE
from autogen.schema import Key

_REMEDY = "Put it in a block of its own: with op.get_context().autocommit_block()."


def check(reading: Reading) -> Iterable[Told]:
    for step in reading.steps:
        if step.written.autocommit:
            continue
        for words, key in _apart(step):
            message = f"{words} cannot run inside a transaction: the upgrade fails here."
            message = message if reading.upgrade else message.replace("upgrade", "downgrade")
            finding = (
                RULE.finding(key, message, remedy=_REMEDY)
                if key
                else Finding(RULE.id, RULE.severity, words, message, remedy=_REMEDY)
            )
            yield finding, step.written.line


def _apart(step: Step) -> Iterator[tuple[str, Key | None]]:
    """What has to run by itself, in words, and the object it is about."""
    operation = step.written.operation
    if isinstance(operation, CreateIndexOp | DropIndexOp) and flag(operation, "postgresql_concurrently"):
        verb = "CREATE" if isinstance(operation, CreateIndexOp) else "DROP"
        key = next((change.key for change in step.changes), None)
        yield f"{verb} INDEX CONCURRENTLY", key
    elif isinstance(operation, Detached) and operation.concurrently:
        yield "DETACH PARTITION CONCURRENTLY", operation.table
    elif isinstance(operation, Rebuilt) and operation.concurrently and operation.what.startswith("REINDEX"):
        yield f"{operation.what} CONCURRENTLY", None
    elif (isinstance(operation, Rebuilt) and operation.what.startswith("VACUUM")) or (
        isinstance(operation, Beside) and operation.words == "VACUUM"
    ):
        yield "VACUUM", None
