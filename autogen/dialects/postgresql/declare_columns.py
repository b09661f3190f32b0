"""The models' columns: types, SERIAL, identity, generation and defaults as CREATE TABLE would make them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.dialects.base import Dialect
from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.declare_types import TableTypes
from autogen.dialects.postgresql.read_sequences import default_limits
from autogen.schema import Column, Computed, Identity

_SERIALS = frozenset({"smallint", "bigint"})


def column(dialect: Dialect, declared: Any, value: Column) -> Column:
    type_ = value.type
    if is_serial(dialect, declared):
        if type_.sql not in _SERIALS:
            type_ = replace(type_, sql="integer", collation=None, enum=None)
        return replace(value, type=type_, default=None, nullable=False, autoincrement=True)
    nullable = value.nullable and not declared.primary_key and value.identity is None
    default = value.default
    if default is not None:
        default = canonical.default(default, type_.sql)
    identity = value.identity
    if identity is not None:
        identity = _identity(declared.identity, type_.sql)
    computed = value.computed
    if computed is not None:
        text = canonical.expression(computed.expression, TableTypes(dialect, declared.table))
        computed = Computed(text, _stored(dialect, declared.computed))
    stated = (value.nullable, value.default, value.identity, value.computed)
    if (nullable, default, identity, computed) == stated:
        return value  # as nearly every column: making another one takes longer than all else here
    return replace(value, nullable=nullable, default=default, identity=identity, computed=computed)


def is_serial(dialect: Dialect, declared: Any) -> bool:
    """Whether SQLAlchemy writes SERIAL: the counting primary key column without a default of its own."""
    if not declared.primary_key or declared is not declared.table._autoincrement_column:
        return False
    if declared.identity is not None and dialect.sqla.supports_identity_columns:
        return False
    default = declared.default
    return default is None or (default.__visit_name__ == "sequence" and bool(default.optional))


def _identity(declared: Any, type_sql: str) -> Identity:
    """The options with the bounds that are the type's own left unstated."""
    increment = 1 if declared.increment is None else declared.increment
    low, high = default_limits(type_sql, increment)
    minimum = declared.minvalue if declared.minvalue is not None else low
    maximum = declared.maxvalue if declared.maxvalue is not None else high
    start = declared.start
    return Identity(
        always=bool(declared.always),
        start=start if start is not None else (minimum if increment > 0 else maximum),
        increment=increment,
        minimum=None if minimum == low else minimum,
        maximum=None if maximum == high else maximum,
        cycle=bool(declared.cycle),
        cache=1 if declared.cache is None else declared.cache,
    )


def _stored(dialect: Dialect, declared: Any) -> bool:
    """STORED, unless the server has virtual columns and SQLAlchemy leaves them to be its default."""
    has_virtual = getattr(dialect.sqla, "supports_virtual_generated_columns", False)
    return bool(declared.persisted) or not has_virtual
