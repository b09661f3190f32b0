"""Types of the models' columns in canonical spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import Dialect
from autogen.dialects.postgresql.names import parts, quoted
from autogen.dialects.postgresql.type_names import type_name
from autogen.schema import ColumnType, EnumType

if TYPE_CHECKING:
    import sqlalchemy


def schema_name(dialect: Dialect, name: Any) -> str:
    """A schema's name as a value."""
    return "" if name is None or name == dialect.default_schema else str(name)


def enum_type(dialect: Dialect, declared: Any) -> Any:
    """The native Enum that a type is, or is an array of; None for other types."""
    from sqlalchemy.types import ARRAY, Enum

    from autogen.type_code import effective_type

    found: Any = effective_type(declared, dialect.sqla)
    while isinstance(found, ARRAY):
        found = effective_type(found.item_type, dialect.sqla)
    return found if isinstance(found, Enum) and found.native_enum else None


def enum_value(dialect: Dialect, declared: Any) -> EnumType:
    labels = tuple(str(label) for label in declared.enums)
    return EnumType(schema_name(dialect, declared.schema), str(declared.name), labels)


def column_type(dialect: Dialect, declared: Any, value: ColumnType) -> ColumnType:
    """The type as format_type spells it."""
    enum = enum_type(dialect, declared)
    key = enum_value(dialect, enum).key if enum is not None and enum.name else None
    sql = type_name(value.sql, dialect.default_schema)
    return replace(value, sql=sql, collation=collation_name(value.collation), enum=key)


def collation_name(name: str | None) -> str | None:
    """A collation as quote_ident spells it; SQLAlchemy takes a bare name or a dotted, quoted one."""
    if name is None or name in ("default", '"default"', "pg_catalog.default"):
        return None
    found = parts(name) if '"' in name else None
    if found is None:
        return quoted(name)
    if found[0] == "pg_catalog":
        found = found[1:]
    return ".".join(quoted(part) for part in found)


class TableTypes:
    """The canonical type of each column of a table of the models, compiled when first asked for."""

    def __init__(self, dialect: Dialect, table: sqlalchemy.Table) -> None:
        self.dialect = dialect
        self.table = table
        self.columns: dict[str, Any] | None = None
        self.known: dict[str, str | None] = {}

    def __call__(self, name: str) -> str | None:
        if self.columns is None:
            self.columns = {str(c.name): c for c in self.table.columns}
        column = self.columns.get(name)
        if column is None:
            return None
        if name not in self.known:
            self.known[name] = self.type_of(column)
        return self.known[name]

    def type_of(self, column: Any) -> str | None:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            compiler = self.dialect.sqla.type_compiler_instance
            sql = compiler.process(column.type, type_expression=column)
        except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError):
            return None
        return type_name(sql.partition(" COLLATE ")[0], self.dialect.default_schema)
