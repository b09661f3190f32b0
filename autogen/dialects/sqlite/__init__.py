"""SQLite 3.26 and newer (tested on 3.40)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.changes import Change
from autogen.dialects.base import (
    Blueprint,
    Dialect,
    Doubt,
    O,
    Scope,
    ScratchFactory,
    Settled,
    TypeChange,
)
from autogen.dialects.in_use import OFFLINE, Online
from autogen.dialects.sqlite import declare
from autogen.plan import Comparison, Step
from autogen.schema import Column, ColumnType, Constraint, Dependent, Key, Object, Schema, Skipped, Table

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.types import TypeEngine

    from autogen.dialects.deploying import Deploying
    from autogen.dialects.facts import Asked, Facts, Work
    from autogen.dialects.places import OwnServer
    from autogen.dialects.probing import Probing
    from autogen.dialects.transition import Transition
    from autogen.schema.renaming import TextNames

_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)


class SQLite(Dialect):
    """Each method hands over to the module that does the work, imported when it is first needed; the hooks
    of the declare stage, which every command needs and which are called for each column, are here at once."""

    name: ClassVar[str] = "sqlite"
    grammar: ClassVar[str] = "sqlite"
    usual_schema: ClassVar[str] = "main"
    max_identifier: ClassVar[int] = 1_000_000
    """SQLite has no limit of its own for names."""
    enforces_references: ClassVar[str] = "PRAGMA foreign_keys is on"

    @classmethod
    def connect(cls, url: URL) -> AbstractContextManager[tuple[Dialect, Connection]]:
        from autogen.dialects.sqlite import connection

        return connection.connect(cls, url)

    @classmethod
    def anchored(cls, url: URL, root: Path) -> URL:
        name = url.database
        if not name or name == ":memory:" or name.startswith("file:"):
            return url
        return url.set(database=str(root / name))

    @classmethod
    def deploying(cls) -> Deploying:
        from autogen.dialects.sqlite.deploying import SQLiteDeploying

        return SQLiteDeploying()

    def server_label(self, connection: Connection) -> str:
        from autogen.dialects.sqlite import connection as module

        return module.server_label(connection)

    def reading_ahead(self, connection: Connection) -> AbstractContextManager[None]:
        from autogen.dialects.sqlite.connection import reading_ahead

        return reading_ahead(connection)

    def introspect(self, connection: Connection, scope: Scope) -> Schema:
        from autogen.dialects.sqlite import introspect

        return introspect.introspect(connection, scope)

    def dependents(self, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
        from autogen.dialects.sqlite import dependents

        return dependents.read(connection, schema)

    def has_rows(self, connection: Connection, table: Key) -> bool | None:
        from autogen.dialects.sqlite import connection as module

        return module.has_rows(connection, table)

    def numbers(self, column: Column, schema: Schema) -> bool:
        from autogen.dialects.sqlite.ddl import is_rowid

        return is_rowid(column, schema)

    def facts(self, connection: Connection, asked: Asked) -> Facts:
        from autogen.dialects.sqlite import facts

        return facts.facts(connection, asked)

    def work(self, change: Change, comparison: Comparison, facts: Facts) -> Work | None:
        from autogen.dialects.sqlite import facts as module

        return module.work(change)

    def fits_reference(self, column: ColumnType, target: ColumnType) -> bool:
        from autogen.dialects.sqlite.types import affinity

        return affinity(column.sql) == affinity(target.sql)

    def probing(self, connection: Connection) -> Probing:
        from autogen.dialects.sqlite.probing import SQLiteProbing

        return SQLiteProbing(self, connection)

    conventions: bool = False
    """Whether the models' naming conventions give names to constraints without one."""

    def declare_objects(self, metadata: sqlalchemy.MetaData) -> Iterable[Object]:
        """None: SQLite has neither enum types nor sequences."""
        if any(kind != "ix" for kind in metadata.naming_convention):
            self.conventions = True
        return ()

    def declare_table(self, declared: sqlalchemy.Table, table: Table) -> Iterable[Object]:
        return declare.table(declared, table)

    def declare_type(self, declared: TypeEngine[Any], value: ColumnType) -> ColumnType:
        return declare.column_type(value)

    def declare_part(self, declared: Any, part: O) -> O:
        return declare.part(declared, part)

    def reconcile(self, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
        if current.by_key.keys() >= desired.by_key.keys():
            return current, desired  # no declared name is missing, so none differs in case
        from autogen.dialects.letter_case import under_live_names

        return current, under_live_names(current, desired, self.folded, self.in_new_names)

    def folded(self, key: Key) -> Key:
        """SQLite folds the letters of ASCII and no others."""
        return key._replace(table=key.table.translate(_FOLD), name=key.name.translate(_FOLD))

    def in_new_names(self, sql: str, names: TextNames) -> str:
        from autogen.dialects.sqlite.sqltext import renamed_in

        return renamed_in(sql, names.columns) if names.columns else sql

    def default_name(self, constraint: Constraint, taken: frozenset[str]) -> str | None:
        return None  # what has no name keeps none

    def settle(self, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory) -> list[Settled]:
        from autogen.dialects.sqlite import settle

        return settle.settle(doubts, desired)

    def type_change(self, before: Object, after: Object) -> TypeChange:
        from autogen.dialects.sqlite import type_changes

        return type_changes.type_change(before, after)

    def steps(
        self,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        online: Online = OFFLINE,
    ) -> list[Step]:
        from autogen.dialects.sqlite import lowering

        return lowering.steps(self, changes, before, after, dependents)

    def transition(self) -> Transition:
        from autogen.dialects.sqlite.transition import SQLiteTransition

        return SQLiteTransition()

    def scratch(self, url: URL) -> AbstractContextManager[Connection]:
        from autogen.dialects.sqlite import scratch

        return scratch.scratch()

    @classmethod
    def own_server(cls) -> OwnServer:
        from autogen.dialects.sqlite import own_server

        return own_server.own_server(cls)

    def scratch_database(self, url: URL) -> AbstractContextManager[URL]:
        from autogen.dialects.sqlite import own_server

        return own_server.scratch_database(url)

    def confined(self, connection: Any) -> None:
        from autogen.dialects.sqlite import own_server

        own_server.confined(connection)

    def astray(self, statement: str, database: str) -> str:
        from autogen.dialects.sqlite import own_server

        return own_server.astray(statement)

    def blueprint(self, connection: Connection, schema: Schema, dependents: Sequence[Dependent]) -> Blueprint:
        from autogen.dialects.sqlite import scratch

        return scratch.blueprint(connection, schema, dependents)

    def rebuild(self, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
        from autogen.dialects.sqlite import scratch

        return scratch.rebuild(connection, blueprint)
