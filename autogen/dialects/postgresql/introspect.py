"""Live PostgreSQL catalog -> Schema, in a dozen queries whatever the number of tables."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autogen.dialects.base import Scope
from autogen.dialects.postgresql.catalog import Catalog
from autogen.dialects.postgresql.read_columns import ColumnReader
from autogen.dialects.postgresql.read_constraints import read_constraints
from autogen.dialects.postgresql.read_indexes import read_indexes
from autogen.dialects.postgresql.read_sequences import OwnedSequences, read_sequences
from autogen.dialects.postgresql.read_tables import Comments, Relations, read_relations
from autogen.schema import EnumType, Namespace, Object, Schema, Skipped

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect


def introspect(dialect: Dialect, connection: Connection, scope: Scope) -> Schema:
    """The default schema of the connection and the schemas of the scope, as one value."""
    catalog = Catalog(connection, tuple(s for s in scope.schemas if s))
    with catalog.pinned(), without_gc():
        return read(catalog, scope)


@contextmanager
def without_gc() -> Iterator[None]:
    """No garbage collection while thousands of objects are made of which none is garbage."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read(catalog: Catalog, scope: Scope) -> Schema:
    """Everything, from a catalog whose settings are pinned."""
    objects: list[Object] = [Namespace(name) for name in catalog.namespaces]
    skipped: list[Skipped] = []
    comments = {(oid, number): text for oid, number, text in catalog.query("comments")}
    relations = read_relations(catalog, scope, comments)
    objects += relations.tables.values()
    skipped += relations.skipped
    sequences, owned = read_sequences(catalog, skipped)
    objects += sequences
    objects += read_enums(catalog, skipped)
    objects += read_parts(catalog, relations, owned, comments, skipped)
    return Schema(objects, skipped)


def read_parts(
    catalog: Catalog,
    relations: Relations,
    owned: OwnedSequences,
    comments: Comments,
    skipped: list[Skipped],
) -> Iterable[Object]:
    """Columns, constraints and indexes of the tables, and the sequences that no default uses after all."""
    reader = ColumnReader(catalog, relations.tables, owned, comments)
    parts: list[Object] = list(reader.columns)
    constraints = read_constraints(catalog, relations.tables, reader)
    indexes = read_indexes(relations.tables, reader, constraints)
    parts += constraints.objects
    parts += indexes
    parts += owned.unused(relations.tables)
    skipped += reader.skipped
    return parts


def read_enums(catalog: Catalog, skipped: list[Skipped]) -> list[EnumType]:
    """Enum types, used or not; domains and what extensions own are left alone."""
    found = []
    for schema, name, kind, extension, labels in catalog.fetch("enums"):
        value = EnumType(catalog.schema(schema), name, tuple(labels))
        if extension is not None:
            skipped.append(Skipped(value.key.label, f"owned by the extension {extension}"))
        elif kind == "d":
            skipped.append(Skipped(value.key.label, "a domain"))
        else:
            found.append(value)
    return found
