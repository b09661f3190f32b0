"""Scratch databases on a PostgreSQL server: made from template0, dropped whatever happens."""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import Blueprint, Dialect, ScratchUnavailable
from autogen.dialects.postgresql.connection import engine_of, explain, sync_url, without_password
from autogen.dialects.postgresql.dependents import run
from autogen.dialects.postgresql.rebuild import rebuild
from autogen.dialects.postgresql.sqltext import identifier, string
from autogen.schema import Dependent, Schema

if TYPE_CHECKING:
    from types import FrameType

    from sqlalchemy.engine import URL, Connection

__all__ = ["blueprint", "rebuild", "scratch"]

PREFIX = "autogen_scratch_"
ABANDONED_AFTER = 3600
_TEMPLATE_IN_USE = "55006"
_NO_RIGHT = "42501"


def blueprint(
    dialect: Dialect, connection: Connection, schema: Schema, dependents: Sequence[Dependent]
) -> Blueprint:
    """Schema and dependents say all that ``rebuild`` needs."""
    return Blueprint(schema, tuple(dependents))


@contextmanager
def scratch(url: URL) -> Iterator[Connection]:
    """A writable connection to a new, empty database with the encoding, locale and settings of the one
    behind ``url``."""
    target = sync_url(url)
    server = engine_of(target, isolation_level="AUTOCOMMIT")
    name = f"{PREFIX}{int(time.time()):x}_{os.getpid()}_{secrets.token_hex(4)}"
    try:
        with _stopped_gently():
            settings = _create(server, url, name)
            try:
                yield from _connected(target.set(database=name), settings)
            finally:
                _drop(server, name)
    finally:
        server.dispose()


def make_schema(url: URL, name: str) -> None:
    """An empty schema in a scratch database."""
    engine = engine_of(sync_url(url))
    try:
        with engine.begin() as connection:
            run_command(connection, f"CREATE SCHEMA IF NOT EXISTS {identifier(name)}")
    finally:
        engine.dispose()


def _connected(url: URL, settings: dict[str, str]) -> Iterator[Connection]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            _prepare(connection, settings)
            yield connection
    finally:
        with suppress(Exception):
            engine.dispose()


def _prepare(connection: Connection, settings: dict[str, str]) -> None:
    """The settings of the live database, for this session and those that others begin; its default schema,
    where that has another name."""
    schema = settings.pop("autogen.schema")
    database = identifier(connection.engine.url.database or "")
    for name, value in settings.items():
        run(connection, f"SELECT set_config({string(name)}, {string(value)}, false)")
        run_command(connection, f"ALTER DATABASE {database} SET {name} FROM CURRENT")
    run(connection, "SELECT set_config('synchronous_commit', 'off', false)")
    if run(connection, "SELECT current_schema()") != [(schema,)] and schema:
        connection.exec_driver_sql(
            f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}", execution_options={"no_parameters": True}
        )
    connection.commit()
    connection.dialect.default_schema_name = schema or connection.dialect.default_schema_name


def _create(server: Any, url: URL, name: str) -> dict[str, str]:
    """Creates the database; returns the settings that the live one has of its own."""
    import sqlalchemy as sa

    try:
        with server.connect() as connection:
            _drop_abandoned(connection)
            settings = _settings(connection)
            sql = f"CREATE DATABASE {identifier(name)} TEMPLATE template0 {_locale(connection)}"
            _patiently(connection, sql)
            return settings
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", getattr(error.orig, "pgcode", None)) == _NO_RIGHT:
            raise ScratchUnavailable(
                f"the user {url.username!r} may not create databases on the server; give it the right "
                f"(ALTER ROLE … CREATEDB) or set scratch_url to a server where it may"
            ) from error
        if not error.connection_invalidated and isinstance(error, sa.exc.OperationalError):
            raise ScratchUnavailable(explain(url, error.orig)) from error
        said = without_password(url, error.orig)
        raise ScratchUnavailable(f"no scratch database could be made: {said}") from error


def _patiently(connection: Connection, sql: str) -> None:
    """template0 is in use for a moment while somebody else copies it."""
    import sqlalchemy as sa

    for attempt in range(20):
        try:
            run_command(connection, sql)
            return
        except sa.exc.DBAPIError as error:
            code = getattr(error.orig, "sqlstate", getattr(error.orig, "pgcode", None))
            if code != _TEMPLATE_IN_USE or attempt == 19:
                raise
            time.sleep(0.1 * (attempt + 1))


def run_command(connection: Connection, sql: str) -> None:
    """A statement taken letter for letter."""
    connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


def _settings(connection: Connection) -> dict[str, str]:
    """What ALTER DATABASE … SET gave the live database, and the name of its default schema."""
    rows = run(
        connection,
        "SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
        " WHERE d.datname = current_database() AND s.setrole = 0",
    )
    found = dict(str(row[0]).split("=", 1) for row in rows)
    ((schema,),) = run(connection, "SELECT coalesce(current_schema()::text, '')")
    return {**found, "autogen.schema": str(schema)}


def _locale(connection: Connection) -> str:
    """Encoding and collation of the live database as CREATE DATABASE takes them."""
    ((row,),) = run(
        connection,
        "SELECT to_jsonb(d) || jsonb_build_object('encoding', pg_encoding_to_char(d.encoding))"
        " FROM pg_database d WHERE d.datname = current_database()",
    )
    words = {
        "ENCODING": row["encoding"],
        "LC_COLLATE": row["datcollate"],
        "LC_CTYPE": row["datctype"],
    }
    provider = {"i": "icu", "b": "builtin"}.get(row.get("datlocprovider", "c"))
    locale = row.get("datlocale") or row.get("daticulocale")
    if provider and locale:
        words["LOCALE_PROVIDER"] = provider
        words["ICU_LOCALE" if provider == "icu" else "BUILTIN_LOCALE"] = locale
    return " ".join(f"{word} = {string(value)}" for word, value in words.items())


def _drop(server: Any, name: str) -> None:
    """Drops the database, with whatever connection still hangs on it."""
    with suppress(Exception), server.connect() as connection:
        run_command(connection, f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")


def _drop_abandoned(connection: Connection) -> None:
    """Drops what killed runs left behind: ours by name, over an hour old, nobody connected."""
    rows = run(
        connection,
        "SELECT d.datname::text FROM pg_database d"
        f" WHERE d.datname ~ '^{PREFIX}[0-9a-f]+_[0-9]+_[0-9a-f]+$'"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)",
    )
    for (name,) in rows:
        started = int(name.removeprefix(PREFIX).partition("_")[0], 16)
        if started < time.time() - ABANDONED_AFTER:
            with suppress(Exception):
                run_command(connection, f"DROP DATABASE IF EXISTS {identifier(name)}")


@contextmanager
def _stopped_gently() -> Iterator[None]:
    """SIGTERM unwinds the stack like Ctrl-C does, so that the database is dropped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    if before is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
