"""Read-only connections to the live database, and what is told when there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autogen.dialects.mysql.tokens import qualified
from autogen.errors import AutogenError, Unreachable
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

    from autogen.dialects.mysql import MySQL

_DRIVERS = {
    "pymysql": "pymysql",
    "mysqldb": "MySQLdb",
    "mysqlconnector": "mysql.connector",
    "mariadbconnector": "mariadb",
}
_PACKAGES = {
    "mysqldb": "mysqlclient",
    "mysqlconnector": "mysql-connector-python",
    "mariadbconnector": "mariadb",
}
_ASYNC = {"aiomysql": "pymysql", "asyncmy": "pymysql"}
_ARGUMENTS = ("unix_socket", "charset", "ssl_ca", "ssl_cert", "ssl_key")
"""What connect_args say that a URL can say as well."""
_TIMEOUT = 60
"""Seconds after which a single query on the live database is given up."""
_LOCK_TIMEOUT = 5
_NO_SERVER = (2002, 2003, 2005, 2013)
_NO_DATABASE = 1049


def sync_url(url: URL) -> URL:
    """The URL with a driver that is installed and not asynchronous; the stated one where it can be."""
    from importlib.util import find_spec

    backend, _, driver = url.drivername.partition("+")
    wanted = _ASYNC.get(driver, driver) or ("pymysql" if backend == "mysql" else "mariadbconnector")
    stated = bool(driver) and driver not in _ASYNC
    for candidate in [wanted] if stated else dict.fromkeys((wanted, *_DRIVERS)):
        module = _DRIVERS.get(candidate, candidate)
        if find_spec(module.partition(".")[0]) is not None:
            return url.set(drivername=f"{backend}+{candidate}")
    package = _PACKAGES.get(wanted, wanted) if stated else "pymysql"
    raise AutogenError(
        f"{url.drivername} needs a database driver that is not installed here. "
        f"Install it: pip install {package}"
    )


def make_engine(url: URL) -> Engine:
    """An engine without a pool on the sync form of the URL."""
    import sqlalchemy as sa

    try:
        return sa.create_engine(sync_url(url), poolclass=sa.pool.NullPool)
    except ImportError as error:
        raise AutogenError(
            f"The driver of {url.drivername} could not be imported: {error}. Install it: pip install pymysql"
        ) from error


def with_arguments(url: URL, arguments: Mapping[str, Any]) -> URL:
    """The URL with what ``connect_args`` say in plain words; SSL's files are words of their own in a URL."""
    plain = {k: str(v) for k, v in arguments.items() if isinstance(v, str) and k in _ARGUMENTS}
    files = arguments.get("ssl")
    if isinstance(files, Mapping):
        plain |= {
            f"ssl_{k}": str(v) for k, v in files.items() if k in ("ca", "cert", "key", "capath", "cipher")
        }
    return url.update_query_dict(plain)


@contextmanager
def connect(cls: type[MySQL], url: URL) -> Iterator[tuple[MySQL, Connection]]:
    """A connection inside a read-only transaction on a consistent snapshot."""
    engine = make_engine(url)
    try:
        with opened(engine, url) as connection:
            settings(connection)
            connection.commit()
            yield dialect_for(cls, connection, url), connection
            connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def opened(engine: Engine, url: URL) -> Iterator[Connection]:
    """A connection, or a paragraph about why there is none."""
    import sqlalchemy as sa

    try:
        connection = engine.connect()
    except sa.exc.DBAPIError as error:
        unreachable = error_code(error) in (*_NO_SERVER, _NO_DATABASE)
        raise (Unreachable if unreachable else AutogenError)(refused(url, error)) from error
    with connection:
        yield connection


def settings(connection: Connection) -> None:
    """Read-only, with timeouts, and with an sql_mode under which names and strings read as usual."""
    mariadb = getattr(connection.dialect, "is_mariadb", False)
    limit = f"max_statement_time = {_TIMEOUT}" if mariadb else f"max_execution_time = {_TIMEOUT * 1000}"
    for statement in (
        "SET SESSION TRANSACTION READ ONLY",
        f"SET SESSION lock_wait_timeout = {_LOCK_TIMEOUT}",
        "SET SESSION sql_quote_show_create = 1",
        f"SET SESSION innodb_lock_wait_timeout = {_LOCK_TIMEOUT}",
        f"SET SESSION {limit}",
    ):
        connection.exec_driver_sql(statement)
    readable_mode(connection)


_MISREAD = (
    "ANSI_QUOTES",
    "ANSI",
    "NO_BACKSLASH_ESCAPES",
    "PIPES_AS_CONCAT",
    "ORACLE",
    "DB2",
    "MAXDB",
    "MSSQL",
    "POSTGRESQL",
)


def readable_mode(connection: Connection) -> None:
    """Takes out of the session's sql_mode what would print identifiers and strings differently."""
    mode = str(connection.exec_driver_sql("SELECT @@SESSION.sql_mode").scalar() or "")
    kept = [m for m in mode.split(",") if m and m.upper() not in _MISREAD]
    if len(kept) != len([m for m in mode.split(",") if m]):
        connection.exec_driver_sql(f"SET SESSION sql_mode = '{','.join(kept)}'")
    # SQLAlchemy has read the mode on connecting and would quote accordingly
    dialect: Any = connection.dialect
    if getattr(dialect, "_server_ansiquotes", False):
        dialect._server_ansiquotes = False
        dialect.identifier_preparer = dialect.preparer(dialect, server_ansiquotes=False)
    dialect._backslash_escapes = True


def dialect_for(cls: type[MySQL], connection: Connection, url: URL) -> MySQL:
    """The dialect with the facts about this server that declarations are read by."""
    query = (
        "SELECT DATABASE(), @@collation_database, @@explicit_defaults_for_timestamp, @@lower_case_table_names"
    )
    database, collation, explicit, folds = connection.exec_driver_sql(query).one()
    if not database:
        raise AutogenError(
            f"The URL {url.render_as_string(hide_password=True)} names no database. "
            "Add its name: mysql+pymysql://user@host/name"
        )
    charsets = connection.exec_driver_sql(
        "SELECT character_set_name, default_collate_name FROM information_schema.character_sets"
    )
    return cls(
        sqla=connection.dialect,
        default_schema=database,
        charsets=dict(map(tuple, charsets)),
        default_collation=collation,
        explicit_timestamps=bool(int(explicit)),
        folds_tables=bool(int(folds)),
    )


def error_code(error: BaseException) -> int:
    """The server's or client's error number; 0 where there is none."""
    args = getattr(getattr(error, "orig", error), "args", ())
    return args[0] if args and isinstance(args[0], int) else 0


def refused(url: URL, error: Exception) -> str:
    where = f"{url.host or 'localhost'}:{url.port or 3306}"
    code = error_code(error)
    shown = url.render_as_string(hide_password=True)
    if code in (1045, 1698):
        return (
            f"The server at {where} refused the user {url.username!r}: "
            f"wrong password, or no such user. Check {shown}"
        )
    if code == 1044:
        return (
            f"The user {url.username!r} has no right to use the database {url.database!r} at {where}. "
            f"Grant it, or check {shown}"
        )
    if code == _NO_DATABASE:
        return f"There is no database {url.database!r} at {where}. Create it, or check {shown}"
    if code in _NO_SERVER:
        return f"No MySQL or MariaDB server could be reached at {where}. Is it running? Check {shown}"
    detail = str(getattr(error, "orig", error))
    if url.password:
        detail = detail.replace(str(url.password), "***")
    return f"Connecting to {shown} failed: {detail}"


def server_label(connection: Connection) -> str:
    """``MariaDB 10.11.19``, ``MySQL 8.4.2``."""
    info = connection.dialect.server_version_info or ()
    version = ".".join(str(part) for part in info if isinstance(part, int))
    return f"{'MariaDB' if getattr(connection.dialect, 'is_mariadb', False) else 'MySQL'} {version}"


def has_rows(connection: Connection, table: Key) -> bool | None:
    """Whether a table holds any row; None when it may not or cannot be read."""
    import sqlalchemy as sa

    query = f"SELECT 1 FROM {qualified(table.schema, table.name)} LIMIT 1".replace("%", "%%")
    # rolled back, so that no lock on the table's definition outlives the answer
    nested = connection.begin_nested()
    try:
        return connection.exec_driver_sql(query).first() is not None
    except sa.exc.DBAPIError:
        return None
    finally:
        nested.rollback()
