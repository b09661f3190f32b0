"""How many rows a table holds, and how many values a column, without reading a large table to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

MOST = 1_000_000
"""Rows that are read."""


def holds(connection: Connection, key: Key, default_schema: str) -> tuple[int, bool] | None:
    """The number of rows of a table or of values (not NULL) of a column, and whether there may be more, for
    only ``MOST`` rows were read; None where it may not or cannot be read."""
    import sqlalchemy as sa
    from sqlalchemy.exc import DBAPIError

    name = sa.quoted_name(key.name, True)
    owner = sa.quoted_name(key.owner.name, True)
    schema = sa.quoted_name(key.schema or default_schema, True) or None
    column = sa.column(name) if key.kind == "column" else sa.literal(1)
    read = sa.select(column.label("c")).select_from(sa.table(owner, schema=schema)).limit(MOST + 1).subquery()
    counted = sa.select(sa.func.count(read.c.c), sa.func.count()).select_from(read)
    # rolled back, so that no lock on the table outlives the answer
    nested = connection.begin_nested()
    try:
        values, rows = connection.execute(counted).one()
    except DBAPIError:
        return None
    finally:
        nested.rollback()
    return int(values), rows > MOST
