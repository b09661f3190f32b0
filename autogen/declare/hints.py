"""Old names that the models state beside the new ones: ``info={"renamed_from": "fullname"}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

HINT = "renamed_from"


def hints(metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect) -> Mapping[Key, tuple[str, ...]]:
    """The old names of tables, columns and indexes by their key in the models."""
    found: dict[Key, tuple[str, ...]] = {}
    for metadata in metadatas:
        for table in metadata.tables.values():
            default = table.schema is None or table.schema == dialect.default_schema
            schema = "" if default else str(table.schema)
            for key, item in _items(table, schema):
                if HINT in item.info:
                    found[key] = _names(item.info[HINT])
    return found


def _items(table: sqlalchemy.Table, schema: str) -> Iterator[tuple[Key, Any]]:
    name = str(table.name)
    yield Key("table", schema, "", name), table
    for column in table.columns:
        yield Key("column", schema, name, str(column.name)), column
    for index in table.indexes:
        yield Key("index", schema, name, str(index.name)), index


def _names(stated: object) -> tuple[str, ...]:
    """One name, or several of them."""
    return (stated,) if isinstance(stated, str) else tuple(map(str, stated))  # type: ignore[call-overload]
