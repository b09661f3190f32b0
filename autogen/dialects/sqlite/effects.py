"""What ALTER TABLE … RENAME does to a schema: the new name goes wherever the old one is mentioned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from autogen.changes import Rename
from autogen.dialects.sqlite.sqltext import rename_in
from autogen.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
    Unique,
)


def renamed(schema: Schema, rename: Rename) -> Schema:
    """The schema after the rename of a table or column."""
    before, after = rename.before, rename.after
    if isinstance(before, Table) and isinstance(after, Table):
        return Schema((_table_renamed(o, before, after) for o in schema), schema.skipped)
    assert isinstance(before, Column) and isinstance(after, Column)
    table = before.key.owner
    return Schema((_column_renamed(o, table, before.name, after.name) for o in schema), schema.skipped)


def _table_renamed(o: Object, before: Table, after: Table) -> Object:
    if o.key == before.key:
        return replace(before, name=after.name)
    if isinstance(o, TablePart) and o.key.owner == before.key:
        o = replace(o, table=after.name)
    if isinstance(o, ForeignKey) and o.target == before.key:
        o = replace(o, target_table=after.name)
    return o


def _column_renamed(o: Object, table: Key, old: str, new: str) -> Object:
    def name(column: str) -> str:
        return new if column == old else column

    if isinstance(o, ForeignKey) and o.target == table:
        o = replace(o, target_columns=tuple(map(name, o.target_columns)))
    if not isinstance(o, TablePart) or o.key.owner != table:
        return _options_renamed(o, old, new) if o.key == table and isinstance(o, Table) else o
    if isinstance(o, Column):
        if o.computed:
            text = rename_in(o.computed.expression, old, new)
            o = replace(o, computed=replace(o.computed, expression=text))
        return replace(o, name=name(o.name))
    if isinstance(o, PrimaryKey | Unique | ForeignKey):
        return replace(o, columns=tuple(map(name, o.columns)))
    if isinstance(o, Check):
        return replace(o, expression=rename_in(o.expression, old, new))
    if isinstance(o, Index):
        return _index_renamed(o, old, new, name)
    return o


def _index_renamed(index: Index, old: str, new: str, name: Callable[[str], str]) -> Index:
    def element(e: IndexElement) -> IndexElement:
        return replace(e, text=rename_in(e.text, old, new) if e.is_expression else name(e.text))

    predicate = rename_in(index.predicate, old, new) if index.predicate else None
    return replace(index, elements=tuple(map(element, index.elements)), predicate=predicate)


def _options_renamed(table: Table, old: str, new: str) -> Table:
    """ON CONFLICT options name their columns."""
    changed = []
    for key, value in table.options:
        head, parenthesis, inside = key.partition("(")
        if parenthesis:
            columns = [new if c == old else c for c in inside[:-1].split(", ")]
            key = f"{head}({', '.join(columns)})"
        changed.append((key, value))
    return replace(table, options=tuple(sorted(changed)))
