"""Rows for whatever tables a scratch database has, and what has become of them afterwards."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.dialects.base import JOURNAL
from autogen.schema import Check, Key, Schema

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.engine import Connection

ROWS = 3
_WORDS = re.compile(r"'((?:[^']|'')*)'|(?<![\w.'])(\d+(?:\.\d+)?)")
Held = Mapping[str, tuple[tuple[str, ...], Counter[tuple[str, ...]]]]
"""Of each table the names of its columns, and its rows, each value as Python writes it."""


class Lost(NamedTuple):
    """What of the rows is not there any more; ``values`` counts them, or whole rows where ``column`` is
    empty."""

    table: str
    column: str
    values: int

    @property
    def words(self) -> str:
        noun = "value" if self.column else "row"
        place = f"{self.table}.{self.column}" if self.column else self.table
        return f"{self.values} {noun}{'' if self.values == 1 else 's'} of {place}"


# -- tables -------------------------------------------------------------------------------------------


def tables(connection: Connection, version_table: Key, schemas: Sequence[str]) -> list[sa.Table]:
    """The tables as they are, each behind those it refers to, without Alembic's own."""
    import sqlalchemy as sa

    metadata = sa.MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what SQLAlchemy does not reflect nothing is needed here
        for schema in (None, *schemas):
            metadata.reflect(connection, schema=schema, resolve_fks=True)
        pairs: Any = sa.schema.sort_tables_and_constraints(  # type: ignore[no-untyped-call]
            metadata.tables.values()
        )
    ordered = [table for table, _ in pairs if table is not None]
    own = {(version_table.schema or None, version_table.name), (None, JOURNAL)}
    return [table for table in ordered if (table.schema, table.name) not in own]


# -- filling ------------------------------------------------------------------------------------------


class Filled(NamedTuple):
    """How many rows were put in, and the tables that take none of the rows that come to mind."""

    put: int
    refused: list[str]


def fill(connection: Connection, found: Sequence[sa.Table], schema: Schema, enough: int = ROWS) -> Filled:
    """Puts rows into every table that has fewer. ``schema`` has the checks."""
    import sqlalchemy as sa

    put, refused = 0, list[str]()
    for table in found:
        hints = _hints(table, schema)
        count = int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        tried = range(count + 1, enough + 1)
        taken = sum(_insert(connection, table, k, hints) for k in tried)
        put += taken
        if tried and not taken and not count:
            refused.append(table.fullname)
        connection.rollback()
    return Filled(put, refused)


def _insert(connection: Connection, table: sa.Table, k: int, hints: Mapping[str, list[Any]]) -> bool:
    from sqlalchemy.exc import SQLAlchemyError

    for values in _attempts(connection, table, k, hints):
        try:
            connection.execute(table.insert().values({table.c[name]: v for name, v in values.items()}))
            connection.commit()
            return True
        except (SQLAlchemyError, ValueError, TypeError, AttributeError):
            connection.rollback()
    return False


def _attempts(
    connection: Connection, table: sa.Table, k: int, hints: Mapping[str, list[Any]]
) -> Iterator[dict[str, Any]]:
    """A row with a value everywhere; one with what must be there alone; both with what checks speak of."""
    references = _references(connection, table, k)
    for hinted in (False, True):
        for sparse in (False, True):
            values: dict[str, Any] = {}
            for column in table.columns:
                if column.computed is not None or column.identity is not None:
                    continue
                if column.name not in references and _numbered(column):
                    continue
                optional = column.nullable or column.server_default is not None
                if sparse and optional and not column.primary_key:
                    continue
                if column.name in references:
                    values[column.name] = references[column.name]
                elif hinted and hints.get(column.name):
                    values[column.name] = hints[column.name][k % len(hints[column.name])]
                else:
                    values[column.name] = made(column.type, k)
            yield values


def _numbered(column: sa.Column[Any]) -> bool:
    """Whether a sequence has the values: a number given in place of its next one would stand in the way
    of the row that takes it."""
    return "nextval(" in str(getattr(column.server_default, "arg", "")).lower()


def _references(connection: Connection, table: sa.Table, k: int) -> dict[str, Any]:
    """Columns of foreign keys, with the values of a row that is there."""
    import sqlalchemy as sa

    found: dict[str, Any] = {}
    for constraint in table.foreign_key_constraints:
        pairs = [(element.parent, element.column) for element in constraint.elements]
        if constraint.referred_table is table:
            found |= {own.name: None if own.nullable else made(own.type, k) for own, _ in pairs}
            continue
        rows = connection.execute(sa.select(*(target for _, target in pairs)).limit(ROWS)).fetchall()
        row: Sequence[Any] = tuple(rows[k % len(rows)]) if rows else (None,) * len(pairs)
        found |= {own.name: value for (own, _), value in zip(pairs, row, strict=True)}
    connection.rollback()
    return found


def _hints(table: sa.Table, schema: Schema) -> dict[str, list[Any]]:
    """Literals of the checks that a column stands in: a status is often one of a few words."""
    hints: dict[str, list[Any]] = {}
    for check in schema.parts(Key("table", table.schema or "", "", table.name)):
        if not isinstance(check, Check):
            continue
        words: list[Any] = [
            found[1].replace("''", "'") if found[1] is not None else float(found[2]) + 1
            for found in _WORDS.finditer(check.expression)
        ]
        for column in table.columns:
            if re.search(rf"\b{re.escape(column.name)}\b", check.expression):
                hints.setdefault(column.name, []).extend(words)
    return hints


def made(type_: Any, k: int) -> Any:
    """The k-th value of a type; None where none comes to mind."""
    import sqlalchemy as sa

    if isinstance(type_, sa.Enum) and type_.enums:
        return type_.enums[k % len(type_.enums)]
    for kind, make in _makers():
        if isinstance(type_, kind):
            return make(type_, k)
    return None


def _makers() -> Iterator[tuple[type[Any], Callable[[Any, int], Any]]]:
    import sqlalchemy as sa

    yield sa.Boolean, lambda t, k: bool(k % 2)
    yield sa.Uuid, lambda t, k: uuid.UUID(int=k) if t.as_uuid else str(uuid.UUID(int=k))
    yield sa.ARRAY, lambda t, k: [made(t.item_type, k)]
    yield sa.JSON, lambda t, k: {"k": k}
    yield sa.types._Binary, lambda t, k: b"%d" % k
    yield sa.DateTime, lambda t, k: dt.datetime(2024, 1, 1, 12, 30, 15) + dt.timedelta(days=k)
    yield sa.Date, lambda t, k: dt.date(2024, 1, 1) + dt.timedelta(days=k)
    yield sa.Time, lambda t, k: dt.time(12, k % 60)
    yield sa.Interval, lambda t, k: dt.timedelta(days=k)
    yield sa.Float, lambda t, k: k + 0.5
    yield sa.Numeric, lambda t, k: decimal.Decimal(k)
    yield sa.Integer, lambda t, k: k
    yield sa.String, _text


def _text(type_: Any, k: int) -> str:
    length = getattr(type_, "length", None)
    words = f"{k} rows' %"
    return words[:length] if length else words


# -- afterwards ---------------------------------------------------------------------------------------


def held(connection: Connection, found: Sequence[sa.Table]) -> Held:
    """Every row of these tables."""
    import sqlalchemy as sa

    rows: dict[str, tuple[tuple[str, ...], Counter[tuple[str, ...]]]] = {}
    for table in found:
        names = tuple(column.name for column in table.columns)
        read = connection.execute(sa.select(*(sa.type_coerce(c, sa.types.NullType()) for c in table.columns)))
        rows[table.fullname] = (names, Counter(tuple(map(repr, row)) for row in read))
    connection.rollback()
    return rows


def lost(before: Held, after: Held) -> list[Lost]:
    """What is in ``before`` and no longer in ``after``: values of columns where the rows are there, else
    rows."""
    found: list[Lost] = []
    for table, (names, rows) in before.items():
        if table not in after:
            found += [Lost(table, "", rows.total())] if rows else []
            continue
        others, left = after[table]
        common = [name for name in names if name in others]
        if not (_picked(names, rows, common) - _picked(others, left, common)):
            continue
        gone = [(n, _picked(names, rows, [n]) - _picked(others, left, [n])) for n in common]
        columns = [Lost(table, name, missing.total()) for name, missing in gone if missing]
        whole = (_picked(names, rows, common) - _picked(others, left, common)).total()
        found += columns if 0 < len(columns) < len(common) else [Lost(table, "", whole)]
    return found


def _picked(
    names: Sequence[str], rows: Counter[tuple[str, ...]], wanted: Sequence[str]
) -> Counter[tuple[str, ...]]:
    places = [names.index(name) for name in wanted]
    picked: Counter[tuple[str, ...]] = Counter()
    for row, count in rows.items():
        picked[tuple(row[place] for place in places)] += count
    return picked
