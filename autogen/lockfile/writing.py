"""Objects as lines: each value is told in full, what is as usual is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from autogen.lockfile.words import names, qualified, text, token
from autogen.schema import (
    Check,
    Column,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
    Unique,
)

PARTS = ("primary key", "unique", "foreign key", "check", "exclude", "index")
"""What the lines of a table begin with that are no columns."""
UNNAMED = "unnamed"
_COLUMN_WIDTH = 24
"""Where types begin: a fixed place, so that a new column moves no other line."""
_ORDER = ("primary_key", "unique", "foreign_key", "check", "exclude", "index")

Digests = Mapping[Key, str]
"""For objects that the models spell otherwise than the server: the digest of the models' spelling."""


def lines(schema: Schema, digests: Digests | None = None) -> Iterator[str]:
    """The schema, a block an object, a blank line before each; the order is that of names."""
    said = digests or {}
    for skipped in schema.skipped:
        yield from ("", f"left alone  {text(skipped.object)}  {text(skipped.reason)}")

    def told(key: Key, fields: Iterable[str]) -> str:
        known = f"  models {said[key]}" if key in said else ""
        return "  ".join(fields) + known

    for namespace in schema.of_kind(Namespace):
        yield from ("", told(namespace.key, [f"schema {token(namespace.name)}"]))
    for enum in schema.of_kind(EnumType):
        yield from ("", told(enum.key, [f"enum {qualified(enum.schema, enum.name)}"]))
        yield from (f"  {text(label)}" for label in enum.labels)
    for sequence in schema.of_kind(Sequence):
        yield from ("", told(sequence.key, _sequence(sequence)))
    for table in schema.tables:
        key = table.key
        yield from ("", told(key, _table(table)))
        rest: dict[str, list[Any]] = {}
        for part in schema.parts(key):
            if part.kind != "column":
                rest.setdefault(part.kind, []).append(part)
        for column in schema.columns(key):
            yield "  " + told(column.key, _column(column))
        for kind in _ORDER:
            for part in rest.get(kind, ()):
                yield "  " + told(part.key, _PARTS[type(part)](part))


def line_of(item: Object) -> str:
    """One object on a line, under the name of what it belongs to."""
    owner = f"{item.key.schema}.{item.key.table}" if item.key.table else ""
    if isinstance(item, EnumType):
        return "  ".join([qualified(item.schema, item.name), *map(text, item.labels)])
    writers: dict[type, Callable[[Any], Iterator[str]]] = {
        Table: _table,
        Sequence: _sequence,
        Column: _column,
    }
    write = (_PARTS | writers).get(type(item))
    return "  ".join([token(owner), *(write(item) if write else (repr(item.key),))])


def _table(table: Table) -> Iterator[str]:
    yield f"table {qualified(table.schema, table.name)}"
    if table.comment is not None:
        yield f"comment {text(table.comment)}"
    yield from _options(table.options)


def _options(options: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in options:
        yield f"with {token(name)} {text(value)}"


def _sequence(sequence: Sequence) -> Iterator[str]:
    yield f"sequence {qualified(sequence.schema, sequence.name)}"
    yield text(sequence.data_type)
    yield from _counting(sequence)


def _counting(counter: Sequence | Identity) -> Iterator[str]:
    if counter.start != 1:
        yield f"start {counter.start}"
    if counter.increment != 1:
        yield f"increment {counter.increment}"
    if counter.minimum is not None:
        yield f"minimum {counter.minimum}"
    if counter.maximum is not None:
        yield f"maximum {counter.maximum}"
    if counter.cycle:
        yield "cycle"
    if counter.cache != 1:
        yield f"cache {counter.cache}"


def _column(column: Column) -> Iterator[str]:
    name = text(column.name)
    name = f'"{name}"' if name in PARTS else name
    yield name.ljust(_COLUMN_WIDTH)
    type_ = column.type
    yield text(type_.sql)
    if type_.charset is not None:
        yield f"charset {text(type_.charset)}"
    if type_.collation is not None:
        yield f"collate {text(type_.collation)}"
    if type_.enum is not None:
        yield f"enum {qualified(type_.enum.schema, type_.enum.name)}"
    if not column.nullable:
        yield "not null"
    if column.autoincrement:
        yield "autoincrement"
    if column.default is not None:
        yield f"default {text(column.default)}"
    if not column.default_known:
        yield "some default"
    if column.on_update is not None:
        yield f"onupdate {text(column.on_update)}"
    if column.identity is not None:
        yield " ".join(["identity", *_counting(column.identity), *(["always"] * column.identity.always)])
    if column.computed is not None:
        kept = "stored" if column.computed.persisted else "virtual"
        yield f"{kept} {text(column.computed.expression)}"
    if column.comment is not None:
        yield f"comment {text(column.comment)}"


def _named(kind: str, name: str | None) -> Iterator[str]:
    yield kind
    yield UNNAMED if name is None else f'"{name}"' if name == UNNAMED else text(name)


def _deferral(part: PrimaryKey | Unique | ForeignKey) -> Iterator[str]:
    if part.deferrable:
        yield "deferrable"
    if part.initially_deferred:
        yield "initially deferred"


def _primary_key(part: PrimaryKey) -> Iterator[str]:
    yield from _named("primary key", part.name)
    yield names(part.columns)
    yield from _include(part.include)
    yield from _deferral(part)


def _include(columns: tuple[str, ...]) -> Iterator[str]:
    if columns:
        yield f"include {names(columns)}"


def _unique(part: Unique) -> Iterator[str]:
    yield from _named("unique", part.name)
    yield names(part.columns)
    yield from _include(part.include)
    if part.nulls_not_distinct:
        yield "nulls not distinct"
    yield from _deferral(part)


def _foreign_key(part: ForeignKey) -> Iterator[str]:
    yield from _named("foreign key", part.name)
    yield names(part.columns)
    yield f"-> {qualified(part.target_schema, part.target_table)} {names(part.target_columns)}"
    if part.on_delete is not None:
        yield f"ondelete {text(part.on_delete)}"
    if part.on_update is not None:
        yield f"onupdate {text(part.on_update)}"
    if part.match is not None:
        yield f"match {text(part.match)}"
    yield from _deferral(part)
    yield from _standing(part)


def _standing(part: ForeignKey | Check) -> Iterator[str]:
    if not part.validated:
        yield "not valid"
    if not part.enforced:
        yield "not enforced"


def _check(part: Check) -> Iterator[str]:
    yield from _named("check", part.name)
    yield text(part.expression)
    if part.column is not None:
        yield f"column {text(part.column)}"
    if part.no_inherit:
        yield "no inherit"
    yield from _standing(part)


def _exclude(part: Exclude) -> Iterator[str]:
    yield from _named("exclude", part.name)
    yield text(part.definition)


def _index(part: Index) -> Iterator[str]:
    yield from _named("index", part.name)
    yield f"({', '.join(' '.join(_element(e)) for e in part.elements)})"
    if part.unique:
        yield "unique"
    if part.method is not None:
        yield f"using {text(part.method)}"
    yield from _include(part.include)
    if part.nulls_not_distinct:
        yield "nulls not distinct"
    yield from _options(part.options)
    if part.predicate is not None:
        yield f"where {text(part.predicate)}"
    if not part.valid:
        yield "invalid"


def _element(element: IndexElement) -> Iterator[str]:
    if element.is_expression:
        yield "sql"
        yield token(element.text)
    else:
        yield '"sql"' if element.text == "sql" else token(element.text)
    if element.length is not None:
        yield f"length {element.length}"
    if element.collation is not None:
        yield f"collate {token(element.collation)}"
    if element.opclass is not None:
        yield f"opclass {token(element.opclass)}"
    if element.descending:
        yield "desc"
    if element.nulls_first != element.descending:
        yield "nulls_first" if element.nulls_first else "nulls_last"


_PARTS: dict[type, Callable[[Any], Iterator[str]]] = {
    PrimaryKey: _primary_key,
    Unique: _unique,
    ForeignKey: _foreign_key,
    Check: _check,
    Exclude: _exclude,
    Index: _index,
}
