"""What the server makes of the models' text: written into a scratch table and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.dialects.base import Doubt, Scope, ScratchFactory, ScratchUnavailable, Settled
from autogen.dialects.mysql import types
from autogen.dialects.mysql.spelling import definition, element_sql
from autogen.dialects.mysql.tokens import quote
from autogen.schema import Check, Column, Index, Key, Object, Schema, Table
from autogen.schema import Sequence as SequenceObject
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.mysql import MySQL

_NAME = "autogen_doubt"


@value(frozen=True, slots=True)
class _Asked:
    """A scratch table that holds one doubted object."""

    table: str
    doubt: Doubt
    failure: str | None


def settle(
    dialect: MySQL, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory
) -> list[Settled]:
    """One scratch database for all doubts, one table for each, read back together."""
    open_ = [d for d in doubts if _is_open(d)]
    answers = iter(_asked(dialect, open_, desired, scratch) if open_ else ())
    return [next(answers) if _is_open(d) else Settled(d.after) for d in doubts]


def _is_open(doubt: Doubt) -> bool:
    """Whether the difference is one of text that the server may spell otherwise, and not of types, of
    literal defaults or of columns, whose canonical forms decide."""
    before, after = doubt.before, doubt.after
    if isinstance(after, Index):
        return any(e.is_expression for e in after.elements)
    if not isinstance(after, Column) or not isinstance(before, Column):
        return True
    if before.type != after.type and not all(types.is_known(c.type.sql) for c in (before, after)):
        return True
    if before.computed != after.computed and before.computed and after.computed:
        return True
    defaults = [d for d in (before.default, after.default) if d is not None]
    return before.default != after.default and len(defaults) == 2 and not all(map(types.is_literal, defaults))


def _asked(
    dialect: MySQL, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory
) -> list[Settled]:
    try:
        blueprint = scratch.blueprint
        with scratch.open() as connection:
            prepare(connection, blueprint.dependents, desired)
            asked = [_ask(dialect, connection, i, doubt, desired) for i, doubt in enumerate(doubts)]
            connection.commit()
            found = dialect.introspect(connection, Scope())
            connection.rollback()
    except ScratchUnavailable as error:
        return [Settled(d.before, f"the spellings differ, and {error}") for d in doubts]
    return [_answer(a, found) for a in asked]


def prepare(connection: Connection, dependents: Sequence[object], desired: Schema) -> None:
    """The functions and sequences that expressions may call."""
    from autogen.dialects.mysql.scratch import build_dependents
    from autogen.schema import Dependent

    functions = [d for d in dependents if isinstance(d, Dependent) and d.kind == "function"]
    build_dependents(connection, functions)
    for sequence in desired.of_kind(SequenceObject):
        if not sequence.schema:
            connection.exec_driver_sql(f"CREATE SEQUENCE {quote(sequence.name)}".replace("%", "%%"))


def _ask(dialect: MySQL, connection: Connection, number: int, doubt: Doubt, desired: Schema) -> _Asked:
    import sqlalchemy as sa

    table = f"{_NAME}_{number}"
    try:
        sql = _create_table(dialect, table, doubt.after, desired)
        connection.exec_driver_sql(sql.replace("%", "%%"))
    except sa.exc.DBAPIError as error:
        return _Asked(
            table, doubt, f"the server does not accept the models' text: {getattr(error, 'orig', error)}"
        )
    return _Asked(table, doubt, None)


def _create_table(dialect: MySQL, table: str, doubted: Object, desired: Schema) -> str:
    """The doubted object among the columns of its table, bare of everything that could fail by itself."""
    owner = doubted.key.owner
    parts = []
    for column in desired.columns(owner):
        if isinstance(doubted, Column) and column.name == doubted.name:
            keyless = replace(doubted, autoincrement=False, comment=None)
            parts.append(definition(keyless, dialect.is_mariadb))
        else:
            bare = replace(column, default=None, computed=None, on_update=None, comment=None)
            parts.append(definition(replace(bare, autoincrement=False, nullable=True), dialect.is_mariadb))
    if isinstance(doubted, Check):
        parts.append(f"CONSTRAINT {quote(_NAME)} CHECK ({doubted.expression})")
    if isinstance(doubted, Index):
        kind = "UNIQUE KEY" if doubted.unique else "KEY"
        parts.append(f"{kind} {quote(_NAME)} ({', '.join(element_sql(e) for e in doubted.elements)})")
    value = desired.get(owner)
    collation = dict(value.options).get("collation") if isinstance(value, Table) else None
    return f"CREATE TABLE {quote(table)} ({', '.join(parts)})" + (
        f" COLLATE {collation}" if collation else ""
    )


def _answer(asked: _Asked, found: Schema) -> Settled:
    after = asked.doubt.after
    if asked.failure:
        return Settled(after, asked.failure)
    name = after.name if isinstance(after, Column) else _NAME
    back = found.get(Key(after.kind, "", asked.table, name or ""))
    if isinstance(after, Column) and isinstance(back, Column):
        type_ = replace(back.type, code=after.type.code)
        settled: Object = replace(
            after, type=type_, default=back.default, computed=back.computed, on_update=back.on_update
        )
    elif isinstance(after, Check) and isinstance(back, Check):
        settled = replace(after, expression=back.expression)
    elif isinstance(after, Index) and isinstance(back, Index):
        settled = replace(after, elements=back.elements)
    else:
        return Settled(after, "it could not be read back from a scratch table")
    return Settled(settled)
