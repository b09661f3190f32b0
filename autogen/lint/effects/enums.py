"""What statements about enum types and schemas do to a schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.changes import Create, Drop, Rename
from autogen.lint import written
from autogen.lint.meaning import NOTHING, Effect, Meaning, altered
from autogen.schema import EnumType, Key, Namespace, Schema

# -- enum types -------------------------------------------------------------------------------------------


def _enum(self: Meaning, key: Key, schema: Schema, labels: Iterable[str] = ()) -> tuple[EnumType, bool]:
    key = key._replace(schema=self.declaration.schema(key.schema or None))
    found = schema.get(key)
    if isinstance(found, EnumType):
        return found, True
    return EnumType(key.schema, key.name, tuple(label for label in labels if label)), False


def enum_created(self: Meaning, operation: written.EnumCreated, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, operation.labels)
    return Effect(unclear=f"{enum.key.label} is there already") if known else Effect((Create(enum),))


def dropped(self: Meaning, operation: written.Dropped, schema: Schema) -> Effect:
    within, _, name = operation.name.rpartition(".")
    if operation.what == "type":
        enum, known = _enum(self, Key("enum", within, "", name), schema)
        return Effect((Drop(enum),)) if known else NOTHING
    if operation.what == "schema":
        found = schema.get(Key("schema", "", "", name))
        return Effect((Drop(found),)) if found is not None else NOTHING
    return NOTHING


def schema_created(self: Meaning, operation: written.SchemaCreated, schema: Schema) -> Effect:
    name = self.declaration.schema(operation.name)
    made = Namespace(name)
    return NOTHING if not name or made.key in schema else Effect((Create(made),))


def label_added(self: Meaning, operation: written.LabelAdded, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, [operation.beside])
    labels = list(enum.labels)
    if operation.label in labels:
        return NOTHING
    place = len(labels)
    if operation.beside in labels:
        place = labels.index(operation.beside) + (operation.place == "after")
    labels.insert(place, operation.label)
    return altered(enum, replace(enum, labels=tuple(labels)), () if known else (enum,))


def label_renamed(self: Meaning, operation: written.LabelRenamed, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, [operation.old])
    labels = tuple(operation.new if x == operation.old else x for x in enum.labels)
    return Effect((Rename(enum, replace(enum, labels=labels)),), () if known else (enum,))
