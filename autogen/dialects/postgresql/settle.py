"""Doubts settled by the server: the declared texts are stored in a scratch database and read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import (
    Blueprint,
    Dialect,
    Doubt,
    Scope,
    ScratchFactory,
    ScratchUnavailable,
    Settled,
)
from autogen.dialects.postgresql import ddl
from autogen.dialects.postgresql.names import quoted
from autogen.dialects.postgresql.type_names import is_built_in
from autogen.dialects.postgresql.unstated import inherit
from autogen.schema import (
    Check,
    Column,
    EnumType,
    Exclude,
    Index,
    Key,
    Namespace,
    Object,
    Schema,
    Table,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_FOUNDATIONS = ("extension", "type", "function")


def settle(
    dialect: Dialect, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory
) -> list[Settled]:
    """The declared object of each doubt in the server's spelling, or why that could not be had."""
    open_ = [d for d in doubts if not _plain(d)]
    answers = iter(_ask(dialect, open_, desired, scratch) if open_ else ())
    return [Settled(d.after) if _plain(d) else next(answers) for d in doubts]


def _plain(doubt: Doubt) -> bool:
    """Whether only types differ, and both are built-in ones whose spelling leaves no doubt."""
    before, after = doubt.before, doubt.after
    if not isinstance(before, Column) or not isinstance(after, Column):
        return False
    texts = (before.default, before.computed) == (after.default, after.computed)
    return texts and is_built_in(before.type.sql) and is_built_in(after.type.sql)


def _ask(
    dialect: Dialect, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory
) -> list[Settled]:
    try:
        with scratch.open() as connection:
            return _settle(dialect, doubts, desired, scratch.blueprint, connection)
    except ScratchUnavailable as reason:
        return [Settled(d.before, f"no scratch database to ask: {reason}") for d in doubts]


def _settle(
    dialect: Dialect,
    doubts: Sequence[Doubt],
    desired: Schema,
    blueprint: Blueprint | None,
    connection: Connection,
) -> list[Settled]:
    trial = _Trial(dialect, connection, desired)
    trial.lay_foundations(blueprint)
    trial.make_tables({d.after.key.owner for d in doubts})
    # a generated column is dropped and added again, so what reads columns comes after
    order = sorted(range(len(doubts)), key=lambda i: not isinstance(doubts[i].after, Column))
    failures = {i: trial.store(i, doubts[i].after) for i in order}
    schemas = tuple(sorted({d.after.key.schema for d in doubts} - {""}))
    found = dialect.introspect(connection, Scope(schemas=schemas, version_table=Key("table", "", "", "")))
    return [_answer(doubt, found, trial.name(i), failures[i]) for i, doubt in enumerate(doubts)]


@dataclass(slots=True)
class _Trial:
    """The scratch database with as much of the declared tables as the doubts need."""

    dialect: Dialect
    connection: Connection
    desired: Schema
    broken: dict[Key, str] = field(default_factory=dict)

    def name(self, number: int) -> str:
        """The name a constraint or index has on trial: its own may be taken, or be none."""
        return f"autogen_trial_{number}"

    def lay_foundations(self, blueprint: Blueprint | None) -> None:
        """Schemas, enum types, and the extensions, types and functions that expressions may call."""
        dependents = blueprint.dependents if blueprint else ()
        live: Iterable[Object] = blueprint.schema if blueprint else ()
        objects: dict[Key, Object] = {}
        for each in (*live, *self.desired):
            if isinstance(each, Namespace | EnumType):
                objects[each.key] = each
        kept = tuple(d for d in dependents if d.kind in _FOUNDATIONS)
        self.dialect.rebuild(self.connection, Blueprint(Schema(objects.values()), kept))

    def make_tables(self, tables: set[Key]) -> None:
        """Each table with its columns, that have a type and nothing else."""
        for key in sorted(tables):
            bare = [_bare(c) for c in self.desired.columns(key)]
            table = Table(key.schema, key.name)
            whole = Schema([table, *bare])
            if self.attempt(ddl.table_sql(table, whole)) is None:
                continue
            self.attempt(ddl.table_sql(table, Schema([table])))
            for column in bare:
                failed = self.attempt([f"{_alter(column)} ADD COLUMN {ddl.column_sql(column)}"])
                if failed is not None:
                    self.broken[column.key] = failed

    def store(self, number: int, after: Object) -> str | None:
        """Gives the text to the server; what it says when it does not take it."""
        if after.key in self.broken:
            return self.broken[after.key]
        if isinstance(after, Column):
            return self.attempt(_column_sql(after))
        if isinstance(after, Check | Exclude):
            named = replace(after, name=self.name(number))
            return self.attempt([ddl.add_constraint_sql(named)])
        if isinstance(after, Index):
            return self.attempt(ddl.index_sql(replace(after, name=self.name(number))))
        return "it has no text that the server could spell"

    def attempt(self, statements: Iterable[str]) -> str | None:
        """Runs the statements, all or none."""
        import sqlalchemy as sa

        try:
            with self.connection.begin_nested():
                for sql in statements:
                    self.connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
        except sa.exc.DBAPIError as error:
            return " ".join(str(error.orig).split())
        return None


def _bare(column: Column) -> Column:
    return Column(column.schema, column.table, column.name, column.type, position=column.position)


def _alter(column: Column) -> str:
    schema = f"{quoted(column.schema)}." if column.schema else ""
    return f"ALTER TABLE {schema}{quoted(column.table)}"


def _column_sql(column: Column) -> list[str]:
    """The statements that give a bare column its default or its generation."""
    name = quoted(column.name)
    if column.computed is not None:
        whole = replace(_bare(column), computed=column.computed)
        return [
            f"{_alter(column)} DROP COLUMN {name}",
            f"{_alter(column)} ADD COLUMN {ddl.column_sql(whole)}",
        ]
    if column.default is not None:
        return [f"{_alter(column)} ALTER COLUMN {name} SET DEFAULT {column.default}"]
    return []


def _answer(doubt: Doubt, found: Schema, name: str, failed: str | None) -> Settled:
    """The declared object with the texts that were read back."""
    if failed is not None:
        return Settled(doubt.before, f"the server did not take the models' text: {failed}")
    after: Any = doubt.after
    key = after.key if isinstance(after, Column) else after.key._replace(name=name)
    stored = found.get(key)
    if stored is None:
        return Settled(doubt.before, "the server did not show what it had stored")
    texts: dict[str, Any] = {
        text: getattr(stored, text) for text in after.EXPRESSIONS if getattr(after, text) is not None
    }
    if isinstance(after, Column) and isinstance(stored, Column):
        texts["type"] = replace(stored.type, code=after.type.code)
        if after.autoincrement:
            texts.pop("default", None)
    return Settled(inherit(doubt.before, replace(after, **texts)))
