"""The identity of a schema object: values refer to each other by key, never by pointer."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "schema",
    "enum",
    "sequence",
    "table",
    "column",
    "primary_key",
    "unique",
    "foreign_key",
    "check",
    "exclude",
    "index",
]

KINDS: tuple[Kind, ...] = (
    "schema",
    "enum",
    "sequence",
    "table",
    "column",
    "primary_key",
    "unique",
    "foreign_key",
    "check",
    "exclude",
    "index",
)


class Key(NamedTuple):
    """Kind, schema, table and name of an object; sortable.

    ``schema`` is ``""`` for the connection's default schema, ``table`` is ``""`` for objects
    that do not belong to a table (a table's own name is in ``name``).
    """

    kind: Kind
    schema: str
    table: str
    name: str

    @property
    def label(self) -> str:
        """The object's name as people and machines see it everywhere: ``t``, ``t.col``, ``schema.t.col``."""
        return ".".join(part for part in (self.schema, self.table, self.name) if part)

    @property
    def owner(self) -> Key:
        """The key of the table the object belongs to (of the object itself when it is a table)."""
        return Key("table", self.schema, "", self.table or self.name)


def is_label(key: Key) -> bool:
    """Whether a key is that of a label of an enum type."""
    return key.kind == "enum" and bool(key.table)


def enum_of(label: Key) -> Key:
    """The key of the enum type that a label's key belongs to."""
    return Key("enum", label.schema, "", label.table)


Pair = tuple[Key, Key]
"""An object's key before a rename and after it."""
