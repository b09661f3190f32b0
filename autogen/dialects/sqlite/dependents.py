"""Views and triggers, verbatim, with the tables and columns they stand on, and the tables left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autogen.dialects.sqlite import memory
from autogen.dialects.sqlite.introspect import Row, rows
from autogen.dialects.sqlite.sqltext import is_word, qualified, tokenize, unquote
from autogen.schema import Dependent, Key, Namespace, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def read(connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
    """Tables that are not compared, views, triggers, each kind in the order of its creation (a view may come
    before what it reads). Nothing where there is neither view nor trigger: tables stand for themselves."""
    schemas = ["", *(n.name for n in schema.of_kind(Namespace))]
    found = rows(connection, schemas)
    plain = [_dependent(row) for kind in ("view", "trigger") for row in found if row[1] == kind and row[4]]
    if not plain:
        return ()
    return (*_outside(found, schema), *_with_uses(plain, found, schema))


def _outside(found: Sequence[Row], schema: Schema) -> list[Dependent]:
    """The tables that are not compared and that somebody made: virtual ones, those left out."""
    made_by_itself = ("one of SQLite's", "part of the virtual table", "Alembic's")
    names = {s.object for s in schema.skipped if not s.reason.startswith(made_by_itself)}
    return [
        Dependent(
            "table",
            owner,
            "",
            name,
            (memory.in_schema(sql, owner),),
            (f"DROP TABLE {qualified(owner, name)}",),
        )
        for owner, kind, name, _, sql in found
        if kind == "table" and sql and Key("table", owner, "", name).label in names
    ]


def _dependent(row: Row) -> Dependent:
    schema, kind, name, table, sql = row
    trigger = kind == "trigger"
    return Dependent(
        kind="trigger" if trigger else "view",
        schema=schema,
        table=table if trigger else "",
        name=name,
        create=(memory.in_schema(sql, schema),),
        drop=(f"DROP {kind.upper()} {qualified(schema, name)}",),
    )


def _with_uses(plain: Sequence[Dependent], found: Sequence[Row], schema: Schema) -> list[Dependent]:
    """The dependents with what they stand on, asked of a copy of the database in memory."""
    from dataclasses import replace

    keys = memory.key_of(schema)
    views = {(d.schema, d.name.lower()): d.identity for d in plain if d.kind == "view"}
    order = ("table", "index", "view")
    created = [
        memory.in_schema(row[4], row[0])
        for kind in order
        for row in found
        if row[1] == kind and row[4] and not row[2].lower().startswith("sqlite_")
    ]
    complete = []
    with memory.database({row[0] for row in found}, created) as connection:
        for dependent in plain:
            with memory.alone(connection, dependent):
                reads = memory.reads(connection, dependent, dependent.table)
            mentioned = _mentioned(dependent, schema)
            uses = set(mentioned)
            over = {identity for (_, name), identity in views.items() if name in _names(dependent)}
            if reads is not None:
                uses = {keys[r] for r in reads if r in keys} | _event_columns(dependent, mentioned)
                uses |= {keys[(r[0], r[1], "")] for r in reads if (r[0], r[1], "") in keys}
                over = {views[r[:2]] for r in reads if r[:2] in views}
            if dependent.table:
                own = (dependent.schema, dependent.table.lower(), "")
                uses |= {keys[own]} if own in keys else set()
            over -= {dependent.identity}
            complete.append(replace(dependent, uses=tuple(sorted(uses)), uses_dependents=tuple(sorted(over))))
    return complete


def _names(dependent: Dependent) -> frozenset[str]:
    tokens = tokenize(dependent.create[0])
    return frozenset(unquote(t).lower() for t in tokens if t[0] in "\"`['" or is_word(t))


def _mentioned(dependent: Dependent, schema: Schema) -> set[Key]:
    """Tables and columns by name, for what does not compile."""
    names = _names(dependent)
    found: set[Key] = set()
    for table in schema.tables:
        if table.name.lower() in names:
            found.add(table.key)
            found |= {c.key for c in schema.columns(table.key) if c.name.lower() in names}
    return found


def _event_columns(dependent: Dependent, mentioned: set[Key]) -> set[Key]:
    """The columns of UPDATE OF, which the authorizer does not see: all that a trigger on the table names."""
    if dependent.kind != "trigger":
        return set()
    return {k for k in mentioned if k.kind == "column" and k.table.lower() == dependent.table.lower()}
