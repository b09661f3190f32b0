"""MODIFY states a column as a whole: what alter_column is not told of the rest is taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic.operations.ops import AlterColumnOp

from autogen.emit.words import listed
from autogen.lint.told import Reading, Told, table_key
from autogen.review.written import MYSQL_MODIFY_DROPS_ATTRS as RULE
from autogen.schema import Column, Key


def check(reading: Reading) -> Iterable[Told]:
    for step, operation in reading.of(AlterColumnOp):
        if step.written.sql or not _modifies(operation):
            continue
        key = table_key(reading.context.dialect, operation.table_name, operation.schema)
        column = step.before.column(key, str(operation.column_name))
        column = None if column is not None and column.key in step.supposed else column
        lost = _lost(operation, column) if column is not None else []
        if column is not None and lost:
            attributes, arguments = zip(*lost, strict=True)
            message = (
                f"Takes {listed([*attributes])} away: MODIFY states the whole column, and this does not."
            )
            remedy = f"Give {listed([*arguments])}."
            yield RULE.finding(column.key, message, remedy=remedy), step.written.line
        elif column is None and operation.existing_nullable is None and operation.modify_nullable is None:
            where = Key("column", key.schema, key.name, str(operation.column_name))
            message = "Becomes nullable, whatever it was: MODIFY states the whole column."
            yield RULE.finding(where, message, remedy="Give existing_nullable."), step.written.line


def _modifies(operation: Any) -> bool:
    """Whether Alembic writes MODIFY or CHANGE, and not ALTER COLUMN … SET DEFAULT."""
    return (
        operation.modify_type is not None
        or operation.modify_nullable is not None
        or operation.modify_name is not None
        or operation.modify_comment is not False
    )


def _lost(operation: Any, column: Column) -> list[tuple[str, str]]:
    lost = []
    if not column.nullable and operation.existing_nullable is None and operation.modify_nullable is None:
        lost.append(("NOT NULL", "existing_nullable=False"))
    stated = operation.existing_server_default is not False or operation.modify_server_default is not False
    if column.default is not None and not stated:
        lost.append((f"the default {column.default}", "existing_server_default"))
    if column.autoincrement and operation.kw.get("autoincrement") is None:
        lost.append(("AUTO_INCREMENT", "autoincrement=True"))
    commented = operation.existing_comment is not None or operation.modify_comment is not False
    if column.comment is not None and not commented:
        lost.append(("the comment", "existing_comment"))
    if column.on_update is not None:
        lost.append((f"ON UPDATE {column.on_update}", "the whole column in op.execute"))
    return lost
