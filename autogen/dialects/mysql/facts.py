"""Sizes and counters, from one query; and whether the session is strict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.dialects.facts import Asked, Facts, Size
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

_TABLES = """
SELECT table_schema, table_name, table_rows, data_length + index_length, auto_increment,
       @@SESSION.sql_mode LIKE '%STRICT%'
FROM information_schema.tables WHERE (table_schema, table_name) IN :tables
"""


def facts(dialect: Dialect, connection: Connection, asked: Asked) -> Facts:
    """AUTO_INCREMENT is the next value; the last one is one less."""
    import sqlalchemy as sa

    if not asked.tables:
        return Facts()
    default = dialect.default_schema
    query = sa.text(_TABLES).bindparams(sa.bindparam("tables", expanding=True))
    try:
        found = connection.execute(
            query, {"tables": [(key.schema or default, key.name) for key in asked.tables]}
        ).all()
    except sa.exc.DBAPIError:
        return Facts()
    sizes, counted = {}, {}
    for schema, name, rows, size, following, _ in found:
        key = Key("table", "" if schema == default else schema, "", name)
        sizes[key] = Size(None if rows is None else int(rows), None if size is None else int(size))
        if following is not None:
            counted[key] = int(following) - 1
    counters = {key: counted[key.owner] for key in asked.keys if key.owner in counted}
    return Facts(sizes, counters, strict=all(row[5] for row in found))
