"""Running migrations on PostgreSQL: an advisory lock on a connection of its own."""

from __future__ import annotations

import getpass
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autogen.dialects.deploying import Care as BaseCare
from autogen.dialects.deploying import Deploying, Lock
from autogen.dialects.postgresql.connection import explain, sync_url, with_arguments
from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

CLASS_ID = 0x6175746F
"""The first half of the lock's key, the same for all version tables."""
_LONGEST_NAME = 63
_MINE = (
    "locktype = 'advisory' AND objsubid = 2 AND granted AND classid = {class_id} AND objid = {object_id}"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class PostgreSQLDeploying(Deploying):
    """DDL is transactional: what is cut short is undone, but for what runs outside of transactions."""

    def care(self, version_table: Key) -> BaseCare:
        return Care()

    def in_schema(self, url: URL, schema: str) -> URL | None:
        quoted = schema.replace('"', '""')
        return with_arguments(url, {}, f'"{quoted}", public')

    @contextmanager
    def lock(self, url: URL, version_table: Key) -> Iterator[Lock]:
        import sqlalchemy as sa

        engine = sa.create_engine(
            sync_url(url), poolclass=sa.NullPool, connect_args={"application_name": _client()}
        )
        try:
            try:
                connection = engine.connect()
            except sa.exc.DBAPIError as error:
                raise AutogenError(explain(url, error.orig)) from error
            with connection:
                yield AdvisoryLock(connection, version_table)
        finally:
            with suppress(Exception):
                engine.dispose()


class Care(BaseCare):
    def in_transaction(self, connection: Connection) -> bool | None:
        """As the driver knows it: psycopg and psycopg2 by the protocol, asyncpg by its own word."""
        driver: Any = connection.connection.driver_connection
        info = getattr(driver, "info", None)
        if info is not None and hasattr(info, "transaction_status"):
            return int(info.transaction_status) != 0
        asks = getattr(driver, "is_in_transaction", None)
        return bool(asks()) if callable(asks) else None


class AdvisoryLock(Lock):
    """Held by a session, which has no transaction open: CREATE INDEX CONCURRENTLY waits for transactions.
    That is why it is tried again and again, too: a statement that waits for a lock is a transaction.

    Behind a pooler a session may be handed to another client between transactions, so there the lock is a
    transaction's: READ COMMITTED and idle, it holds no snapshot that CONCURRENTLY would wait for."""

    held = True

    def __init__(self, connection: Connection, version_table: Key, pooled: bool | None = None) -> None:
        self._connection = connection
        self._object = zlib.crc32(version_table.label.encode())
        self._pooled = behind_pooler(connection) if pooled is None else pooled
        level = "READ COMMITTED" if self._pooled else "AUTOCOMMIT"
        connection.rollback()
        connection.execution_options(isolation_level=level)
        self._pid = 0

    def taken(self) -> bool:
        scope = "xact_" if self._pooled else ""
        local = "true" if self._pooled else "false"
        self._pid, taken = self._connection.exec_driver_sql(
            f"SELECT pg_backend_pid(), pg_try_advisory_{scope}lock({CLASS_ID}, {_signed(self._object)})"
        ).one()
        if taken:
            settings = ["idle_in_transaction_session_timeout"]
            if not self._pooled and (self._connection.dialect.server_version_info or (0,)) >= (14,):
                settings.append("idle_session_timeout")
            calls = ", ".join(f"set_config('{name}', '0', {local})" for name in settings)
            self._connection.exec_driver_sql(f"SELECT {calls}")
        elif self._pooled:
            self._connection.rollback()
        return bool(taken)

    def holder(self) -> str:
        found = self._connection.exec_driver_sql(
            "SELECT a.pid, a.usename, a.client_addr::text, a.application_name,"
            " to_char(a.query_start, 'YYYY-MM-DD HH24:MI:SS TZ')"
            " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
            f" WHERE {self._mine}"
        ).first()
        if self._pooled:
            self._connection.rollback()
        if found is None:
            return ""
        pid, user, address, name, since = found
        parts = [str(name or "somebody"), f"user {user}", f"from {address or 'this machine'}"]
        return ", ".join([*parts, f"server process {pid}", *([f"since {since}"] if since else [])])

    def guards(self, connection: Connection) -> bool:
        query = f"SELECT count(*) FROM pg_locks WHERE {self._mine} AND pid = {self._pid}"
        return bool(connection.exec_driver_sql(query).scalar())

    @property
    def _mine(self) -> str:
        return _MINE.format(class_id=CLASS_ID, object_id=self._object)


def behind_pooler(connection: Connection) -> bool:
    """Whether the process that the driver was told of at login is another one than the one that answers."""
    driver: Any = connection.connection.driver_connection
    told = getattr(getattr(driver, "info", None), "backend_pid", None)
    answers = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    return told is not None and told != answers


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number


def _client() -> str:
    """Who this is, as the server shows it to others."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    name = f"autogen: process {os.getpid()} of {user} on {socket.gethostname()}"
    return name.encode("ascii", "replace").decode()[:_LONGEST_NAME]
