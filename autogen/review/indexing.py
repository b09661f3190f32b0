"""Which indexes begin with some columns."""

from __future__ import annotations

from collections.abc import Sequence

from autogen.schema import Index, Key, PrimaryKey, Schema, TablePart, Unique


def leading(schema: Schema, table: Key, columns: Sequence[str]) -> list[TablePart]:
    """Keys and indexes of a table, over all its rows, that begin with these columns in any order."""
    wanted = set(columns)
    return [part for part in schema.parts(table) if set(_keyed(part)[: len(wanted)]) == wanted]


def _keyed(part: TablePart) -> tuple[str, ...]:
    """The columns that an index is ordered by, as far as they are plain columns."""
    if isinstance(part, PrimaryKey | Unique):
        return part.columns
    if not isinstance(part, Index) or part.predicate is not None or not part.valid:
        return ()
    if part.method in ("fulltext", "spatial", "gin", "brin"):
        return ()
    names = []
    for element in part.elements:
        if element.is_expression or element.length is not None:
            break
        names.append(element.text)
    return tuple(names)
