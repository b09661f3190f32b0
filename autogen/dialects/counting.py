"""How many rows a table holds, and how many values a column, without reading a large table to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy import Select, TableClause
    from sqlalchemy.engine import Connection

MOST = 1_000_000
"""Rows that are read."""


def holds(connection: Connection, key: Key, default_schema: str) -> tuple[int, bool] | None:
    """The number of rows of a table or of values (not NULL) of a column, and whether there may be more, for
    only ``MOST`` rows were read; None where it may not or cannot be read."""
    import sqlalchemy as sa

    name, table = sa.quoted_name(key.name, True), _table(key, default_schema)
    column = sa.column(name) if key.kind == "column" else sa.literal(1)
    read = sa.select(column.label("c")).select_from(table).limit(MOST + 1).subquery()
    counted = sa.select(sa.func.count(read.c.c), sa.func.count()).select_from(read)
    found = _asked(connection, counted)
    if found is None:
        return None
    values, rows = found
    return int(values), rows > MOST


def has_nulls(connection: Connection, key: Key, default_schema: str) -> bool | None:
    """Whether any row holds NULL in a column; None where that may not or cannot be read."""
    import sqlalchemy as sa

    column: sa.ColumnClause[Any] = sa.column(sa.quoted_name(key.name, True))
    null = sa.select(sa.literal(1)).select_from(_table(key, default_schema)).where(column.is_(None))
    found = _asked(connection, sa.select(sa.exists(null)))
    return None if found is None else bool(found[0])


def _table(key: Key, default_schema: str) -> TableClause:
    import sqlalchemy as sa

    owner = sa.quoted_name(key.owner.name, True)
    return sa.table(owner, schema=sa.quoted_name(key.schema or default_schema, True) or None)


def _asked(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """The one row of the answer; rolled back, so that no lock on the table outlives it."""
    from sqlalchemy.exc import DBAPIError

    nested = connection.begin_nested()
    try:
        return tuple(connection.execute(query).one())
    except DBAPIError:
        return None
    finally:
        nested.rollback()
