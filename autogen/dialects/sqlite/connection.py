"""The read-only connection to the live database, and what is asked of it besides its schema."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from autogen.dialects.sqlite.sqltext import qualified
from autogen.errors import AutogenError, Unreachable
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

    from autogen.dialects.base import Dialect

_BUSY_SECONDS = 5.0


@contextmanager
def connect(cls: type[Dialect], url: URL) -> Iterator[tuple[Dialect, Connection]]:
    """The database file, opened with mode=ro; in-memory URLs give an empty database, as they always do."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import StaticPool

    if url.get_driver_name() == "pysqlcipher":
        raise AutogenError(
            "An encrypted SQLite database (sqlite+pysqlcipher) cannot be read by autogen. Point it at an "
            "unencrypted copy of the database."
        )
    uri = read_only_uri(url)
    path = file_of(url)

    with closing(_opened(uri, path)) as opened:
        engine = create_engine("sqlite://", creator=lambda: opened, poolclass=StaticPool)
        try:
            with engine.connect() as connection:
                yield cls(sqla=connection.dialect, default_schema="main"), connection
        except DBAPIError as error:
            raise AutogenError(_explained(str(error.orig), path)) from error
        finally:
            engine.dispose()


def _opened(uri: str, path: str | None) -> sqlite3.Connection:
    """The one connection to the file, whose header is read, so that what is wrong with it is said before
    anything else happens."""
    if path is not None:
        if not os.path.exists(path):
            raise Unreachable(
                f"The SQLite database {path} does not exist. Create it (alembic upgrade head), or correct "
                "the url; autogen never creates a database file."
            )
        if os.path.isdir(path):
            raise AutogenError(f"The SQLite database {path} is a folder. Correct the url.")
    opened = None
    try:
        # one thread uses it at a time, but Alembic's async environments may hand it to another
        opened = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        opened.execute("PRAGMA query_only = ON")
        opened.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        if opened is not None:
            opened.close()
        raise AutogenError(_explained(str(error), path)) from error
    return opened


@contextmanager
def reading_ahead(connection: Connection) -> Iterator[None]:
    """SQLite loads the whole schema before a connection's first query, in a time that grows with the square
    of a large one: it does so in a thread meanwhile, in which nothing else may use the connection."""
    opened = connection.connection.driver_connection
    if not isinstance(opened, sqlite3.Connection):
        yield
        return
    loading = threading.Thread(target=_load, args=(opened,), name="schema of SQLite")
    loading.start()
    try:
        yield
    finally:
        loading.join()


def _load(opened: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # the first query of the reader meets the same error, and tells it
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _explained(message: str, path: str | None) -> str:
    where = f"The SQLite database {path or 'in memory'}"
    if "not a database" in message:
        return f"{where} is not an SQLite database file (or it is encrypted). Correct the url."
    if "locked" in message:
        return (
            f"{where} is locked by another process for longer than {_BUSY_SECONDS:.0f} seconds. Wait until "
            "its transaction has ended, and try again."
        )
    if "unable to open" in message:
        return f"{where} cannot be opened for reading. Check the rights of the file and of its folder."
    if "malformed" in message:
        return f"{where} is damaged: {message}. Restore it from a backup, or run PRAGMA integrity_check."
    return f"{where} cannot be read: {message}."


def file_of(url: URL) -> str | None:
    """The path of a URL's database file, None for a database in memory."""
    database = url.database
    if not database or database == ":memory:":
        return None
    if database.startswith("file:"):
        from urllib.parse import unquote

        name = database.removeprefix("file:").partition("?")[0]
        if name.startswith("//"):
            name = "/" + name[2:].partition("/")[2]
        in_memory = url.query.get("mode") == "memory" or "mode=memory" in database or name == ":memory:"
        return None if in_memory or not name else unquote(name)
    return database


def read_only_uri(url: URL) -> str:
    """The ``file:`` URI that opens the URL's database for reading only."""
    path = file_of(url)
    if path is None:
        return "file::memory:"
    absolute = os.path.abspath(path).replace(os.sep, "/")
    if not absolute.startswith("/"):
        absolute = "/" + absolute  # C:/…
    return f"file:{quote(absolute)}?mode=ro"


def server_label(connection: Connection) -> str:
    return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar()}"


def has_rows(connection: Connection, table: Key) -> bool | None:
    from sqlalchemy.exc import DBAPIError

    name = qualified(table.schema, table.name)
    try:
        found = connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {name})").scalar()
    except DBAPIError:
        return None
    return bool(found)
