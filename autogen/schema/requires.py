"""What an object stands on: the keys that must exist while it exists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autogen.schema.keys import Key
from autogen.schema.objects import (
    Check,
    Column,
    Exclude,
    ForeignKey,
    Index,
    Namespace,
    Object,
    PrimaryKey,
    Sequence,
    Table,
    TablePart,
    Unique,
)
from autogen.schema.schema import Schema

_WORD = re.compile(r"[^\W\d][\w$]*|\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|'(?:[^']|'')*'")


def needed_by(fk: ForeignKey, schema: Schema) -> set[Key]:
    """What must stand while a foreign key stands: its target's table, columns and the key over them."""
    wanted = {fk.target, *(Key("column", fk.target_schema, fk.target_table, c) for c in fk.target_columns)}
    for part in schema.parts(fk.target):
        if isinstance(part, Index) and not part.unique:
            continue
        if isinstance(part, PrimaryKey | Unique | Index) and set(part.columns) == set(fk.target_columns):
            wanted.add(part.key)
    return wanted


def requires(obj: Object, schema: Schema) -> set[Key]:
    """Every key that ``obj`` needs, looked up in the schema it belongs to (the object itself left out).

    Columns inside SQL text are found by name, so the answer may hold a column too many, never one too few.
    """
    wanted: set[Key] = set()
    if not isinstance(obj, Namespace) and obj.schema:
        wanted.add(Key("schema", "", "", obj.schema))
    if isinstance(obj, Table):
        return wanted | _parents(obj, schema)
    if not isinstance(obj, TablePart):
        return wanted
    table = obj.key.owner
    wanted.add(table)
    if isinstance(obj, Column):
        wanted |= _column_requires(obj, schema)
    elif isinstance(obj, ForeignKey):
        wanted |= {Key("column", obj.schema, obj.table, c) for c in obj.columns} | needed_by(obj, schema)
    else:
        names = set(_mentioned(_texts(obj), _column_names(table, schema)))
        if not isinstance(obj, Check | Exclude):
            names |= {*obj.columns, *obj.include}
        wanted |= {Key("column", obj.schema, obj.table, name) for name in names}
    return wanted - {obj.key}


def _parents(table: Table, schema: Schema) -> set[Key]:
    """The tables that a table inherits from."""
    stated = dict(table.options).get("inherits") if table.options else None
    if stated is None:
        return set()
    names = {t.name.lower(): t.name for t in schema.tables if t.key != table.key}
    named = set(_mentioned([stated], names))
    return {t.key for t in schema.tables if t.name in named and t.key != table.key}


def _column_requires(column: Column, schema: Schema) -> set[Key]:
    wanted = {column.type.enum} if column.type.enum else set()
    if column.computed:
        names = _mentioned([column.computed.expression], _column_names(column.key.owner, schema))
        wanted |= {Key("column", column.schema, column.table, name) for name in names}
    if column.default and "nextval" in column.default.lower():
        wanted |= {s.key for s in schema.of_kind(Sequence) if s.name in column.default}
    return wanted


def _column_names(table: Key, schema: Schema) -> dict[str, str]:
    """Column names by their lower-case form, as unquoted SQL may spell them."""
    return {part.name.lower(): part.name for part in schema.parts(table) if isinstance(part, Column)}


def _texts(obj: PrimaryKey | Unique | Check | Exclude | Index) -> list[str]:
    if isinstance(obj, Check):
        return [obj.expression]
    if isinstance(obj, Exclude):
        return [obj.definition]
    if isinstance(obj, Index):
        return [*(e.text for e in obj.elements if e.is_expression), obj.predicate or ""]
    return []


def _mentioned(texts: Iterable[str], names: dict[str, str]) -> list[str]:
    found = []
    for text in texts:
        for word in _WORD.findall(text):
            quote = word[0] if word[0] in "\"`'" else ""
            bare = word[1:-1].replace(quote * 2, quote) if quote else word
            if quote != "'" and bare.lower() in names:
                found.append(names[bare.lower()])
    return found
