"""A database in memory that stands for the real one, to ask SQLite about views and triggers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from autogen.changes import Rename
from autogen.dialects.sqlite import ddl
from autogen.dialects.sqlite.sqltext import identifier, qualified, tokenize
from autogen.schema import Column, Dependent, Index, Key, Schema, Table

_HEAD = re.compile(r"\A(CREATE (?:UNIQUE )?(?:VIRTUAL TABLE|TABLE|INDEX|VIEW|TRIGGER) )", re.IGNORECASE)
_MISSING = re.compile(r"no such (?:column|table|view)|has no column named|no such index")

Reads = set[tuple[str, str, str]]
"""Schema, table and column, lower-case; the column is empty where the whole table is meant."""


def in_schema(sql: str, schema: str) -> str:
    """A statement of sqlite_master, which names no schema, for an attached database."""
    return _HEAD.sub(lambda match: f"{match[1]}{identifier(schema)}.", sql) if schema else sql


@contextmanager
def database(schemas: Iterable[str], statements: Iterable[str]) -> Iterator[sqlite3.Connection]:
    """A database made by these statements; those that fail are left out."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for schema in sorted(set(schemas) - {""}):
            connection.execute(f"ATTACH ':memory:' AS {identifier(schema)}")
        for statement in statements:
            with suppress(sqlite3.Error):
                connection.execute(statement)
        yield connection


def statements(schema: Schema) -> Iterator[str]:
    """The CREATE statements of a schema's tables and indexes."""
    for table in schema.tables:
        yield ddl.create_table(schema, table.key)
    for index in schema.of_kind(Index):
        yield ddl.create_index(index)


def schemas_of(schema: Schema, dependents: Sequence[Dependent]) -> set[str]:
    return {t.schema for t in schema.tables} | {d.schema for d in dependents}


def reads(connection: sqlite3.Connection, dependent: Dependent, table: str) -> Reads | None:
    """What a view or trigger stands on, as SQLite's authorizer tells; None where it does not compile.

    ``table`` is the trigger's table with its columns in the database at hand.
    """
    found: Reads = set()
    name = dependent.name.lower()

    def seen(action: int, one: str | None, two: str | None, where: str | None, source: str | None) -> int:
        relevant = dependent.kind == "view" or (source or "").lower() == name
        if relevant and one and action in (
            sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_DELETE
        ):  # fmt: skip
            column = (two or "").lower() if action in (sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE) else ""
            found.add((_schema(where), one.lower(), column))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(seen)
    try:
        return found if failure(connection, dependent, table) is None else None
    finally:
        connection.set_authorizer(None)


def _schema(where: str | None) -> str:
    return "" if where in (None, "main", "temp") else str(where)


def failure(connection: sqlite3.Connection, dependent: Dependent, table: str) -> str | None:
    """What is missing for a view or trigger to compile; None when it compiles or fails for another reason
    (a function that only the application registers)."""
    for statement in _probes(connection, dependent, table):
        for _ in range(20):
            try:
                connection.execute(f"EXPLAIN {statement}")
                break
            except sqlite3.Error as error:
                function = re.search(r"no such function: (.+)", str(error))
                if not function:
                    if _MISSING.search(str(error)):
                        return str(error)
                    break
                connection.create_function(function[1], -1, _nothing)
    return None


def _nothing(*_: object) -> None:
    return None


def _probes(connection: sqlite3.Connection, dependent: Dependent, table: str) -> list[str]:
    """Statements whose compilation compiles the view or trigger."""
    if dependent.kind != "trigger":
        return [f"SELECT * FROM {qualified(dependent.schema, dependent.name)}"]
    words = [token.upper() for token in tokenize(dependent.create[0])]
    event = next((word for word in words if word in ("INSERT", "UPDATE", "DELETE")), "")
    name = qualified(dependent.schema, table)
    if event == "DELETE":
        return [f"DELETE FROM {name}"]
    columns = writable(connection, dependent.schema, table)
    if not columns:
        return []
    if event == "INSERT":
        return [f"INSERT INTO {name} ({identifier(columns[0])}) VALUES (NULL)"]
    return [f"UPDATE {name} SET {', '.join(f'{c} = {c}' for c in map(identifier, columns))}"]


def writable(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    """The columns of a table (or view) that are not generated."""
    query = "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden NOT IN (2, 3)"
    with suppress(sqlite3.Error):
        return [row[0] for row in connection.execute(query, (table, schema or "main"))]
    return []


def renamed_texts(
    schema: Schema,
    renames: Sequence[Rename],
    dependents: Sequence[Dependent],
    outside: Sequence[Dependent] = (),
) -> dict[str, tuple[str, str]]:
    """The statements of views and triggers after these renames in SQLite's own words, by identity, with
    the table they belong to."""
    created = (*statements(schema), *(sql for d in (*outside, *dependents) for sql in d.create))
    with database(schemas_of(schema, dependents), created) as connection:
        for rename in renames:
            with suppress(sqlite3.Error):
                connection.execute(rename_sql(rename))
        found: dict[str, tuple[str, str]] = {}
        for dependent in dependents:
            master = f"{identifier(dependent.schema or 'main')}.sqlite_master"
            row = connection.execute(
                f"SELECT sql, tbl_name FROM {master} WHERE type = ? AND name = ?",
                (dependent.kind, dependent.name),
            ).fetchone()
            if row and row[0]:
                found[dependent.identity] = (in_schema(row[0], dependent.schema), row[1])
        return found


def rename_sql(rename: Rename) -> str:
    """The ALTER TABLE of an accepted rename."""
    before, after = rename.before, rename.after
    if isinstance(before, Table) and isinstance(after, Table):
        return f"ALTER TABLE {qualified(before.schema, before.name)} RENAME TO {identifier(after.name)}"
    assert isinstance(before, Column) and isinstance(after, Column)
    return (
        f"ALTER TABLE {qualified(before.schema, before.table)} "
        f"RENAME COLUMN {identifier(before.name)} TO {identifier(after.name)}"
    )


def broken(
    schema: Schema, dependents: Sequence[Dependent], outside: Sequence[Dependent] = ()
) -> dict[str, str]:
    """The views and triggers that do not compile over this schema and the tables outside of it, with what
    SQLite misses."""
    if not dependents:
        return {}
    views = (d for d in dependents if d.kind == "view")
    beside = (sql for d in (*outside, *views) for sql in d.create)
    cannot_tell = {d.name.lower() for d in outside}  # where one could not be made: a module is missing
    found: dict[str, str] = {}
    with database(schemas_of(schema, dependents), (*statements(schema), *beside)) as connection:
        for dependent in dependents:
            with alone(connection, dependent) as created:
                why = created or failure(connection, dependent, dependent.table)
            if why and _missing_table(why) not in cannot_tell:
                found[dependent.identity] = why
    return found


def _missing_table(why: str) -> str | None:
    _, colon, name = why.partition("no such table: ")
    return name.rpartition(".")[2].lower() if colon else None


@contextmanager
def alone(connection: sqlite3.Connection, dependent: Dependent) -> Iterator[str | None]:
    """The only trigger of the database for a while, so that no other one is compiled along with it;
    yields why it could not be created."""
    why: str | None = None
    if dependent.kind == "trigger":
        try:
            connection.execute(dependent.create[0])
        except sqlite3.Error as error:
            why = str(error)
    yield why
    if dependent.kind == "trigger" and why is None:
        connection.execute(dependent.drop[0])


def key_of(schema: Schema) -> dict[tuple[str, str, str], Key]:
    """Table and column keys by their lower-case names."""
    found: dict[tuple[str, str, str], Key] = {}
    for o in schema:
        if isinstance(o, Table):
            found[(o.schema, o.name.lower(), "")] = o.key
        elif isinstance(o, Column):
            found[(o.schema, o.table.lower(), o.name.lower())] = o.key
    return found
