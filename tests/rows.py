"""Rows for any tables, and what became of them."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from autogen.schema import Key
from tests.harness import connect

ROWS = 3
Snapshot = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def fill(
    url: URL, metadata: sa.MetaData, rows: int = ROWS, tables: Collection[sa.Table] | None = None
) -> set[str]:
    """Puts rows into every table, or these, that takes them; returns the names of those that took none."""
    empty = set()
    with connect(url) as connection:
        for table in in_order(metadata):
            if tables is not None and table not in tables:
                continue
            if not sum(insert(connection, table, k) for k in range(1, rows + 1)):
                empty.add(table.fullname)
    return empty


def in_order(metadata: sa.MetaData) -> list[sa.Table]:
    """Referenced tables first; tables in a cycle in any order."""
    ordered = sa.schema.sort_tables_and_constraints(metadata.tables.values())  # type: ignore[no-untyped-call]
    return [table for table, _ in ordered if table is not None]


def insert(connection: Connection, table: sa.Table, k: int) -> bool:
    """Inserts the k-th row: full, else with what may be NULL left out, else with small numbers."""
    for style in ("full", "sparse", "small"):
        values = {}
        for column in table.columns:
            if column.computed is not None or column.identity is not None:
                continue
            if (
                style != "full"
                and (column.nullable or column.server_default is not None)
                and not column.primary_key
            ):
                continue
            values[column.name] = value(connection, column, k if style != "small" else k % 2)
        try:
            connection.execute(table.insert().values({table.c[name]: v for name, v in values.items()}))
            connection.commit()
        except (sa.exc.DBAPIError, sa.exc.StatementError):
            connection.rollback()
        else:
            return True
    return False


def value(connection: Connection, column: sa.Column[Any], k: int) -> Any:
    """The k-th value of a column; a foreign key takes the k-th value of what it refers to."""
    for foreign_key in column.foreign_keys:
        target = foreign_key.column
        if target is column:
            break
        if target.table is column.table:
            return None if column.nullable else value(connection, target, k)
        return value(connection, target, k)
    return plain(column.type.dialect_impl(connection.dialect), column.type, k)


def plain(impl: Any, type_: Any, k: int) -> Any:
    if isinstance(type_, sa.Enum) and type_.enums:
        label = type_.enums[k % len(type_.enums)]
        return type_.enum_class[label] if type_.enum_class else label
    for kind, make in MAKERS:
        if isinstance(impl, kind) or isinstance(type_, kind):
            return make(impl, k)
    return None


def text(impl: Any, k: int) -> str:
    made = f"v{k} é'\"%"
    return made[: impl.length] if getattr(impl, "length", None) else made


MAKERS: list[tuple[Any, Any]] = [
    (sa.Boolean, lambda t, k: bool(k % 2)),
    (sa.Uuid, lambda t, k: uuid.UUID(int=k) if t.as_uuid else str(uuid.UUID(int=k))),
    (sa.ARRAY, lambda t, k: [plain(t.item_type, t.item_type, k)]),
    (sa.JSON, lambda t, k: {"k": k}),
    (sa.LargeBinary, lambda t, k: b"b%d" % k),
    (sa.types._Binary, lambda t, k: b"b%d" % k),
    (sa.DateTime, lambda t, k: dt.datetime(2024, 1, k + 1, 12, 30, 15)),
    (sa.Date, lambda t, k: dt.date(2024, 1, k + 1)),
    (sa.Time, lambda t, k: dt.time(12, k)),
    (sa.Interval, lambda t, k: dt.timedelta(days=k)),
    (sa.Float, lambda t, k: k + 0.5),
    (sa.Numeric, lambda t, k: decimal.Decimal(k)),
    (sa.Integer, lambda t, k: k),
    (sa.CHAR, lambda t, k: str(uuid.UUID(int=k))[-(t.length or 1) :]),
    (sa.String, text),
]


def snapshot(url: URL) -> Snapshot:
    """Every row of every table, by column names."""
    with connect(url) as connection:
        found = {}
        inspector = sa.inspect(connection)
        schemas: Iterable[str | None] = [None]
        if url.get_backend_name() == "postgresql":
            schemas = [s for s in inspector.get_schema_names() if s != "information_schema"]
        for schema in schemas:
            for name in inspector.get_table_names(schema=schema):
                if name != "alembic_version":
                    quote = connection.dialect.identifier_preparer.quote_identifier
                    table = ".".join(quote(part) for part in (schema, name) if part)
                    result = connection.exec_driver_sql(f"SELECT * FROM {table}")
                    label = name if schema in (None, "public") else f"{schema}.{name}"
                    found[label] = (tuple(result.keys()), [tuple(row) for row in result])
        return found


def under_new_names(before: Snapshot, renames: Iterable[tuple[Key, Key]]) -> Snapshot:
    """The rows as they must be found after these renames of tables, columns and enum labels."""
    pairs = list(renames)
    labels = {b.name: a.name for b, a in pairs if b.kind == "enum" and b.table}
    schemas = {b.name: a.name for b, a in pairs if b.kind == "schema"}
    tables = {b.label: a.label for b, a in pairs if b.kind == "table"}
    columns = {(b.owner.label, b.name): a.name for b, a in pairs if b.kind == "column"}
    found = {}
    for name, (header, rows) in before.items():
        schema, dot, bare = name.rpartition(".")
        moved = f"{schemas.get(schema, schema)}{dot}{bare}"
        values = [tuple(labels.get(v, v) if isinstance(v, str) else v for v in row) for row in rows]
        found[tables.get(name, moved)] = (tuple(columns.get((name, c), c) for c in header), values)
    return found


def lost(before: Snapshot, after: Snapshot, changed: Iterable[str] = ()) -> list[str]:
    """What is not as it was in tables and columns that both have, ``changed`` columns (``t.a``) left out."""
    skipped, wrong = set(changed), []
    for name in sorted(before.keys() & after.keys()):
        if name in skipped:
            continue
        common = [c for c in before[name][0] if c in after[name][0] and f"{name}.{c}" not in skipped]
        if not common:
            continue
        old, new = picked(before[name], common), picked(after[name], common)
        if old != new:
            wrong.append(
                f"{name}: {sorted((old - new).elements())[:3]} became {sorted((new - old).elements())[:3]}"
            )
    return wrong


def picked(
    rows: tuple[tuple[str, ...], list[tuple[Any, ...]]], columns: list[str]
) -> Counter[tuple[str, ...]]:
    places = [rows[0].index(column) for column in columns]
    return Counter(tuple(repr(row[place]) for place in places) for row in rows[1])
