"""Defaults that the models give in Python: plain values that the server could fill in as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.declare.hints import key_of
from autogen.dialects.compiled import expression
from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

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
    try:
        return expression(dialect.sqla, sa.literal(default.arg, column.type), column.name)
    except AutogenError:
        return None
