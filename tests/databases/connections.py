"""The tests' own connections: one engine a database, and for PostgreSQL one connection that is used again.

A PostgreSQL server starts a process for a connection, which reads its catalogs anew: most of what a test
costs. Between two uses all that a session holds is put back, as a connection pooler does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, CursorResult, Engine

_LIKE_NEW = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all();"
    " DISCARD TEMP; DISCARD SEQUENCES"
)
"""DISCARD ALL without the prepared statements."""
_AS_IT_IS = {"no_parameters": True}
_engines: dict[URL, Engine] = {}


@contextmanager
def connect(url: URL, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """A connection as an application has it; SQLite with its foreign keys on, unless they are not wanted."""
    if url not in _engines:
        _engines[url] = _engine(url)
    with _engines[url].connect() as connection:
        if url.get_backend_name() == "sqlite" and not foreign_keys:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
        yield connection


def planned(connection: Connection, name: str, sql: str) -> CursorResult[Any]:
    """Runs a statement that PostgreSQL plans once for a connection: to plan a query over catalogs takes it
    longer than to run it."""
    if name not in connection.info:
        connection.exec_driver_sql(f"PREPARE {name} AS {sql}", execution_options=_AS_IT_IS)
        connection.info[name] = True
    return connection.exec_driver_sql(f"EXECUTE {name}")


def forget(url: URL) -> None:
    """Closes what is open to a database, before it is dropped or when it has new settings for sessions."""
    if url in _engines:
        _engines.pop(url).dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        # psycopg forgets its prepared statements at every rollback, and the test's with them
        options: dict[str, Any] = {"connect_args": {"prepare_threshold": None}, "use_native_hstore": False}
        engine = sa.create_engine(url, pool_size=1, max_overflow=-1, **options)
        sa.event.listen(engine, "reset", _put_back)
        return engine
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _foreign_keys)
    return engine


def _put_back(connection: Any, record: object, state: Any) -> None:
    if state.terminate_only:
        return
    connection.rollback()
    connection.autocommit = True
    connection.execute(_LIKE_NEW)
    connection.autocommit = False


def _foreign_keys(connection: Any, record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
