"""A column of an enum type is added, and nothing creates the type: add_column does not."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.operations.ops import AddColumnOp, AlterColumnOp

from autogen.changes import Drop
from autogen.lint.told import Reading, Told
from autogen.review.written import ENUM_TYPE_MISSING as RULE
from autogen.schema import Column


def check(reading: Reading) -> Iterable[Told]:
    for step, _ in reading.of(AddColumnOp, AlterColumnOp):
        for change in step.changes:
            column = None if isinstance(change, Drop) else change.after
            enum = column.type.enum if isinstance(column, Column) else None
            if column is not None and enum and enum not in step.before and reading.complete:
                message = (
                    f'Nothing has created the type: the upgrade fails with type "{enum.name}" does not exist.'
                )
                remedy = "Before it: the_enum.create(op.get_bind(), checkfirst=True); drop it in downgrade()."
                yield RULE.finding(column.key, message, remedy=remedy), step.written.line
