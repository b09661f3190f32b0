"""MariaDB 10.5 and newer (tested on 10.11) and MySQL 8 (by its manual)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, cast

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
from autogen.plan import Comparison, Step
from autogen.schema import (
    Column,
    ColumnType,
    Constraint,
    Dependent,
    Key,
    Object,
    Pair,
    Schema,
    Skipped,
    Table,
)

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.types import TypeEngine

    from autogen.dialects.deploying import Deploying
    from autogen.dialects.facts import Asked, Facts, Work
    from autogen.dialects.probing import Probing
    from autogen.dialects.transition import Transition
    from autogen.schema.renaming import TextNames


@dataclass
class MySQL(Dialect):
    """Each method hands over to the module that does the work, imported when it is first needed."""

    name: ClassVar[str] = "mysql"
    grammar: ClassVar[str] = "mysql"
    dependents_follow: ClassVar[bool] = False
    transactional_ddl: ClassVar[bool] = False
    lock_limit: ClassVar[str] = "SET SESSION lock_wait_timeout = 5"
    has_online_ddl: ClassVar[bool] = True
    max_identifier: ClassVar[int] = 64
    own_schemas: ClassVar[tuple[str, ...]] = ("information_schema", "mysql", "performance_schema", "sys")
    strict_references: ClassVar[bool] = True
    indexes_references: ClassVar[bool] = True

    charsets: dict[str, str] = field(default_factory=dict)
    """The server's character sets with their default collations."""
    default_collation: str = "utf8mb4_general_ci"
    """The default collation of the default database."""
    explicit_timestamps: bool = True
    """Whether a TIMESTAMP column gets no default that was not asked for."""

    folds_tables: bool = False
    """Whether the server takes names of tables that differ in case for one (lower_case_table_names)."""

    @property
    def is_mariadb(self) -> bool:
        return bool(getattr(self.sqla, "is_mariadb", False))

    @classmethod
    def sync_url(cls, url: URL) -> URL:
        from autogen.dialects.mysql import connection

        return connection.sync_url(url)

    @classmethod
    def with_arguments(cls, url: URL, arguments: Mapping[str, Any], search_path: str | None) -> URL:
        from autogen.dialects.mysql import connection

        return connection.with_arguments(url, arguments)

    @classmethod
    def connect(cls, url: URL) -> AbstractContextManager[tuple[Dialect, Connection]]:
        from autogen.dialects.mysql import connection

        return connection.connect(cls, url)

    @classmethod
    def deploying(cls) -> Deploying:
        from autogen.dialects.mysql.deploying import MySQLDeploying

        return MySQLDeploying()

    def noted(self, metadatas: Sequence[sqlalchemy.MetaData], declared: Schema) -> dict[str, str]:
        from autogen.dialects.mysql import noted

        return super().noted(metadatas, declared) | noted.noted(self, declared)

    @classmethod
    def recalled(cls, backend: str, noted: Mapping[str, str]) -> Dialect:
        from autogen.dialects.mysql import noted as module

        dialect = super().recalled(backend, noted)
        module.recall(cast(MySQL, dialect), noted)
        return dialect

    def server_label(self, connection: Connection) -> str:
        from autogen.dialects.mysql import connection as module

        return module.server_label(connection)

    def introspect(self, connection: Connection, scope: Scope) -> Schema:
        from autogen.dialects.mysql import introspect

        return introspect.introspect(self, connection, scope)

    def dependents(self, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
        from autogen.dialects.mysql import dependents

        return dependents.read(self, connection, schema)

    def has_rows(self, connection: Connection, table: Key) -> bool | None:
        from autogen.dialects.mysql import connection as module

        return module.has_rows(connection, table)

    def facts(self, connection: Connection, asked: Asked) -> Facts:
        from autogen.dialects.mysql import facts

        return facts.facts(self, connection, asked)

    def work(self, change: Change, comparison: Comparison, facts: Facts) -> Work | None:
        from autogen.dialects.mysql import work

        names = frozenset(c.name.lower() for c in comparison.after.columns(change.key.owner))
        return work.work(change, names, self.is_mariadb)

    def highest(self, type_: ColumnType) -> int | None:
        from autogen.dialects.mysql import types

        parts = types.parse(type_.sql)
        return types.integer_range(parts)[1] if parts.name in types.INTEGERS - {"bigint"} else None

    def fits_reference(self, column: ColumnType, target: ColumnType) -> bool:
        from autogen.dialects.mysql import types

        return types.refers(column, target)

    def probing(self, connection: Connection) -> Probing:
        from autogen.dialects.mysql.probing import MySQLProbing

        return MySQLProbing(self, connection)

    def declare_objects(self, metadata: sqlalchemy.MetaData) -> Iterable[Object]:
        from autogen.dialects.mysql import declare

        return declare.objects(self, metadata)

    def declare_table(self, declared: sqlalchemy.Table, table: Table) -> Iterable[Object]:
        from autogen.dialects.mysql import declare

        return declare.table(self, declared, table)

    def declare_type(self, declared: TypeEngine[Any], value: ColumnType) -> ColumnType:
        return cast(ColumnType, self._declare.column_type(self, value))

    @cached_property
    def _declare(self) -> ModuleType:
        """Imported once: it is asked for every part of every table."""
        from autogen.dialects.mysql import declare

        return declare

    def declare_part(self, declared: Any, part: O) -> O:
        found: O = self._declare.part(self, declared, part)
        return found

    def inherit(self, current: O, desired: O) -> O:
        from autogen.dialects.mysql import unstated

        return unstated.inherit(self, current, desired)

    def reconcile(self, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
        from autogen.dialects.mysql import unstated

        return unstated.reconcile(self, current, desired)

    def folded(self, key: Key) -> Key:
        """Names within a table are folded always, those of tables and databases where the server says so."""
        table, name = key.table, key.name
        if self.folds_tables:
            return Key(key.kind, key.schema.lower(), table.lower(), name.lower())
        return key._replace(name=name.lower()) if table else key

    def in_new_names(self, sql: str, names: TextNames) -> str:
        from autogen.dialects.mysql.tokens import renamed_in

        return renamed_in(sql, names.columns) if names.columns else sql

    def follow(self, live: Schema, models: Schema, pairs: Iterable[Pair]) -> Iterable[Pair]:
        from autogen.dialects.mysql import unstated

        return unstated.follow(live, pairs)

    def cannot_rename(self, before: Key, after: Key) -> str | None:
        return "a database cannot be renamed" if before.kind == "schema" else None

    def default_name(self, constraint: Constraint, taken: frozenset[str]) -> str | None:
        from autogen.dialects.mysql import unstated

        return unstated.default_name(self, constraint, taken)

    def settle(self, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory) -> list[Settled]:
        from autogen.dialects.mysql import settle

        return settle.settle(self, doubts, desired, scratch)

    def retyped(self, comparison: Comparison) -> Iterable[tuple[Column, Column]]:
        from autogen.dialects.mysql import retyped

        return retyped.retyped(self, comparison)

    def type_change(self, before: Object, after: Object) -> TypeChange:
        from autogen.dialects.mysql import type_changes

        return type_changes.type_change(before, after, self.is_mariadb)

    def steps(
        self,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        online: Online = OFFLINE,
    ) -> list[Step]:
        from autogen.dialects.mysql import lowering

        return lowering.steps(self, changes, before, after, dependents, online)

    def transition(self) -> Transition:
        from autogen.dialects.mysql.transition import MySQLTransition

        return MySQLTransition(self.is_mariadb)

    def scratch(self, url: URL) -> AbstractContextManager[Connection]:
        from autogen.dialects.mysql import scratch

        return scratch.scratch(url)

    def astray(self, statement: str, database: str) -> str:
        from autogen.dialects.mysql import astray

        return astray.astray(statement, database)

    def confine(self, desired: Schema) -> None:
        from autogen.dialects.mysql import scratch

        scratch.confine(desired)

    def blueprint(self, connection: Connection, schema: Schema, dependents: Sequence[Dependent]) -> Blueprint:
        from autogen.dialects.mysql import scratch

        return scratch.blueprint(self, connection, schema, dependents)

    def rebuild(self, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
        from autogen.dialects.mysql import scratch

        return scratch.rebuild(self, connection, blueprint)
