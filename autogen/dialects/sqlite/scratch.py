"""A scratch database in memory, and the live schema built there from its own statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint
from autogen.dialects.sqlite.introspect import rows
from autogen.dialects.sqlite.memory import in_schema
from autogen.dialects.sqlite.sqltext import identifier
from autogen.schema import Dependent, Namespace, Schema, Skipped

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@contextmanager
def scratch() -> Iterator[Connection]:
    """An empty database in memory with foreign keys enforced, the harder case for a draft."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def enforce(driver: object, _: object) -> None:
        driver.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]

    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def blueprint(connection: Connection, schema: Schema, dependents: Sequence[Dependent]) -> Blueprint:
    """The statements of sqlite_master, word for word: tables, indexes, views, triggers.

    Those that SQLite makes itself (its own tables, the shadow tables of virtual ones) are left out.
    """
    schemas = ["", *(n.name for n in schema.of_kind(Namespace))]
    found = rows(connection, schemas)
    shadows = {s.object for s in schema.skipped if s.reason.startswith("part of the virtual table")}
    statements = [
        in_schema(sql, owner)
        for kind in ("table", "index", "view", "trigger")
        for owner, type_, name, _, sql in found
        if type_ == kind
        and sql
        and not name.lower().startswith("sqlite_")
        and (f"{owner}.{name}" if owner else name) not in shadows
    ]
    return Blueprint(schema, tuple(dependents), tuple(statements))


def rebuild(connection: Connection, blueprint: Blueprint) -> list[Skipped]:
    """Executes the statements one by one; one that fails (an extension is missing) is reported."""
    from sqlalchemy.exc import DBAPIError

    failures = []
    connection.rollback()  # ATTACH does nothing inside a transaction
    attached = {row[1] for row in connection.exec_driver_sql("PRAGMA database_list")}
    for namespace in blueprint.schema.of_kind(Namespace):
        if namespace.name not in attached:
            connection.exec_driver_sql(f"ATTACH ':memory:' AS {identifier(namespace.name)}")
    for statement in blueprint.statements:
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError as error:
            failures.append(Skipped(" ".join(statement.split())[:60], str(error.orig)))
    connection.commit()
    return failures
