"""Objects as Python source for SQLite."""

from __future__ import annotations

import re
from functools import lru_cache

from autogen import operations as ops
from autogen.dialects.sqlite import ddl
from autogen.dialects.sqlite.sqltext import identifier, unquote
from autogen.dialects.sqlite.types import is_literal
from autogen.schema import Code, Column, ColumnType, Constraint, Index, Key, PrimaryKey, Schema, Table, Unique
from autogen.source import SA, literal, sa, text

_SIMPLE = {
    "INTEGER": "Integer",
    "BIGINT": "BigInteger",
    "SMALLINT": "SmallInteger",
    "TEXT": "Text",
    "VARCHAR": "String",
    "CHAR": "CHAR",
    "NVARCHAR": "NVARCHAR",
    "NCHAR": "NCHAR",
    "CLOB": "CLOB",
    "BOOLEAN": "Boolean",
    "DATE": "Date",
    "DATETIME": "DateTime",
    "TIME": "Time",
    "TIMESTAMP": "TIMESTAMP",
    "FLOAT": "Float",
    "DOUBLE": "Double",
    "DOUBLE PRECISION": "DOUBLE_PRECISION",
    "REAL": "REAL",
    "NUMERIC": "Numeric",
    "DECIMAL": "DECIMAL",
    "BLOB": "LargeBinary",
    "JSON": "JSON",
    "UUID": "UUID",
    "BINARY": "BINARY",
    "VARBINARY": "VARBINARY",
}
_LENGTH = frozenset(["VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "BINARY", "VARBINARY"])
_PRECISION = frozenset(("NUMERIC", "DECIMAL"))
_COLLATED = frozenset(("TEXT", "VARCHAR", "CHAR", "NVARCHAR", "NCHAR"))

DECLARED_TYPE = '''
class DeclaredType(sa.types.UserDefinedType):
    """A column type that SQLAlchemy has no class for, as the table declares it."""

    cache_ok = True

    def __init__(self, declaration: str) -> None:
        self.declaration = declaration

    def get_col_spec(self, **kwargs: object) -> str:
        return self.declaration
'''.strip()


class Spelling:
    """See operations.Spelling. ``schema`` is the one the objects belong to: options of constraints and
    columns (ON CONFLICT, AUTOINCREMENT) are kept with the table."""

    def __init__(self, schema: Schema, final_names: bool = False) -> None:
        self.schema = schema
        self.final_names = final_names

    def _options(self, owner: Key) -> dict[str, str]:
        table = self.schema.get(owner)
        return dict(table.options) if isinstance(table, Table) else {}

    def type_code(self, type_: ColumnType) -> Code:
        return type_.code or derived_type(type_.sql, type_.collation)

    def default_code(self, column: Column) -> Code:
        default = column.default or "NULL"
        if column.type.sql == "BOOLEAN" and default in ("0", "1"):
            return sa("true" if default == "1" else "false")
        if default[0] == "'" and is_literal(default):
            return Code(literal(unquote(default)))
        return text(ddl.default_sql(default))

    def column_kwargs(self, column: Column) -> ops.Kwargs:
        action = self._options(column.key.owner).get(f"on_conflict not null({column.name})")
        keyed = column.autoincrement and self._options(column.key.owner).get("on_conflict primary key")
        return ops.flags(sqlite_on_conflict_not_null=action, sqlite_on_conflict_primary_key=keyed)

    def constraint_kwargs(self, constraint: Constraint) -> ops.Kwargs:
        options = self._options(constraint.key.owner)
        action = None
        if isinstance(constraint, PrimaryKey) and not self.autoincrement(constraint.key.owner):
            action = options.get("on_conflict primary key")
        elif isinstance(constraint, Unique):
            action = options.get(f"on_conflict unique({', '.join(constraint.columns)})")
        return ops.flags(sqlite_on_conflict=action)

    def index_kwargs(self, index: Index) -> ops.Kwargs:
        return {"sqlite_where": text(index.predicate)} if index.predicate else {}

    def index_elements(self, index: Index) -> list[Code]:
        return [
            text(ddl.element(e)) if e.is_expression or e.descending or e.collation else Code(literal(e.text))
            for e in index.elements
        ]

    def table_kwargs(self, table: Table) -> ops.Kwargs:
        options = dict(table.options)
        kwargs: dict[str, Code | str] = {}
        if "without_rowid" in options:
            kwargs["sqlite_with_rowid"] = "False"
        if "strict" in options:
            kwargs["sqlite_strict"] = "True"
        return kwargs

    def autoincrement(self, table: Key) -> bool:
        return any(c.autoincrement for c in self.schema.columns(table))


@lru_cache(maxsize=1024)
def derived_type(sql: str, collation: str | None = None) -> Code:
    """SQLAlchemy's type for a declared one, such that its DDL is the declared one again."""
    read = re.fullmatch(r"([A-Z][A-Z ]*?)(?:\((\d+)(?:, (\d+))?\))?", sql)
    base, first, second = read.groups() if read else ("", None, None)
    known = base in _SIMPLE and (not collation or base in _COLLATED)
    fits = first is None or (base in _LENGTH and second is None) or (base in _PRECISION)
    if not (known and fits):
        collate = f" COLLATE {identifier(collation)}" if collation else ""
        return Code(f"DeclaredType({literal(sql + collate)})", frozenset({SA}))
    args = [value for value in (first, second) if value is not None]
    kwargs = {"collation": literal(collation)} if collation else {}
    return sa(_SIMPLE[base], *args, **kwargs)
