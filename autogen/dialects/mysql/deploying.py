"""Running migrations on MySQL and MariaDB: a named lock, and a record of what is done, for DDL commits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autogen.dialects import journal
from autogen.dialects.deploying import Care, Lock
from autogen.dialects.mysql.connection import error_code, make_engine, opened
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

_IN_TRANSACTION = 1
"""SERVER_STATUS_IN_TRANS of the protocol."""
_REPEATED = frozenset(
    {1007, 1008}  # database exists, is gone
    | {1050, 1051, 1146}  # table exists, is gone, is gone (renamed)
    | {1054, 1060, 1091}  # column is gone (renamed), exists; column or key is gone
    | {1061, 1068, 1022, 1826, 3822}  # key, primary key, foreign key, check exists
    | {1304, 1305, 1359, 1360}  # routine or trigger exists, is gone
    | {4127, 4161}  # sequence is gone; check is gone
)


_CANNOT_CREATE = 1005
"""What MariaDB says of a foreign key that exists, with InnoDB's own number 121 in its words."""


class MySQLDeploying(journal.Recording):
    patience = "SET SESSION lock_wait_timeout = 5"
    """env.py may have left a connection open that has read it."""

    def in_schema(self, url: URL, schema: str) -> URL | None:
        return url.set(database=schema)

    @contextmanager
    def lock(self, url: URL, version_table: Key) -> Iterator[Lock]:
        engine = make_engine(url).execution_options(isolation_level="AUTOCOMMIT")
        try:
            with opened(engine, url) as connection:
                yield NamedLock(connection, version_table)
        finally:
            engine.dispose()

    def care(self, version_table: Key) -> Care:
        return Journal()


class NamedLock(Lock):
    """GET_LOCK on a connection of its own; the name is the server's, so it holds the database's."""

    held = True

    def __init__(self, connection: Connection, version_table: Key) -> None:
        self._connection = connection
        database = connection.exec_driver_sql("SELECT DATABASE()").scalar()
        self._table = version_table
        self._name = lock_name(str(database), version_table)
        self._id = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar()

    def taken(self) -> bool:
        taken = self._connection.exec_driver_sql(f"SELECT GET_LOCK('{self._name}', 0)").scalar() == 1
        if taken:
            self._connection.exec_driver_sql("SET SESSION wait_timeout = 604800")
        return taken

    def holder(self) -> str:
        found = self._connection.exec_driver_sql(
            "SELECT p.id, p.user, p.host, NOW() - INTERVAL p.time SECOND"
            f" FROM information_schema.processlist p WHERE p.id = IS_USED_LOCK('{self._name}')"
        ).first()
        if found is None:
            number = self._connection.exec_driver_sql(f"SELECT IS_USED_LOCK('{self._name}')").scalar()
            return f"connection {number} of the server" if number else ""
        number, user, host, since = found
        return f"user {user} from {host}, connection {number} of the server, since {since} or earlier"

    def guards(self, connection: Connection) -> bool:
        database = connection.exec_driver_sql("SELECT DATABASE()").scalar()
        name = lock_name(str(database), self._table)
        return bool(connection.exec_driver_sql(f"SELECT IS_USED_LOCK('{name}')").scalar() == self._id)


def lock_name(database: str, version_table: Key) -> str:
    said = f"{database}\0{version_table.label}".encode()
    return f"autogen_{hashlib.sha256(said).hexdigest()[:40]}"


class Journal(journal.Journal):
    nothing = "DO 0"
    text = "LONGTEXT"

    def in_transaction(self, connection: Connection) -> bool | None:
        """PyMySQL (and aiomysql) keep the server's status of the last answer; others do not say."""
        driver: Any = connection.connection.driver_connection
        status = getattr(driver, "server_status", None)
        return None if status is None else bool(int(status) & _IN_TRANSACTION)

    def repeats(self, error: Exception) -> bool:
        return error_code(error) in _REPEATED or (
            error_code(error) == _CANNOT_CREATE and "errno: 121 " in str(error)
        )
