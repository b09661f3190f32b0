"""The models' indexes with the options that SQLAlchemy keeps for PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.dialects.base import Dialect
from autogen.dialects.postgresql import canonical, syntax
from autogen.dialects.postgresql.declare_types import TableTypes, collation_name
from autogen.dialects.postgresql.read_tables import storage_value
from autogen.dialects.postgresql.type_names import base_name
from autogen.schema import Index, IndexElement

# The operator class that a type has by default, under methods where it needs no naming.
_DEFAULT_CLASSES = {
    "bigint": "int8_ops",
    "boolean": "bool_ops",
    "bytea": "bytea_ops",
    "character": "bpchar_ops",
    "character varying": "text_ops",
    "date": "date_ops",
    "double precision": "float8_ops",
    "inet": "inet_ops",
    "integer": "int4_ops",
    "interval": "interval_ops",
    "jsonb": "jsonb_ops",
    "numeric": "numeric_ops",
    "real": "float4_ops",
    "smallint": "int2_ops",
    "text": "text_ops",
    "time without time zone": "time_ops",
    "timestamp with time zone": "timestamptz_ops",
    "timestamp without time zone": "timestamp_ops",
    "tsvector": "tsvector_ops",
    "uuid": "uuid_ops",
}


def index(dialect: Dialect, declared: Any, value: Index) -> Index:
    from autogen.dialects.compiled import expression, stated

    options = stated(declared, "postgresql")
    if not options and not any(e.is_expression or e.collation is not None for e in value.elements):
        return value
    types = TableTypes(dialect, declared.table)
    method = str(options["using"]).lower() if options.get("using") else None
    method = None if method == "btree" else method
    predicate = None
    if options.get("where") is not None:
        text = expression(dialect.sqla, _clause(options["where"]), f"index {value.name}")
        predicate = canonical.expression(text, types)
    classes = options.get("ops") or {}
    elements = tuple(
        _element(element, classes.get(getattr(source, "key", None)), method, declared, types)
        for element, source in zip(value.elements, declared.expressions, strict=True)
    )
    return replace(
        value,
        elements=elements,
        method=method,
        predicate=predicate,
        include=tuple(_name(declared, c) for c in options.get("include") or ()),
        nulls_not_distinct=bool(options.get("nulls_not_distinct")),
        options=tuple(
            sorted((str(k).lower(), storage_value(v)) for k, v in (options.get("with") or {}).items())
        ),
    )


def _clause(where: Any) -> Any:
    """The predicate as an expression; a string is SQL."""
    import sqlalchemy as sa

    return sa.text(where) if isinstance(where, str) else where


def _name(declared: Any, column: Any) -> str:
    """The name of an included column, which may be given by its key."""
    if isinstance(column, str):
        found = declared.table.columns.get(column)
        return str(found.name) if found is not None else column
    return str(column.name)


def _element(
    element: IndexElement, opclass: str | None, method: str | None, declared: Any, types: TableTypes
) -> IndexElement:
    text, collation = element.text, collation_name(element.collation)
    is_expression = element.is_expression
    if is_expression:
        key, stated_collation, stated_class = _parts(text)
        collation, opclass = stated_collation or collation, opclass or stated_class
        text = canonical.expression(key, types)
        name = _column(key)
        if name is not None and types(name) is not None:
            text, is_expression = name, False
    type_sql = types(text) if not is_expression else None
    if not is_expression and collation is not None and collation == _column_collation(declared, text):
        collation = None
    if opclass is not None and _is_default(opclass, method, type_sql):
        opclass = None
    return IndexElement(text, is_expression, element.descending, element.nulls_first, opclass, collation)


def _parts(text: str) -> tuple[str, str | None, str | None]:
    """An expression as the models' text spells it: the key, its collation and its operator class."""
    try:
        key, collation, opclass = canonical.element_parts(syntax.tokens(text))
    except syntax.Unparsed:
        return text, None, None
    return canonical.joined(key), collation, opclass


def _column(key: str) -> str | None:
    """The name where the key is a column and nothing else."""
    try:
        node = syntax.parse(key)
    except syntax.Unparsed:
        return None
    return str(node.args[0]) if node.kind == "name" and len(node.args) == 1 else None


def _column_collation(declared: Any, name: str) -> str | None:
    for column in declared.table.columns:
        if column.name == name:
            return collation_name(getattr(column.type, "collation", None))
    return None


def _is_default(opclass: str, method: str | None, type_sql: str | None) -> bool:
    """Whether an operator class that is spelled out is the one that would be taken anyway."""
    if type_sql is None or method not in (None, "hash", "gin"):
        return False
    if type_sql.endswith("[]"):
        return opclass == "array_ops"
    return _DEFAULT_CLASSES.get(base_name(type_sql)) == opclass
