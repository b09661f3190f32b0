"""One function an operation: ``(meaning, operation, schema) -> Effect``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autogen.lint.effects import enums, parts, tables
from autogen.lint.meaning import Effect, Meaning
from autogen.schema import Schema

EFFECTS: dict[str, Callable[[Meaning, Any, Schema], Effect]] = {
    "CreateTableOp": tables.create_table,
    "DropTableOp": tables.drop_table,
    "RenameTableOp": tables.rename_table,
    "CreateTableCommentOp": tables.table_comment,
    "DropTableCommentOp": tables.table_comment,
    "AddColumnOp": tables.add_column,
    "DropColumnOp": tables.drop_column,
    "AlterColumnOp": tables.alter_column,
    "AddConstraintOp": parts.create_constraint,
    "CreatePrimaryKeyOp": parts.create_constraint,
    "CreateUniqueConstraintOp": parts.create_constraint,
    "CreateForeignKeyOp": parts.create_constraint,
    "CreateCheckConstraintOp": parts.create_constraint,
    "CreateExcludeConstraintOp": parts.create_constraint,
    "DropConstraintOp": parts.drop_constraint,
    "CreateIndexOp": parts.create_index,
    "DropIndexOp": parts.drop_index,
    "Data": tables.data,
    "Locked": tables.data,
    "Validate": parts.validate,
    "UsingIndex": parts.using_index,
    "NotNullAdded": parts.not_null_added,
    "PartRenamed": parts.part_renamed,
    "EnumCreated": enums.enum_created,
    "SchemaCreated": enums.schema_created,
    "Dropped": enums.dropped,
    "LabelAdded": enums.label_added,
    "LabelRenamed": enums.label_renamed,
}
