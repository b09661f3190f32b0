"""PostgreSQL 13 and newer (tested on 15 and 18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
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
from autogen.dialects.postgresql import declare
from autogen.plan import Comparison, Step
from autogen.schema import ColumnType, Constraint, Dependent, Key, Object, Pair, Schema, Skipped, Table

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.types import TypeEngine

    from autogen.dialects.deploying import Deploying
    from autogen.dialects.facts import Asked, Facts, Work
    from autogen.dialects.places import OwnServer
    from autogen.dialects.probing import Probing
    from autogen.dialects.transition import Transition
    from autogen.schema.renaming import TextNames


class PostgreSQL(Dialect):
    """Each method hands over to the module that does the work, imported when it is first needed; the hooks
    of the declare stage, which every command needs and which are called for each column, are here at once."""

    name: ClassVar[str] = "postgresql"
    grammar: ClassVar[str] = "postgres"
    folds_names: ClassVar[bool] = True
    usual_schema: ClassVar[str] = "public"
    restates_dependents: ClassVar[bool] = True
    identifier_unit: ClassVar[str] = "bytes"
    lock_limit: ClassVar[str] = "SET lock_timeout = '5s'"
    has_online_ddl: ClassVar[bool] = True

    @classmethod
    def sync_url(cls, url: URL) -> URL:
        from autogen.dialects.postgresql import connection

        return connection.sync_url(url)

    @classmethod
    def with_arguments(cls, url: URL, arguments: Mapping[str, Any], search_path: str | None) -> URL:
        from autogen.dialects.postgresql import connection

        return connection.with_arguments(url, arguments, search_path)

    @classmethod
    def connect(cls, url: URL) -> AbstractContextManager[tuple[Dialect, Connection]]:
        from autogen.dialects.postgresql import connection

        return connection.connect(cls, url)

    @classmethod
    def deploying(cls) -> Deploying:
        from autogen.dialects.postgresql.deploying import PostgreSQLDeploying

        return PostgreSQLDeploying()

    def server_label(self, connection: Connection) -> str:
        from autogen.dialects.postgresql import connection as module

        return module.server_label(connection)

    def introspect(self, connection: Connection, scope: Scope) -> Schema:
        from autogen.dialects.postgresql import introspect

        return introspect.introspect(self, connection, scope)

    def dependents(self, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
        from autogen.dialects.postgresql import dependents

        return dependents.read(self, connection, schema)

    def has_rows(self, connection: Connection, table: Key) -> bool | None:
        from autogen.dialects.postgresql import connection as module

        return module.has_rows(self, connection, table)

    def facts(self, connection: Connection, asked: Asked) -> Facts:
        from autogen.dialects.postgresql import facts

        return facts.facts(self, connection, asked)

    def bytes_literal(self, value: bytes) -> str:
        return f"'\\x{value.hex()}'::bytea"

    def work(self, change: Change, comparison: Comparison, facts: Facts) -> Work | None:
        from autogen.dialects.postgresql import work

        return work.work(change, comparison, facts)

    def fits_reference(self, column: ColumnType, target: ColumnType) -> bool:
        from autogen.dialects.postgresql.casts import same_kind_of_key

        return same_kind_of_key(column, target)

    def highest(self, type_: ColumnType) -> int | None:
        return {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(type_.sql)

    def length(self, name: str) -> int:
        return len(name.encode())

    def probing(self, connection: Connection) -> Probing:
        from autogen.dialects.postgresql.probing import PostgreSQLProbing

        return PostgreSQLProbing(self, connection)

    def declare_objects(self, metadata: sqlalchemy.MetaData) -> Iterable[Object]:
        return declare.objects(self, metadata)

    def declare_table(self, declared: sqlalchemy.Table, table: Table) -> Iterable[Object]:
        return declare.table(self, declared, table)

    def declare_type(self, declared: TypeEngine[Any], value: ColumnType) -> ColumnType:
        from autogen.dialects.postgresql import declare_types

        return declare_types.column_type(self, declared, value)

    def declare_part(self, declared: Any, part: O) -> O:
        return declare.part(self, declared, part)

    def inherit(self, current: O, desired: O) -> O:
        return declare.inherit(current, desired)

    def in_new_names(self, sql: str, names: TextNames) -> str:
        from autogen.dialects.postgresql import new_names

        return new_names.in_new_names(sql, names)

    def follow(self, live: Schema, models: Schema, pairs: Iterable[Pair]) -> Iterable[Pair]:
        from autogen.dialects.postgresql import following

        return following.follow(live, models, pairs)

    def cannot_rename(self, before: Key, after: Key) -> str | None:
        return None

    def default_name(self, constraint: Constraint, taken: frozenset[str]) -> str | None:
        return declare.default_name(constraint, taken)

    def reconcile(self, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
        from autogen.dialects.postgresql import reconcile

        return reconcile.reconcile(current, desired)

    def settle(self, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory) -> list[Settled]:
        from autogen.dialects.postgresql import settle

        return settle.settle(self, doubts, desired, scratch)

    def type_change(self, before: Object, after: Object) -> TypeChange:
        from autogen.dialects.postgresql import type_changes

        return type_changes.type_change(before, after)

    def steps(
        self,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        online: Online = OFFLINE,
    ) -> list[Step]:
        from autogen.dialects.postgresql import lowering

        return lowering.steps(self, changes, before, after, dependents, online)

    def gentle(self, steps: Sequence[Step]) -> frozenset[Key]:
        from autogen.dialects.postgresql.online_order import AUTOCOMMIT

        return frozenset(step.subject for step in steps if step.block.startswith(AUTOCOMMIT))

    def transition(self) -> Transition:
        from autogen.dialects.postgresql.transition import PostgreSQLTransition

        return PostgreSQLTransition(tuple(getattr(self.sqla, "server_version_info", None) or ()))

    def scratch(self, url: URL) -> AbstractContextManager[Connection]:
        from autogen.dialects.postgresql import scratch

        return scratch.scratch(url)

    @classmethod
    def own_server(cls) -> OwnServer | None:
        from autogen.dialects.postgresql import packaged

        return packaged.own_server(cls)

    @classmethod
    def no_own_server(cls) -> str:
        from autogen.dialects.postgresql import packaged

        return packaged.ADVICE

    def astray(self, statement: str, database: str) -> str:
        from autogen.dialects.postgresql import astray

        return astray.astray(statement)

    def make_schema(self, scratch: URL, name: str) -> None:
        from autogen.dialects.postgresql import scratch as scratches

        scratches.make_schema(scratch, name)

    def blueprint(self, connection: Connection, schema: Schema, dependents: Sequence[Dependent]) -> Blueprint:
        from autogen.dialects.postgresql import scratch

        return scratch.blueprint(self, connection, schema, dependents)

    def rebuild(self, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
        from autogen.dialects.postgresql import scratch

        return scratch.rebuild(self, connection, blueprint)
