"""The Python attributes that columns are mapped to, by any class that was imported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.declare.hints import key_of
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect


def attributes(metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect) -> Mapping[Key, frozenset[str]]:
    """The names under which Python knows each column, where one differs from the column's own."""
    import sqlalchemy as sa

    wanted = set(map(id, metadatas))
    found: dict[Key, set[str]] = defaultdict(set)
    for name, column in (*_mapped(), *_keyed(metadatas)):
        table = getattr(column, "table", None)
        ours = isinstance(table, sa.Table) and id(table.metadata) in wanted
        if ours and isinstance(column, sa.Column) and name != column.name:
            found[key_of(column, dialect)].add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _mapped() -> Iterator[tuple[str, Any]]:
    """Attribute and column of every mapped class, without configuring its mapper."""
    from sqlalchemy.orm import mapperlib

    registries = getattr(mapperlib, "_all_registries", set)
    for registry in registries():
        for mapper in registry.mappers:
            yield from mapper.columns.items()


def _keyed(metadatas: Sequence[sqlalchemy.MetaData]) -> Iterator[tuple[str, Any]]:
    """Columns that a key names in the models."""
    for metadata in metadatas:
        for table in metadata.tables.values():
            yield from table.columns.items()
