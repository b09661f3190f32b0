"""The live schema, read from the statements in sqlite_master: one query, however many tables or schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from autogen.dialects.base import Scope
from autogen.dialects.sqlite import types
from autogen.dialects.sqlite.parser import ParsedTable, parse_index, parse_table
from autogen.dialects.sqlite.sqltext import identifier, string
from autogen.schema import (
    Check,
    Column,
    Computed,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Skipped,
    Table,
    Unique,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_SHADOWS = frozenset(
    ("content", "segments", "segdir", "docsize", "stat", "data", "idx", "config", "node", "parent", "rowid")
)
Row = tuple[str, str, str, str, str]
"""Schema, type, name, table and statement."""


def introspect(connection: Connection, scope: Scope) -> Schema:
    """All tables of the main database and of those attached ones that are in the scope."""
    attached = [row[1] for row in connection.exec_driver_sql("PRAGMA database_list")]
    schemas = ["", *(s for s in dict.fromkeys(scope.schemas) if s in attached and s not in ("main", "temp"))]
    reading = _Reading(scope)
    reading.objects.extend(Namespace(schema) for schema in schemas[1:])
    reading.read(rows(connection, schemas))
    for schema in scope.schemas:
        if schema not in attached:
            reading.skipped.append(Skipped(schema, "no database is attached under this name"))
    return Schema(reading.objects, reading.skipped)


def rows(connection: Connection, schemas: Iterable[str]) -> list[Row]:
    """What sqlite_master holds, in the order of creation."""
    queries = [
        f"SELECT {string(s)}, type, name, tbl_name, sql, rowid FROM {identifier(s or 'main')}.sqlite_master"
        for s in schemas
    ]
    found = connection.exec_driver_sql(" UNION ALL ".join(queries)).fetchall()
    return [(row[0], row[1], row[2], row[3], row[4]) for row in sorted(found, key=lambda r: (r[0], r[5]))]


class _Reading:
    """One run: rows in, objects and what was left alone out."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.objects: list[Object] = []
        self.skipped: list[Skipped] = []
        self.parsed: dict[Key, ParsedTable] = {}

    def read(self, found: list[Row]) -> None:
        virtual = {(r[0], r[2]) for r in found if r[1] == "table" and _is_virtual(r[4])}
        for schema, kind, name, _, sql in found:
            if kind == "table":
                self.table(Key("table", schema, "", name), sql, virtual)
            elif kind == "view":
                self.skipped.append(Skipped(Key("table", schema, "", name).label, "a view"))
        tables = {(key.schema, key.name.lower()): key for key in self.parsed}
        names = {key: _Names(parsed) for key, parsed in self.parsed.items()}
        for table, parsed in self.parsed.items():
            self.objects.extend(table_objects(table, parsed, names[table]))
            if parsed.foreign_keys:
                self.objects.extend(foreign_keys(table, parsed, tables, names))
        for schema, kind, name, owner, sql in found:
            table_key = tables.get((schema, owner.lower()))
            if kind == "index" and sql and table_key:
                self.index(table_key, names[table_key], name, sql)

    def table(self, key: Key, sql: str, virtual: set[tuple[str, str]]) -> None:
        reason = _left_alone(key, sql, virtual) or self.scope.left_out(key)
        if reason is None:
            try:
                self.parsed[key] = parse_table(sql)
                return
            except (ValueError, IndexError):
                reason = "its CREATE TABLE statement could not be read"
        self.skipped.append(Skipped(key.label, reason))

    def index(self, table: Key, own: _Names, name: str, sql: str) -> None:
        try:
            self.objects.append(index_object(table, own, name, sql))
        except (ValueError, IndexError):
            label = Key("index", table.schema, table.name, name).label
            self.skipped.append(Skipped(label, "its CREATE INDEX statement could not be read"))


def _is_virtual(sql: str) -> bool:
    return sql[:14].upper() == "CREATE VIRTUAL"


def _left_alone(key: Key, sql: str, virtual: set[tuple[str, str]]) -> str | None:
    if key.name.lower().startswith("sqlite_"):
        return "one of SQLite's internal tables"
    if _is_virtual(sql):
        return "a virtual table"
    owner, _, suffix = key.name.rpartition("_")
    if owner and suffix in _SHADOWS and (key.schema, owner) in virtual:
        return f"part of the virtual table {owner}"
    return None


def table_objects(key: Key, parsed: ParsedTable, own: _Names) -> Iterator[Object]:
    """The table and its parts, foreign keys and indexes left out."""
    yield Table(key.schema, key.name, options=_options(parsed))
    yield from columns(key, parsed)
    place = (key.schema, key.name)
    if parsed.primary_key:
        yield PrimaryKey(*place, parsed.primary_key.name, own.of(parsed.primary_key.columns))
    for unique in parsed.uniques:
        yield Unique(*place, unique.name, own.of(unique.columns))
    for name, text in parsed.checks:
        yield Check(*place, name, text)


class _Names:
    """Column names as the table declares them, whatever the case of a mention, and their collations."""

    def __init__(self, parsed: ParsedTable) -> None:
        self.declared = {column.name.lower(): column.name for column in parsed.columns}
        self.primary_key = parsed.primary_key.columns if parsed.primary_key else ()
        self.collations = {c.name: types.collation(c.collation) for c in parsed.columns if c.collation}

    def of(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.declared.get(name.lower(), name) for name in names)


def columns(key: Key, parsed: ParsedTable) -> Iterator[Column]:
    in_key = {name.lower() for name in parsed.primary_key.columns} if parsed.primary_key else set()
    sole = len(in_key) == 1 and not (parsed.primary_key and parsed.primary_key.descending)
    for position, column in enumerate(parsed.columns, 1):
        keyed = bool(in_key) and column.name.lower() in in_key
        type_ = types.column_type(column.type, column.collation)
        alias = keyed and sole and type_.sql == "INTEGER"
        # INTEGER PRIMARY KEY is the rowid, which is never NULL; other keys are only as they say
        filled = alias or (keyed and (parsed.without_rowid or parsed.strict))
        generated = column.generated
        yield Column(
            key.schema,
            key.name,
            column.name,
            type_,
            nullable=not (column.not_null or filled),
            default=None if column.default is None else types.default(column.default),
            computed=None if generated is None else Computed(generated, column.stored),
            autoincrement=column.autoincrement,
            position=position,
        )


def foreign_keys(
    key: Key, parsed: ParsedTable, tables: dict[tuple[str, str], Key], names: dict[Key, _Names]
) -> Iterator[ForeignKey]:
    """The foreign keys; where no target columns are stated these are the target's primary key."""
    for fk in parsed.foreign_keys:
        target = tables.get((key.schema, fk.target.lower()))
        there = names[target] if target else None
        wanted = fk.target_columns
        if not wanted and there:
            wanted = there.primary_key
        yield ForeignKey(
            key.schema,
            key.name,
            fk.name,
            names[key].of(fk.columns),
            key.schema,
            target.name if target else fk.target,
            there.of(wanted) if there else wanted,
            on_delete=fk.on_delete,
            on_update=fk.on_update,
            deferrable=fk.deferrable,
            initially_deferred=fk.deferred,
            match=fk.match,
        )


def _options(parsed: ParsedTable) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    if parsed.without_rowid:
        found["without_rowid"] = "true"
    if parsed.strict:
        found["strict"] = "true"
    if parsed.primary_key and parsed.primary_key.conflict:
        found["on_conflict primary key"] = parsed.primary_key.conflict
    for unique in parsed.uniques:
        if unique.conflict:
            found[f"on_conflict unique({', '.join(_Names(parsed).of(unique.columns))})"] = unique.conflict
    for column in parsed.columns:
        if column.not_null_conflict:
            found[f"on_conflict not null({column.name})"] = column.not_null_conflict
    return tuple(sorted(found.items()))


def index_object(table: Key, own: _Names, name: str, sql: str) -> Index:
    """An index from its statement."""
    read = parse_index(sql)
    elements = []
    for element in read.elements:
        text = element.text if element.is_expression else own.of((element.text,))[0]
        # a name that is no column is a string or an expression all the same
        stated = types.collation(element.collation)
        own_collation = own.collations.get(text)
        if element.collation is not None and stated is None and own_collation is not None:
            stated = "BINARY"
        elements.append(
            IndexElement(
                text,
                element.is_expression,
                element.descending,
                element.descending,
                collation=None if stated == own_collation else stated,
            )
        )
    return Index(table.schema, table.name, name, tuple(elements), read.unique, predicate=read.predicate)
