"""How PostgreSQL's columns, constraints, indexes and tables look in a draft (see operations.Spelling)."""

from __future__ import annotations

import re

from autogen.dialects.postgresql.sqltext import identifier, split_type
from autogen.dialects.postgresql.type_code import type_code
from autogen.operations import Kwargs
from autogen.schema import (
    Check,
    Code,
    Column,
    ColumnType,
    Constraint,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)
from autogen.source import SA, literal, text

_STRING = re.compile(r"'((?:[^'\\]|'')*)'\Z", re.DOTALL)
_CALL = re.compile(r"[a-z_][a-z0-9_.]*\(")
_SPECIAL = {"true": "sa.true()", "false": "sa.false()", "now()": "sa.func.now()"}
_INTEGERS = ("smallint", "integer", "bigint")
TABLE_OPTIONS = ("unlogged", "partition_by", "inherits", "using", "tablespace")
"""Table options that are no storage parameters."""


class Spelling:
    """The spelling for one walk: it looks up enum labels and primary keys in the schemas of the walk."""

    def __init__(self, final_names: bool, before: Schema, after: Schema) -> None:
        self.final_names = final_names
        self.before = before
        self.after = after

    def type_code(self, type_: ColumnType) -> Code:
        return type_code(type_, self.labels)

    def labels(self, enum: Key) -> tuple[str, ...]:
        found = self.after.get(enum) or self.before.get(enum)
        return found.labels if isinstance(found, EnumType) else ()

    def default_code(self, column: Column) -> Code:
        default = column.default or ""
        if default in _SPECIAL:
            return Code(_SPECIAL[default], frozenset({SA}))
        quoted = _STRING.match(default)
        return Code(literal(quoted[1].replace("''", "'"))) if quoted else text(default)

    def column_kwargs(self, column: Column) -> Kwargs:
        """``autoincrement``: True makes a SERIAL of a key column, and an integer alone in its primary key
        would become one unasked."""
        key = self.after.primary_key(column.key.owner) or self.before.primary_key(column.key.owner)
        if key is None or column.name not in key.columns:
            return {}
        if column.autoincrement:
            return {"autoincrement": "True"} if serial_of(self.after, key) == column.name else {}
        alone = key.columns == (column.name,) and column.identity is None and column.default is None
        return {"autoincrement": "False"} if alone and column.type.sql in _INTEGERS else {}

    def constraint_kwargs(self, constraint: Constraint) -> Kwargs:
        kwargs: dict[str, Code | str] = {}
        if isinstance(constraint, Unique) and constraint.nulls_not_distinct:
            kwargs["postgresql_nulls_not_distinct"] = "True"
        if isinstance(constraint, ForeignKey | Check) and not constraint.validated:
            kwargs["postgresql_not_valid"] = "True"
        return kwargs

    def index_kwargs(self, index: Index) -> Kwargs:
        kwargs: dict[str, Code | str] = {}
        if index.method:
            kwargs["postgresql_using"] = literal(index.method)
        if index.predicate is not None:
            kwargs["postgresql_where"] = text(index.predicate)
        if index.include:
            kwargs["postgresql_include"] = literal(index.include)
        if index.nulls_not_distinct:
            kwargs["postgresql_nulls_not_distinct"] = "True"
        ops = {e.text: e.opclass for e in index.elements if plain_opclass(e)}
        if ops:
            kwargs["postgresql_ops"] = literal(ops)
        if index.options:
            kwargs["postgresql_with"] = literal(dict(index.options))
        return kwargs

    def index_elements(self, index: Index) -> list[Code]:
        return [
            Code(literal(e.text)) if is_name(e) or plain_opclass(e) else text(element_sql(e))
            for e in index.elements
        ]

    def table_kwargs(self, table: Table) -> Kwargs:
        options = dict(table.options)
        kwargs: dict[str, Code | str] = {}
        if options.get("unlogged"):
            kwargs["prefixes"] = literal(["UNLOGGED"])
        if "partition_by" in options:
            kwargs["postgresql_partition_by"] = literal(options["partition_by"])
        if "inherits" in options:
            parents = f"sa.quoted_name({literal(options['inherits'])}, False)"
            kwargs["postgresql_inherits"] = Code(parents, frozenset({SA}))
        for name in ("using", "tablespace"):
            if name in options:
                kwargs[f"postgresql_{name}"] = literal(options[name])
        storage = {k: v for k, v in table.options if k not in TABLE_OPTIONS}
        if storage:
            kwargs["postgresql_with"] = literal(storage)
        return kwargs


def serial_of(schema: Schema, key: PrimaryKey) -> str | None:
    """The one column of a primary key that SQLAlchemy can render as SERIAL: the first that is one."""
    columns = (schema.column(key.key.owner, name) for name in key.columns)
    return next((c.name for c in columns if c is not None and c.autoincrement), None)


def is_name(element: IndexElement) -> bool:
    """Whether an index key is a column and nothing else."""
    stated = element.opclass or element.collation or element.is_expression
    return not stated and not element.descending and not element.nulls_first


def plain_opclass(element: IndexElement) -> bool:
    """Whether an index key is a column with an operator class and nothing else."""
    ordered = element.descending or element.nulls_first
    return bool(element.opclass) and not element.is_expression and not element.collation and not ordered


def element_sql(element: IndexElement) -> str:
    """One key of an index, as CREATE INDEX takes it."""
    if not element.is_expression:
        parts = [identifier(element.text)]
    else:
        parts = [element.text if _is_call(element.text) else f"({element.text})"]
    if element.collation:
        quoted = element.collation.startswith('"') or "." in element.collation
        parts.append(f"COLLATE {element.collation if quoted else identifier(element.collation)}")
    if element.opclass:
        parts.append(element.opclass)
    if element.descending:
        parts.append("DESC")
    if element.nulls_first != element.descending:
        parts.append("NULLS FIRST" if element.nulls_first else "NULLS LAST")
    return " ".join(parts)


def _is_call(expression: str) -> bool:
    """Whether the expression is one function call, which an index takes without parentheses."""
    if not _CALL.match(expression) or "'" in expression or '"' in expression:
        return False
    depth = 0
    for at, char in enumerate(expression):
        depth += (char == "(") - (char == ")")
        if depth == 0 and char == ")":
            return at == len(expression) - 1
    return False


def serial_type(column: Column) -> str:
    """SERIAL in the width of the column."""
    return {"smallint": "SMALLSERIAL", "bigint": "BIGSERIAL"}.get(split_type(column.type.sql)[0], "SERIAL")
