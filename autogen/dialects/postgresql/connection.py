"""The read-only connection to the live PostgreSQL database, and what can go wrong on the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from autogen.dialects.postgresql.names import quoted
from autogen.errors import AutogenError, Unreachable
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

    from autogen.dialects.base import Dialect

CONNECT_TIMEOUT = 10
STATEMENT_TIMEOUT = "120s"
LOCK_TIMEOUT = "5s"

# Keywords of asyncpg and pg8000 that libpq does not know and that say nothing about where to connect.
_FOREIGN_ARGS = frozenset(
    {
        "async_fallback",
        "command_timeout",
        "direct_tls",
        "loop",
        "max_cached_statement_lifetime",
        "max_cacheable_statement_size",
        "prepared_statement_cache_size",
        "prepared_statement_name_func",
        "record_class",
        "server_settings",
        "ssl_context",
        "statement_cache_size",
        "tcp_keepalive",
        "timeout",
        "unix_sock",
    }
)
_NO_DATABASE, _NO_SERVER = "There is no database", "Cannot reach the PostgreSQL server of"
_IS_IT_RUNNING = re.compile(r"\s*Is the server running [^?]*\?")
_UNREACHABLE = (_NO_DATABASE, _NO_SERVER)
# What connect_args say that libpq understands, or that sync_url translates.
_ARGUMENTS = frozenset(
    {"options", "connect_timeout", "service", "passfile", "target_session_attrs", "gssencmode", "ssl"}
    | {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "require_auth"}
)
_SSL_MODES = {"true": "require", "1": "require", "on": "require", "false": "disable", "0": "disable"}


def sync_url(url: URL) -> URL:
    """The URL with a synchronous driver that is installed: psycopg, or psycopg2 where the URL names it.

    Raises AutogenError when neither is there."""
    named = url.drivername.partition("+")[2]
    installed = [driver for driver in ("psycopg", "psycopg2") if find_spec(driver)]
    if not installed:
        raise AutogenError(
            "No driver for PostgreSQL is installed. Install one: pip install 'psycopg[binary]' "
            "(autogen reads the database with a synchronous driver even where the project uses asyncpg)."
        )
    driver = "psycopg2" if named.startswith("psycopg2") and "psycopg2" in installed else installed[0]
    query: dict[str, Any] = {k: v for k, v in url.query.items() if k not in _FOREIGN_ARGS}
    if named not in ("", "psycopg", "psycopg_async", "psycopg2", "psycopg2cffi") and "ssl" in query:
        mode = str(query.pop("ssl"))
        query.setdefault("sslmode", _SSL_MODES.get(mode.lower(), mode))
    if named == "asyncpg" and "user" in query and not url.username:
        url = url.set(username=str(query.pop("user")))
    query.setdefault("connect_timeout", str(CONNECT_TIMEOUT))
    return url.set(drivername=f"postgresql+{driver}", query=query)


def with_arguments(url: URL, arguments: Mapping[str, Any], search_path: str | None) -> URL:
    """The URL with what ``connect_args`` say in plain words: libpq's own, and asyncpg's settings of the
    session. An object (an SSL context) has no place in a URL."""
    given = dict(arguments)
    settings = given.pop("server_settings", {})
    if search_path:
        settings = {**settings, "search_path": search_path}
    if "sslmode" not in given and isinstance(given.get("ssl"), str | bool):
        given["ssl"] = str(given["ssl"]).lower()
    plain = {k: str(v) for k, v in given.items() if isinstance(v, str | int | float) and k in _ARGUMENTS}
    options = [*([plain["options"]] if "options" in plain else []), *map(_option, settings.items())]
    return url.update_query_dict({**plain, **({"options": " ".join(options)} if options else {})})


def _option(setting: tuple[str, object]) -> str:
    """A setting in libpq's ``options``, where a backslash keeps a space."""
    value = str(setting[1]).replace("\\", "\\\\").replace(" ", "\\ ")
    return f"-c {setting[0]}={value}"


def engine_of(url: URL, **options: Any) -> Engine:
    """An engine without a pool, which does not ask the server for hstore at every connection."""
    import sqlalchemy as sa

    return sa.create_engine(url, poolclass=sa.NullPool, use_native_hstore=False, **options)


@contextmanager
def connect(cls: type[Dialect], url: URL) -> Iterator[tuple[Dialect, Connection]]:
    """One read-only snapshot of the live database, and the dialect that fits its server."""
    import sqlalchemy as sa

    target = sync_url(url)
    engine = engine_of(target)
    try:
        try:
            connection = engine.connect()
        except sa.exc.DBAPIError as error:
            said = explain(url, error.orig)
            raise (Unreachable if said.startswith(_UNREACHABLE) else AutogenError)(said) from error
        except (ImportError, sa.exc.ArgumentError, TypeError, ValueError) as error:
            raise AutogenError(f"Cannot connect to {shown(url)}: {without_password(url, error)}") from error
        with connection:
            prepare(connection)
            default = connection.dialect.default_schema_name or "public"
            yield cls(connection.dialect, default), connection
    finally:
        with suppress(Exception):
            engine.dispose()


def prepare(connection: Connection) -> None:
    """Makes the connection's transaction a read-only snapshot that waits for nothing for long."""
    import sqlalchemy as sa

    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        connection.exec_driver_sql(
            f"SELECT set_config('lock_timeout', '{LOCK_TIMEOUT}', false),"
            f" set_config('statement_timeout', '{STATEMENT_TIMEOUT}', false)"
        )
    except sa.exc.DBAPIError as error:
        raise AutogenError(explain(connection.engine.url, error.orig)) from error


def explain(url: URL, error: BaseException | None) -> str:
    """Why the connection failed, in words that say what to do."""
    said = without_password(url, error)
    lowered = said.lower()
    where = shown(url)
    if "password authentication failed" in lowered or "no password supplied" in lowered:
        return f"The server refused the user name or password of {where}: {said}"
    if "does not exist" in lowered and "database" in lowered:
        return f"{_NO_DATABASE} {url.database!r} on the server of {where}. Create it, or correct the URL."
    if "does not exist" in lowered and "role" in lowered:
        return f"The server of {where} knows no user {url.username!r}. Correct the URL."
    if "permission denied" in lowered or "pg_hba.conf" in lowered:
        return f"The server does not let this user in at {where}: {said}"
    if "too many" in lowered and ("connections" in lowered or "clients" in lowered):
        return f"The server of {where} has no connection left: {said}"
    said = _IS_IT_RUNNING.sub(".", said)
    return f"{_NO_SERVER} {where}: {said} Is it running, and is the URL right?"


def shown(url: URL) -> str:
    """The URL as it may be printed: without its password, wherever that was written."""
    secret = {k: "***" for k in url.query if "password" in k.lower() or k.lower() == "sslkey"}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def without_password(url: URL, error: object) -> str:
    """An error's text on one line, with the password taken out."""
    said = " ".join(str(error).split())
    secrets = [url.password, *(v for k, v in url.query.items() if "password" in k.lower())]
    for secret in secrets:
        if isinstance(secret, str) and len(secret) > 2:
            said = said.replace(secret, "***")
    return said if said.endswith((".", "?", "!")) else f"{said}."


def server_label(connection: Connection) -> str:
    """``PostgreSQL 18.4``, without what distributions add to it."""
    version = str(connection.exec_driver_sql("SHOW server_version").scalar())
    return f"PostgreSQL {version.split()[0]}"


def has_rows(dialect: Dialect, connection: Connection, table: Key) -> bool | None:
    """Whether the table holds a row; None where it may not be read or is too long locked."""
    import sqlalchemy as sa

    name = ".".join(quoted(part) for part in (table.schema or dialect.default_schema, table.name) if part)
    # rolled back, so that no lock on the table outlives the answer
    nested = connection.begin_nested()
    try:
        found = connection.execute(sa.text(f"SELECT EXISTS (SELECT 1 FROM {escaped(name)})")).scalar()
    except sa.exc.DBAPIError:
        return None
    finally:
        nested.rollback()
    return bool(found)


def escaped(name: str) -> str:
    """A quoted name for sqlalchemy.text(), which would take a colon in it for a parameter."""
    return name.replace(":", "\\:")
