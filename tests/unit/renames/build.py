"""Small schemas in few words."""

from __future__ import annotations

from autogen.renames import RenameCandidate
from autogen.schema import Column, ColumnType, Key, Object, Table


def table(name: str, *columns: str, schema: str = "") -> list[Object]:
    """A table of columns written ``name type``; an exclamation mark at the end is NOT NULL."""
    found: list[Object] = [Table(schema, name)]
    for position, written in enumerate(columns, 1):
        column, _, kind = written.partition(" ")
        nullable = not kind.endswith("!")
        made = Column(schema, name, column, ColumnType(kind.rstrip("!")), nullable, position=position)
        found.append(made)
    return found


def column(table: str, name: str, schema: str = "") -> Key:
    return Key("column", schema, table, name)


def names(found: tuple[RenameCandidate, ...], kind: str, least: float = 0.4) -> dict[str, str]:
    """Labels, old to new, of a kind of object."""
    return {c.before.label: c.after.label for c in found if c.before.kind == kind and c.confidence >= least}
