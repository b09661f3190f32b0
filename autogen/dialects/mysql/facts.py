"""Sizes and counters, from one query; whether the session is strict; row versions, where they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

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

_VERSIONS = """
SELECT t.table_schema, t.table_name, i.total_row_versions
FROM information_schema.tables t
JOIN information_schema.innodb_tables i ON i.name = CONCAT(t.table_schema, '/', t.table_name)
WHERE (t.table_schema, t.table_name) IN :tables
"""
"""MySQL's manual, from 8.0.29 on; it takes the PROCESS privilege."""
COUNTS_VERSIONS = (8, 0, 29)


def facts(dialect: Dialect, connection: Connection, asked: Asked) -> Facts:
    """AUTO_INCREMENT is the next value; the last one is one less."""
    import sqlalchemy as sa

    if not asked.tables:
        return Facts()
    default = dialect.default_schema
    tables = {"tables": [(key.schema or default, key.name) for key in asked.tables]}

    def asked_for(sql: str) -> Sequence[Sequence[Any]]:
        try:
            return connection.execute(
                sa.text(sql).bindparams(sa.bindparam("tables", expanding=True)), tables
            ).all()
        except sa.exc.DBAPIError:
            return ()

    found = asked_for(_TABLES)
    sizes, counted = {}, {}
    for schema, name, rows, size, following, _ in found:
        key = Key("table", "" if schema == default else schema, "", name)
        sizes[key] = Size(None if rows is None else int(rows), None if size is None else int(size))
        if following is not None:
            counted[key] = int(following) - 1
    counters = {key: counted[key.owner] for key in asked.keys if key.owner in counted}
    versions = {}
    if counts_versions(dialect):
        versions = {
            Key("table", "" if schema == default else schema, "", name): int(count or 0)
            for schema, name, count in asked_for(_VERSIONS)
        }
    return Facts(sizes, counters, strict=all(row[5] for row in found), versions=versions)


def counts_versions(dialect: Dialect) -> bool:
    version = tuple(getattr(dialect.sqla, "server_version_info", None) or ())
    return not getattr(dialect.sqla, "is_mariadb", False) and version >= COUNTS_VERSIONS
