"""How many rows tables hold, as far as that is written somewhere: SQLite keeps no count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.changes import Alter, Change
from autogen.dialects.facts import Asked, Facts, Size, Work
from autogen.dialects.sqlite.sqltext import qualified
from autogen.schema import Column, Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

COPY = Work("copies the table", "the database's write lock", "writes", copies=True)
_AT_ONCE = 200
"""Tables that one query asks for; SQLite takes no more than 500 SELECTs in one."""


def facts(connection: Connection, asked: Asked) -> Facts:
    """The highest rowid, which is found at once and is no less than the number of rows where none was chosen
    by hand; a table without one is no larger than the file."""
    sizes: dict[Key, Size] = {}
    for at in range(0, len(asked.tables), _AT_ONCE):
        sizes |= _highest(connection, asked.tables[at : at + _AT_ONCE])
    rest = [key for key in asked.tables if key not in sizes]
    if rest:
        whole = Size(bytes=_file(connection))
        sizes |= dict.fromkeys(rest, whole)
    counters = {key: rows for key in asked.keys if (rows := sizes[key.owner].rows) is not None}
    return Facts(sizes, counters)


def _highest(connection: Connection, tables: tuple[Key, ...]) -> dict[Key, Size]:
    """One query for all; where a table has no rowid, one for each."""
    from sqlalchemy.exc import DBAPIError

    parts = [f"SELECT {n}, max(_rowid_) FROM {qualified(k.schema, k.name)}" for n, k in enumerate(tables)]
    try:
        rows = connection.exec_driver_sql(" UNION ALL ".join(parts)).all()
    except DBAPIError:
        if len(tables) == 1:
            return {}
        return {key: size for table in tables for key, size in _highest(connection, (table,)).items()}
    return {tables[n]: Size(rows=max(int(highest or 0), 0)) for n, highest in rows}


def _file(connection: Connection) -> int:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
    return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)


def work(change: Change) -> Work | None:
    """A column is altered by copying its table."""
    return COPY if isinstance(change, Alter) and isinstance(change.after, Column) else None
