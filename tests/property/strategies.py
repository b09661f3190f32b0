"""Hypothesis strategies: descriptions of models, edited at random, from which MetaData can be built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from sqlalchemy.dialects import postgresql

from tests.databases.databases import Backend

NAMES = (
    "a",
    "b",
    "c",
    "d",
    "order",
    "MixedCase",
    "it's",
    "100%",
    'q"q',
    "new\nline",
    ":x",
    "%(x)s",
    "ünï",
    "b\\s",
    "{}",
)
"""Few, so that mutations meet names again; half of them hostile."""


@dataclass(frozen=True)
class ColumnSpec:
    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    unique: bool = False
    check: bool = False
    references: str | None = None
    on_delete: str | None = None


@dataclass(frozen=True)
class IndexSpec:
    columns: tuple[str, ...]
    unique: bool = False
    descending: bool = False
    predicate: bool = False


@dataclass(frozen=True)
class TableSpec:
    """A table; its primary key is an integer ``id``, or ``id`` and its first column."""

    name: str
    columns: tuple[ColumnSpec, ...]
    indexes: tuple[IndexSpec, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    comment: str | None = None
    named: bool = True
    wide_key: bool = False


Models = tuple[TableSpec, ...]

ANY_TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "integer": (lambda: sa.Integer(), (0, 7)),
    "bigint": (lambda: sa.BigInteger(), (0, -3)),
    "smallint": (lambda: sa.SmallInteger(), (1,)),
    "string20": (lambda: sa.String(20), ("x", "it's 50%", "a\\b:c")),
    "string40": (lambda: sa.String(40), ("x", "")),
    "numeric": (lambda: sa.Numeric(10, 2), (0, 1)),
    "numeric4": (lambda: sa.Numeric(12, 4), (0,)),
    "boolean": (lambda: sa.Boolean(), ("true", "false")),
    "float": (lambda: sa.Float(), (0,)),
    "date": (lambda: sa.Date(), ()),
    "datetime": (lambda: sa.DateTime(), ("now",)),
    "json": (lambda: sa.JSON(), ()),
    "text": (lambda: sa.Text(), ()),
    "binary": (lambda: sa.LargeBinary(), ()),
    "uuid": (lambda: sa.Uuid(), ()),
    "enum": (lambda: sa.Enum("a", "b", name="mood"), ()),
    "choice": (lambda: sa.Enum("a", "b", name="choice", native_enum=False, create_constraint=True), ()),
}
PG_TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "timestamptz": (lambda: sa.DateTime(timezone=True), ("now",)),
    "jsonb": (lambda: postgresql.JSONB(), ()),
    "array": (lambda: sa.ARRAY(sa.Integer()), ()),
    "inet": (lambda: postgresql.INET(), ()),
}
SIMPLE = ("integer", "bigint", "smallint", "string20", "string40", "numeric", "date")
"""Types that every backend takes as the key of an index."""


def types(backend: Backend) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    return {**ANY_TYPES, **PG_TYPES} if backend.startswith("pg") else ANY_TYPES


@cache
def one_of(values: tuple[Any, ...]) -> SearchStrategy[Any]:
    """One of these; made once, as all strategies here are: to make one costs more than to draw from it."""
    return st.sampled_from(values)


FEW_NAMES = {
    size: st.lists(one_of(NAMES), min_size=1, max_size=size, unique_by=lambda name: str(name).lower())
    for size in (3, 5)
}
COMMENTS = (None, None, "plain", 'it\'s 100% "odd"\n\\ :x')


def comment(draw: DrawFn, backend: Backend) -> str | None:
    return None if backend == "sqlite" else draw(one_of(COMMENTS))


def column(draw: DrawFn, backend: Backend, name: str, tables: Sequence[str]) -> ColumnSpec:
    if tables and draw(st.integers(0, 4)) == 0:
        action = draw(one_of((None, "CASCADE", "SET NULL")))
        return ColumnSpec(name, "integer", references=draw(one_of(tuple(tables))), on_delete=action)
    kind = draw(one_of(tuple(sorted(types(backend)))))
    defaults = types(backend)[kind][1]
    default = draw(one_of((None, *defaults)))
    return ColumnSpec(
        name,
        kind,
        nullable=draw(st.booleans()),
        default=None if default is None else str(default),
        comment=comment(draw, backend),
        unique=kind in SIMPLE and draw(st.integers(0, 5)) == 0,
        check=kind in ("integer", "bigint") and draw(st.integers(0, 3)) == 0,
    )


def table(draw: DrawFn, backend: Backend, name: str, others: Sequence[str]) -> TableSpec:
    made = tuple(column(draw, backend, name, others) for name in draw(FEW_NAMES[5]))
    return TableSpec(
        name,
        made,
        indexes=indexes(draw, backend, made),
        uniques=uniques(draw, made),
        comment=comment(draw, backend),
        named=draw(st.booleans()),
        wide_key=not made[0].nullable and made[0].type == "integer" and draw(st.booleans()),
    )


def indexable(made: Sequence[ColumnSpec]) -> list[str]:
    return [column.name for column in made if column.type in SIMPLE and not column.references]


@cache
def index_lists(keys: tuple[str, ...], partial: bool) -> SearchStrategy[tuple[IndexSpec, ...]]:
    one = st.builds(
        IndexSpec,
        st.lists(one_of(keys), min_size=1, max_size=2, unique=True).map(tuple),
        st.integers(0, 3).map(lambda n: n == 0),
        st.booleans(),
        st.booleans() if partial else st.just(False),
    )
    return st.lists(one, max_size=2, unique_by=lambda index: index.columns).map(tuple)


def indexes(draw: DrawFn, backend: Backend, made: Sequence[ColumnSpec]) -> tuple[IndexSpec, ...]:
    keys = tuple(indexable(made))
    return draw(index_lists(keys, backend != "mariadb")) if keys else ()


@cache
def orders(keys: tuple[str, ...]) -> SearchStrategy[list[str]]:
    return st.permutations(keys)


def uniques(draw: DrawFn, made: Sequence[ColumnSpec]) -> tuple[tuple[str, ...], ...]:
    keys = tuple(indexable(made))
    if len(keys) < 2 or draw(st.integers(0, 2)):
        return ()
    return (tuple(draw(orders(keys))[:2]),)


@st.composite
def models(draw: DrawFn, backend: Backend) -> Models:
    names = draw(FEW_NAMES[3])
    return tuple(table(draw, backend, name, names) for name in names)


def mutated(draw: DrawFn, backend: Backend, before: Models) -> Models:
    """Models a few edits away: tables and columns added, dropped, changed."""
    after = before
    for _ in range(draw(st.integers(1, 4))):
        after = edited(draw, backend, after)
    return without_dangling(after)


EDITS = ("table", "drop table", "column", "column", "drop column", "parts", "comment")


def edited(draw: DrawFn, backend: Backend, before: Models) -> Models:
    names = [table.name for table in before]
    free = [n for n in NAMES if n.lower() not in {name.lower() for name in names}]
    what = draw(one_of(EDITS))
    if what == "table" or not before:
        return (*before, table(draw, backend, draw(one_of(tuple(free))), names))
    position = draw(st.integers(0, len(before) - 1))
    changed = before[position]
    if what == "drop table":
        return before[:position] + before[position + 1 :]
    if what == "comment":
        changed = replace(changed, comment=comment(draw, backend))
    elif what == "parts":
        parts = indexes(draw, backend, changed.columns), uniques(draw, changed.columns)
        changed = replace(changed, indexes=parts[0], uniques=parts[1])
    else:
        changed = edited_columns(draw, backend, changed, names, drop=what == "drop column")
    return (*before[:position], changed, *before[position + 1 :])


def edited_columns(
    draw: DrawFn, backend: Backend, table: TableSpec, names: Sequence[str], drop: bool
) -> TableSpec:
    name = draw(one_of(NAMES))
    kept = [column for column in table.columns if column.name.lower() != name.lower()]
    changed = tuple(kept) if drop and kept else (*kept, column(draw, backend, name, names))
    left = set(indexable(changed))
    return replace(
        table,
        columns=changed,
        indexes=tuple(index for index in table.indexes if set(index.columns) <= left),
        uniques=tuple(unique for unique in table.uniques if set(unique) <= left),
        wide_key=table.wide_key and changed[0] == table.columns[0],
    )


def without_dangling(after: Models) -> Models:
    """Foreign keys to tables that are gone become plain columns; so does one that refers to a wide key."""
    targets = {table.name for table in after if not table.wide_key}
    return tuple(
        replace(
            table,
            columns=tuple(
                (
                    column
                    if column.references in (None, *targets)
                    else replace(column, references=None, on_delete=None)
                )
                for column in table.columns
            ),
        )
        for table in after
    )


@st.composite
def pairs(draw: DrawFn, backend: Backend) -> tuple[Models, Models]:
    """Models, and models a few edits later."""
    before = without_dangling(draw(models(backend)))
    return before, mutated(draw, backend, before)


@st.composite
def renamed_pairs(draw: DrawFn, backend: Backend) -> tuple[Models, Models, tuple[str, ...]]:
    """The same with some names swapped on the way, and what one has to say of it (``old=new``). A swap with a
    name that nothing bears is a plain rename."""
    before, after = draw(pairs(backend))
    kept = backend == "mariadb" and refers_to_itself(before, after)
    tables = _followed(()) if kept else _followed(draw(SWAPS))
    columns = {table.name: _followed(draw(SWAPS)) for table in before}
    return (
        before,
        tuple(under(table, tables, columns) for table in after),
        said(before, after, tables, columns),
    )


def refers_to_itself(*models: Models) -> bool:
    """MariaDB 10.11 crashes on the next ALTER TABLE after the rename of such a table, where its name needs
    more than letters, digits and underscores and it got another foreign key meanwhile."""
    return any(column.references == t.name for made in models for t in made for column in t.columns)


SWAPS = st.lists(st.tuples(one_of(NAMES), one_of(NAMES)), max_size=3)


def _followed(made: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Each name with the one it has after all swaps."""
    found = {name: name for name in NAMES}
    for one, other in made:
        swapped = {one: other, other: one}
        found = {name: swapped.get(now, now) for name, now in found.items()}
    return found


def under(table: TableSpec, tables: dict[str, str], columns: dict[str, dict[str, str]]) -> TableSpec:
    new = columns.get(table.name, {})

    def listed(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(new.get(name, name) for name in names)

    return replace(
        table,
        name=tables[table.name],
        columns=tuple(
            replace(
                column,
                name=new.get(column.name, column.name),
                references=column.references and tables[column.references],
            )
            for column in table.columns
        ),
        indexes=tuple(replace(index, columns=listed(index.columns)) for index in table.indexes),
        uniques=tuple(map(listed, table.uniques)),
    )


def said(
    before: Models, after: Models, tables: dict[str, str], columns: dict[str, dict[str, str]]
) -> tuple[str, ...]:
    """The renames of what both have, but for names that something else gives up by being dropped."""
    kept = {table.name: table for table in after}
    old_tables = {table.name for table in before}
    flags = []
    for table in before:
        if table.name not in kept or (tables[table.name] in old_tables and tables[table.name] not in kept):
            continue
        if tables[table.name] != table.name:
            flags.append(f"{table.name}={tables[table.name]}")
        left = {column.name for column in kept[table.name].columns}
        old = {column.name for column in table.columns}
        for name, new in columns[table.name].items():
            if name in old & left and new != name and (new not in old or new in left):
                flags.append(f"{table.name}.{name}={tables[table.name]}.{new}")
    return tuple(flags)
