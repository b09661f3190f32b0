"""Old names that the models state beside the new ones: ``info={"renamed_from": "fullname"}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

HINT = "renamed_from"


def hints(metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect) -> Mapping[Key, tuple[str, ...]]:
    """The old names of tables, columns and indexes by their key in the models."""
    found: dict[Key, tuple[str, ...]] = {}
    for item in _items(metadatas):
        # not item.info, which would make an empty dictionary for each that has none
        info = vars(item).get("info") or {}
        if HINT in info:
            key = key_of(item, dialect)
            names = _names(info[HINT], key)
            found[key] = _in_default_schema(names, dialect) if key.kind == "table" else names
    return found


def key_of(item: sqlalchemy.Table | sqlalchemy.Column[Any] | sqlalchemy.Index, dialect: Dialect) -> Key:
    """The key of an item of a MetaData in the declared schema."""
    import sqlalchemy as sa

    table = item if isinstance(item, sa.Table) else item.table
    assert isinstance(table, sa.Table)
    default = table.schema is None or table.schema == dialect.default_schema
    schema, name = "" if default else str(table.schema), str(item.name)
    if item is table:
        return Key("table", schema, "", name)
    return Key("column" if isinstance(item, sa.Column) else "index", schema, str(table.name), name)


def _items(metadatas: Sequence[sqlalchemy.MetaData]) -> Iterator[Any]:
    for metadata in metadatas:
        for table in metadata.tables.values():
            yield table
            yield from table.columns
            yield from table.indexes


def _in_default_schema(names: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    """The names of tables, and each that has the default schema before it without it, too."""
    default = f"{dialect.default_schema}." if dialect.default_schema else None
    plain = [name.removeprefix(default) for name in names if default and name.startswith(default)]
    return (*names, *(name for name in plain if name))


def _names(stated: object, key: Key) -> tuple[str, ...]:
    """One name, or several of them."""
    names = [stated] if isinstance(stated, str) else stated
    if isinstance(names, list | tuple | set | frozenset) and all(isinstance(n, str) and n for n in names):
        return tuple(sorted(names) if isinstance(names, set | frozenset) else names)
    raise AutogenError(
        f'The models state info={{"{HINT}": …}} for {key.label} with a value that is neither a name nor a '
        "list of names."
    )
