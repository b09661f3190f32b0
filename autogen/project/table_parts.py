"""The parts of a table as SQLAlchemy has them, those of the models beside those of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.declare.hints import key_of
from autogen.declare.tables import Declaration
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

_WORDS: Mapping[str, str] = {
    "column": "column",
    "index": "index",
    "unique": "unique_constraint",
    "foreign_key": "foreign_key_constraint",
}
"""What Alembic calls the kinds of parts that it asks hooks about."""


class Part(NamedTuple):
    """A part with the objects that stand for it on either side, None where a side has none."""

    word: str
    name: str | None
    declared: Any
    reflected: Any
    keys: tuple[Key, ...]
    """Its key; two where the models leave unnamed what has a name in the database."""


def parts_of(dialect: Dialect, table: sqlalchemy.Table, live: sqlalchemy.Table | None) -> Iterator[Part]:
    """The parts of a declared table and of its reflected twin, which may have had another name, each once."""
    declared, unnamed = _declared(dialect, table)
    reflected = _reflected(live, key_of(table, dialect))
    free = {_shape(key, item): key for key, item in reflected.items() if key not in declared}
    twins = {key: found for key in unnamed if (found := free.get(_shape(key, declared[key])))}
    taken = set(twins.values())
    for key in sorted({*declared, *reflected} - taken):
        twin = twins.get(key, key)
        named = None if key in unnamed and key not in twins else twin.name
        keys = (key,) if twin == key else (key, twin)
        yield Part(_WORDS[key.kind], named, declared.get(key), reflected.get(twin), keys)


def _declared(dialect: Dialect, table: sqlalchemy.Table) -> tuple[dict[Key, Any], set[Key]]:
    """The models' objects by the keys that they have as values, and the keys of those without a name."""
    from autogen.declare import constraints, indexes

    declaration, key = Declaration(dialect), key_of(table, dialect)
    found: dict[Key, Any] = {key_of(column, dialect): column for column in table.columns}
    unnamed: set[Key] = set()
    pairs: Iterable[tuple[Any, Any]] = (
        *constraints.of(declaration, table, key.schema, key.name),
        *indexes.of(declaration, table, key.schema, key.name),
    )
    for item, part in pairs:
        if part.key.kind in _WORDS:
            found[part.key] = item
            if part.name is None:
                unnamed.add(part.key)
    return found, unnamed


def _reflected(table: sqlalchemy.Table | None, owner: Key) -> dict[Key, Any]:
    import sqlalchemy as sa

    if table is None:
        return {}
    kinds = {sa.UniqueConstraint: "unique", sa.ForeignKeyConstraint: "foreign_key"}
    items: list[tuple[str, Any]] = [("column", c) for c in table.columns]
    items += [("index", i) for i in table.indexes if "duplicates_constraint" not in i.dialect_options]
    items += [(kinds[type(c)], c) for c in table.constraints if type(c) in kinds]
    found: dict[Key, Any] = {}
    for kind, item in items:
        name = item.name if isinstance(item.name, str) else None
        if name is None:
            name = f"unnamed {len(found)}"  # SQLite keeps constraints without a name
        found[Key(kind, owner.schema, owner.name, name)] = item  # type: ignore[arg-type]
    return found


def _shape(key: Key, item: Any) -> object:
    """What tells constraints of a table apart whose names do not."""
    if key.kind == "foreign_key":
        targets = tuple(tuple(element.target_fullname.split(".")[-2:]) for element in item.elements)
        return key.kind, tuple(item.column_keys), targets
    if key.kind == "unique":
        return key.kind, tuple(column.name for column in item.columns)
    return key
