"""Views, triggers, functions and procedures of the default database, with the SQL that restores them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.dialects.mysql.scratch import unqualified
from autogen.dialects.mysql.tokens import columns_in, quote
from autogen.schema import Dependent, Key, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.mysql import MySQL

_ROUTINES = """
SELECT routine_type, routine_name FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY 1, 2
"""
_VIEWS = "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY 1"
_TRIGGERS = """
SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement, definer
FROM information_schema.triggers WHERE trigger_schema = DATABASE()
ORDER BY event_object_table, action_timing, event_manipulation, action_order, trigger_name
"""


def read(dialect: MySQL, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
    """All of them: routines before views, a view after the views it reads, triggers last.

    None of these stops an ALTER TABLE here; they are kept for what vanishes with a dropped table, and for
    the scratch database.
    """
    # a scratch connection has another default database than the one the dialect was made for
    database = str(connection.exec_driver_sql("SELECT DATABASE()").scalar() or dialect.default_schema)
    tables = {t.name: t.key for t in schema.tables if not t.schema}
    return (
        *_routines(connection, database),
        *_views(connection, database, tables),
        *_triggers(connection, database, tables),
    )


def _routines(connection: Connection, database: str) -> Iterator[Dependent]:
    for kind, name in connection.exec_driver_sql(_ROUTINES).fetchall():
        row = connection.exec_driver_sql(f"SHOW CREATE {kind} {_escaped(name)}").one()
        if row[2]:  # NULL without the right to see it
            create = (unqualified(row[2], database),)
            yield Dependent("function", "", "", name, create, (f"DROP {kind} {quote(name)}",))


def _views(connection: Connection, database: str, tables: dict[str, Key]) -> Iterator[Dependent]:
    texts: dict[str, str] = {}
    for name in connection.exec_driver_sql(_VIEWS).scalars().fetchall():
        row = connection.exec_driver_sql(f"SHOW CREATE VIEW {_escaped(name)}").one()
        texts[name] = unqualified(row[1], database)
    mentioned = {name: columns_in(text) for name, text in texts.items()}
    waiting = list(texts)
    done: set[str] = set()
    while waiting:
        ready = [n for n in waiting if not (mentioned[n] & set(waiting)) - {n}] or waiting
        for name in ready:
            uses = tuple(sorted(key for table, key in tables.items() if table in mentioned[name]))
            on = tuple(f"view {v}" for v in texts if v != name and v in mentioned[name])
            yield Dependent("view", "", "", name, (texts[name],), (f"DROP VIEW {quote(name)}",), uses, on)
        done |= set(ready)
        waiting = [n for n in waiting if n not in done]


def _triggers(connection: Connection, database: str, tables: dict[str, Key]) -> Iterator[Dependent]:
    for name, table, timing, event, statement, definer in connection.exec_driver_sql(_TRIGGERS).fetchall():
        user, _, host = definer.rpartition("@")
        sql = (
            f"CREATE DEFINER={quote(user)}@{quote(host)} TRIGGER {quote(name)} {timing} {event} "
            f"ON {quote(table)} FOR EACH ROW {statement}"
        )
        uses = (tables[table],) if table in tables else ()
        drop = (f"DROP TRIGGER {quote(name)}",)
        yield Dependent("trigger", "", table, name, (unqualified(sql, database),), drop, uses)


def _escaped(name: Any) -> str:
    return quote(name).replace("%", "%%")
