"""Scratch databases on the server, and the live schema built again in one."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint, ScratchUnavailable
from autogen.dialects.mysql.connection import error_code, make_engine, readable_mode, refused
from autogen.dialects.mysql.tokens import qualified, quote
from autogen.errors import AutogenError
from autogen.schema import Dependent, ForeignKey, Key, Namespace, Schema, Skipped
from autogen.schema import Sequence as SequenceObject

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

    from autogen.dialects.mysql import MySQL

PREFIX = "autogen_scratch_"
_NAMES = re.compile(r"autogen_scratch_\d+_[0-9a-f]{12}")
_LITERAL_OR_NAME = r"'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`"
_DEFINER = re.compile(r"(\bCREATE\b[^'`]*?)\s+DEFINER\s*=\s*`(?:[^`]|``)*`@`(?:[^`]|``)*`", re.I)


@contextmanager
def scratch(url: URL) -> Iterator[Connection]:
    """A connection to a new database that has the defaults of the URL's own; dropped when the block ends.

    A named lock is held while the database is in use, so that another run can tell it from a leftover.
    """
    import sqlalchemy as sa

    try:
        admin = make_engine(url)
    except AutogenError as error:
        raise ScratchUnavailable(str(error)) from error
    try:
        try:
            keeper = admin.execution_options(isolation_level="AUTOCOMMIT").connect()
        except sa.exc.DBAPIError as error:
            raise ScratchUnavailable(refused(url, error)) from error
        with keeper, _terminated_by_exception():
            name = _create(keeper, url)
            engine = make_engine(url.set(database=name))
            try:
                with engine.connect() as connection:
                    readable_mode(connection)
                    connection.commit()
                    yield connection
            finally:
                engine.dispose()
                _drop(keeper, admin, name)
    finally:
        admin.dispose()


@contextmanager
def _terminated_by_exception() -> Iterator[None]:
    """SIGTERM unwinds the stack instead of ending the process on the spot; a handler that is there stays."""
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _create(keeper: Connection, url: URL) -> str:
    import os
    import secrets

    import sqlalchemy as sa

    _drop_leftovers(keeper)
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(6)}"
    try:
        charset, collation = keeper.exec_driver_sql(
            "SELECT @@character_set_database, @@collation_database"
        ).one()
        keeper.exec_driver_sql(f"DO GET_LOCK('{name}', 0)")
        keeper.exec_driver_sql(f"CREATE DATABASE {quote(name)} CHARACTER SET {charset} COLLATE {collation}")
    except sa.exc.DBAPIError as error:
        if error_code(error) in (1044, 1045, 1142, 1227):
            raise ScratchUnavailable(
                f"the user {url.username!r} may not create databases at {url.host or 'localhost'}: "
                f"grant it CREATE and DROP on `{PREFIX}%`.*, or set scratch_url to a server where it may"
            ) from error
        raise ScratchUnavailable(
            f"no scratch database could be made: {getattr(error, 'orig', error)}"
        ) from error
    return name


def _drop_leftovers(keeper: Connection) -> None:
    """Drops the databases of runs that ended without: their names are ours and nobody holds their locks."""
    import sqlalchemy as sa

    with suppress(sa.exc.DBAPIError):
        names = keeper.exec_driver_sql(
            "SELECT schema_name FROM information_schema.schemata "
            f"WHERE schema_name LIKE '{PREFIX}%%' AND IS_FREE_LOCK(schema_name)"
        ).scalars()
        for name in list(names):
            if _NAMES.fullmatch(name):
                keeper.exec_driver_sql(f"DROP DATABASE IF EXISTS {quote(name)}")


def _drop(keeper: Connection, admin: Engine, name: str) -> None:
    """Drops the scratch database, over a new connection if the first has been lost."""
    import sqlalchemy as sa

    statement = f"DROP DATABASE IF EXISTS {quote(name)}"
    try:
        keeper.exec_driver_sql(statement)
    except sa.exc.DBAPIError:
        with suppress(sa.exc.DBAPIError), admin.connect() as again:
            again.exec_driver_sql(statement)
            again.commit()


# -- the live schema, built again ----------------------------------------------------------------------


def unqualified(sql: str, database: str) -> str:
    """SQL without the name of the live database before its tables, literals left alone."""
    if f"{quote(database)}." not in sql:
        return sql
    pattern = re.compile(rf"{re.escape(quote(database))}\.|{_LITERAL_OR_NAME}", re.S)
    prefix = f"{quote(database)}."
    return pattern.sub(lambda match: "" if match[0] == prefix else match[0], sql)


def confine(schema: Schema) -> None:
    """Schemas are databases here: what is qualified with another one would be changed there, for real."""
    others = {n.name for n in schema.of_kind(Namespace)}
    others |= {o.schema for o in schema if not isinstance(o, Namespace) and o.schema}
    others |= {fk.target_schema for fk in schema.of_kind(ForeignKey) if fk.target_schema}
    if others:
        raise ScratchUnavailable(
            f"the models use more than one database (also {', '.join(sorted(others))}), "
            "and one scratch database cannot stand in for several"
        )


def blueprint(
    dialect: MySQL, connection: Connection, schema: Schema, dependents: Sequence[Dependent]
) -> Blueprint:
    """SHOW CREATE of every sequence and table, and of the tables left out that foreign keys refer to."""
    confine(schema)
    statements = [_show(connection, "SEQUENCE", s.key) for s in schema.of_kind(SequenceObject)]
    tables = dict.fromkeys(t.key for t in schema.tables)
    tables |= dict.fromkeys(fk.target for fk in schema.of_kind(ForeignKey))
    statements += [_show(connection, "TABLE", key) for key in tables]
    database = dialect.default_schema
    return Blueprint(schema, tuple(dependents), tuple(unqualified(s, database) for s in statements))


def _show(connection: Connection, kind: str, key: Key) -> str:
    name = qualified(key.schema, key.name).replace("%", "%%")
    return str(connection.exec_driver_sql(f"SHOW CREATE {kind} {name}").one()[1])


def rebuild(dialect: MySQL, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
    """Builds everything, foreign keys unchecked meanwhile; what stands on each other in repeated rounds."""
    failures: list[Skipped] = []
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
    try:
        for statement in blueprint.statements:
            reason = _run(connection, statement)
            if reason:
                failures.append(Skipped(statement.split("(")[0].strip()[:100], reason))
        failures += build_dependents(connection, blueprint.dependents)
        connection.commit()
    finally:
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")
        connection.commit()
    return failures


def build_dependents(connection: Connection, dependents: Sequence[Dependent]) -> list[Skipped]:
    waiting = list(dependents)
    while waiting:
        failed: list[tuple[Dependent, str]] = []
        for dependent in waiting:
            reasons = [reason for sql in dependent.create if (reason := _run(connection, sql))]
            if reasons:
                failed.append((dependent, reasons[0]))
        if len(failed) == len(waiting):
            return [Skipped(d.identity, reason) for d, reason in failed]
        waiting = [d for d, _ in failed]
    return []


def _run(connection: Connection, statement: str) -> str | None:
    """Runs a statement as it stands; what it defines falls to the own user where another may not be named."""
    import sqlalchemy as sa

    for sql in dict.fromkeys((statement, _DEFINER.sub(r"\1", statement, count=1))):
        try:
            connection.exec_driver_sql(sql.replace("%", "%%"))
            return None
        except sa.exc.DBAPIError as error:
            reason = str(getattr(error, "orig", error))
            if error_code(error) not in (1227, 1044, 1142):
                break
    return reason
