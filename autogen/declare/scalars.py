"""Defaults that the models give in Python: plain values that the server could fill in as well."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.declare.hints import key_of
from autogen.dialects.compiled import expression
from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine import Dialect as SqlaDialect

    from autogen.dialects.base import Dialect


def scalar_defaults(
    metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect, wanted: Collection[Key]
) -> Mapping[Key, str]:
    """The SQL of the wanted columns' Python-side ``default=``, where that is a value and has a literal."""
    if not wanted:
        return {}
    columns = (c for m in metadatas for t in m.tables.values() for c in t.columns if c.default is not None)
    found = {}
    for column in columns:
        key = key_of(column, dialect)
        if key in wanted and (sql := _literal(column, dialect)) is not None:
            found[key] = sql
    return found


def _literal(column: sqlalchemy.Column[Any], dialect: Dialect) -> str | None:
    import sqlalchemy as sa

    default: Any = column.default
    if not default.is_scalar or default.arg is None:
        return None
    type_, value = _undecorated(column.type, default.arg, dialect.sqla)
    if isinstance(value, bytes) and isinstance(type_, sa.LargeBinary | sa.BINARY | sa.VARBINARY):
        return dialect.bytes_literal(value)
    try:
        if isinstance(type_, sa.JSON):
            made = getattr(dialect.sqla, "_json_serializer", None) or json.dumps
            type_, value = sa.Text(), made(value)
            return expression(dialect.sqla, sa.literal(value, type_), column.name)
        return expression(dialect.sqla, sa.literal(default.arg, column.type), column.name)
    except (AutogenError, TypeError, ValueError):
        return None


def _undecorated(type_: Any, value: Any, sqla: SqlaDialect) -> tuple[Any, Any]:
    """The type below all TypeDecorators, and what they make of a value for it."""
    import sqlalchemy as sa

    while isinstance(type_, sa.TypeDecorator):
        try:
            value = type_.process_bind_param(value, sqla)
        except Exception:  # the project's own code, or a decorator that has none
            return type_, value
        type_ = type_.load_dialect_impl(sqla)
    return type_, value
