"""Which tables a batch makes anew on SQLite: all but those that only get columns and indexes."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.operations.ops import AddColumnOp, CreateIndexOp, DropIndexOp

from autogen.lint.recording import Step
from autogen.lint.told import Reading
from autogen.schema import Key

_IN_PLACE = (AddColumnOp, CreateIndexOp, DropIndexOp)


def remade(reading: Reading) -> Iterator[tuple[Step, Key]]:
    """The first step of each batch that copies its table, and the table."""
    blocks: dict[int, list[Step]] = {}
    for step in reading.steps:
        if step.written.batch is not None:
            blocks.setdefault(step.written.batch.number, []).append(step)
    for steps in blocks.values():
        batch = steps[0].written.batch
        assert batch is not None
        changes = [s for s in steps if not isinstance(s.written.operation, _IN_PLACE)]
        if batch.recreate == "always" or (batch.recreate == "auto" and changes):
            yield (changes or steps)[0], batch.table
