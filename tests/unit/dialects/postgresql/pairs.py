"""Two states of a database, given as SQL: the drafts between them are run and read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from types import ModuleType

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import URL, Connection

from autogen.changes import Change, reverse
from autogen.compare import compare
from autogen.dialects.base import Blueprint, Scope, ScratchFactory
from autogen.dialects.postgresql import PostgreSQL
from autogen.dialects.postgresql.scratch import run_command, scratch
from autogen.plan import Step
from autogen.schema import Dependent, Schema

SCOPE = Scope(schemas=("s1",))


class Scratch(ScratchFactory):
    def __init__(self, url: URL) -> None:
        self.url = url

    @contextmanager
    def open(self) -> Iterator[Connection]:
        with scratch(self.url) as connection:
            yield connection

    @property
    def blueprint(self) -> Blueprint:
        return Blueprint(Schema())


def state(connection: Connection) -> tuple[PostgreSQL, Schema, tuple[Dependent, ...]]:
    dialect = PostgreSQL(connection.dialect, "public")
    schema = dialect.introspect(connection, SCOPE)
    dependents = dialect.dependents(connection, schema)
    connection.rollback()
    return dialect, schema, dependents


def source(steps: Sequence[Step]) -> str:
    imports = sorted({line for s in steps for line in s.code.imports})
    body = [f"    {s.block}\n        {s.code.text}" if s.block else f"    {s.code.text}" for s in steps]
    return "\n".join(["from alembic import op", *imports, "def run():", *body, "    pass"])


def run(text: str, connection: Connection | None) -> None:
    """Runs a draft, or only renders it as SQL where there is no connection."""
    if connection is None:
        context = MigrationContext.configure(
            dialect_name="postgresql", opts={"as_sql": True, "output_buffer": StringIO()}
        )
    else:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
    module = ModuleType("draft")
    exec(compile(text, "<draft>", "exec"), module.__dict__)
    with Operations.context(context), context.begin_transaction(_per_migration=True):
        module.run()
    if connection is not None and connection.in_transaction():
        connection.commit()


class Round:
    """Up, down and up again between two states, with rows; ``after`` is the connection at the end."""

    def __init__(self, url: URL, connection: Connection, before: str, after: str, rows: str) -> None:
        with scratch(url) as other:
            run_command(other, after)
            other.commit()
            _, self.wanted, self.wanted_dependents = state(other)
        run_command(connection, before)
        if rows:
            run_command(connection, rows)
        connection.commit()
        self.connection = connection
        self.dialect, self.start, self.dependents = state(connection)
        self.scratch = Scratch(url)
        self.changes = self.differ(self.start, self.wanted)
        after_schema = self.wanted
        self.up = source(self.dialect.steps(self.changes, self.start, after_schema, self.dependents))
        self.down = source(
            self.dialect.steps(reverse(self.changes), after_schema, self.start, self.dependents)
        )

    def differ(self, current: Schema, desired: Schema) -> tuple[Change, ...]:
        return compare(current, desired, self.dialect, self.scratch).changes

    def check(self) -> None:
        run(self.up, None)
        run(self.down, None)
        self.step(self.up, self.wanted, self.wanted_dependents)
        self.step(self.down, self.start, self.dependents)
        self.step(self.up, self.wanted, self.wanted_dependents)

    def step(self, text: str, schema: Schema, dependents: Sequence[Dependent]) -> None:
        run(text, self.connection)
        _, reached, found = state(self.connection)
        assert self.differ(reached, schema) == ()
        assert {d.identity: d.create for d in found} == {d.identity: d.create for d in dependents}
