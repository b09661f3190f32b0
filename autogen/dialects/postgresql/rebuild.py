"""Builds a blueprint on a scratch database: batches that commit, and rounds until nothing more succeeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint, Dialect
from autogen.dialects.postgresql import ddl
from autogen.dialects.postgresql.sqltext import identifier, string
from autogen.schema import (
    Constraint,
    EnumType,
    ForeignKey,
    Index,
    Namespace,
    Schema,
    Sequence,
    Skipped,
)
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

BATCH = 200


@value(frozen=True, slots=True)
class _Item:
    """Statements that make one object, all or none."""

    label: str
    statements: tuple[str, ...]


def rebuild(dialect: Dialect, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
    """Builds everything and commits; what failed to the end is returned with the server's reason."""
    builder = _Builder(connection)
    default = dialect.default_schema or "public"
    builder.run(_Item("", tuple(_ground(default))))
    first = ("extension", "type", "function")
    early = [_Item(d.identity, d.create) for d in blueprint.dependents if d.kind in first]
    late = [_Item(d.identity, d.create) for d in blueprint.dependents if d.kind not in first]
    builder.rounds(_schemas(blueprint, default))
    enums = [_Item(e.key.label, (ddl.enum_sql(e),)) for e in blueprint.schema.of_kind(EnumType)]
    early = builder.rounds([*enums, *early])
    for stage in _stages(blueprint.schema):
        early = [*builder.rounds(stage), *early]
    left = builder.rounds([*early, *late])
    # a draft's functions are to be looked at
    builder.run(_Item("", ("RESET check_function_bodies",)))
    connection.commit()
    return [Skipped(item.label, builder.reasons[item.label]) for item in left]


def _ground(default: str) -> Iterator[str]:
    """The default schema under its name, whatever the search path of the server's user is."""
    yield f"CREATE SCHEMA IF NOT EXISTS {identifier(default)}"
    yield "SET check_function_bodies = off"
    yield (
        "SELECT set_config('search_path', "
        f"CASE WHEN current_schema() = {string(default)} THEN current_setting('search_path') "
        f"ELSE {string(identifier(default))} || ', ' || current_setting('search_path') END, false)"
    )


def _schemas(blueprint: Blueprint, default: str) -> list[_Item]:
    names = {n.name for n in blueprint.schema.of_kind(Namespace)}
    names |= {d.schema for d in blueprint.dependents}
    names -= {"", default, "pg_catalog", "information_schema"}
    return [_Item(name, (f"CREATE SCHEMA IF NOT EXISTS {identifier(name)}",)) for name in sorted(names)]


def _stages(schema: Schema) -> Iterator[list[_Item]]:
    """Tables with their keys before indexes before the foreign keys, which need either."""
    yield [_Item(s.key.label, (ddl.sequence_sql(s),)) for s in schema.of_kind(Sequence)]
    tables = schema.tables
    roots = [t for t in tables if "inherits" not in dict(t.options)]
    heirs = [t for t in tables if "inherits" in dict(t.options)]
    yield [_Item(t.key.label, tuple(ddl.table_sql(t, schema))) for t in (*roots, *heirs)]
    rest: list[_Item] = []
    references: list[_Item] = []
    for obj in schema:
        if isinstance(obj, Constraint):
            if ddl.fits_in(obj):
                continue
            where = references if isinstance(obj, ForeignKey) else rest
            where.append(_Item(obj.key.label, (ddl.add_constraint_sql(obj),)))
        elif isinstance(obj, Index):
            rest.append(_Item(obj.key.label, tuple(ddl.index_sql(obj))))
    yield from (rest, references)


class _Builder:
    """Runs statements in batches, a transaction each; a batch that fails is run again one by one."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.reasons: dict[str, str] = {}

    def rounds(self, items: Iterable[_Item]) -> list[_Item]:
        """Tries all of them again and again as long as one more succeeds; returns those that never did."""
        left = list(items)
        while left:
            failed = [item for batch in _batches(left) for item in self.batch(batch)]
            if len(failed) == len(left):
                return failed
            left = failed
        return []

    def batch(self, items: tuple[_Item, ...]) -> list[_Item]:
        if len(items) > 1 and self.attempt([s for item in items for s in item.statements], ""):
            return []
        return [item for item in items if not self.run(item)]

    def run(self, item: _Item) -> bool:
        if self.attempt(item.statements, item.label):
            return True
        # a role may be missing on another server, and only a superuser marks an index as invalid; the object
        # without that is better than none
        kept = [s for s in item.statements if not s.startswith(("GRANT ", "UPDATE pg_index "))]
        return len(kept) < len(item.statements) and self.attempt(kept, item.label)

    def attempt(self, statements: Iterable[str], label: str) -> bool:
        """One transaction."""
        import sqlalchemy as sa

        text = ";\n".join(statements)
        if not text:
            return True
        try:
            self.connection.exec_driver_sql(text, execution_options={"no_parameters": True})
            self.connection.commit()
        except sa.exc.DBAPIError as error:
            self.connection.rollback()
            self.reasons[label] = " ".join(str(error.orig).split())
            return False
        return True


def _batches(items: list[_Item]) -> Iterator[tuple[_Item, ...]]:
    for start in range(0, len(items), BATCH):
        yield tuple(items[start : start + BATCH])
