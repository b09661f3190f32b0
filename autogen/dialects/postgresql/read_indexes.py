"""Indexes, and what the indexes behind constraints say about those."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.read_columns import ColumnReader
from autogen.dialects.postgresql.read_constraints import Constraints
from autogen.dialects.postgresql.read_tables import stored
from autogen.schema import Index, IndexElement, Table


def read_indexes(tables: dict[int, Table], reader: ColumnReader, constraints: Constraints) -> list[Index]:
    """The indexes that no constraint owns; the others complete ``constraints``."""
    found = []
    for row in reader.index_rows:
        backed = constraints.backed.get(row[0])
        if backed is not None:
            constraints.objects.append(_completed(backed, row, reader))
        elif row[0] not in constraints.index_oids:
            found.append(_index(tables[row[1]], row, reader))
    return found


def _completed(backed: Any, row: tuple[Any, ...], reader: ColumnReader) -> Any:
    """The key with INCLUDE and NULLS NOT DISTINCT, which only its index knows."""
    if row[5] and backed.kind == "unique":
        backed = replace(backed, nulls_not_distinct=True)
    include = _include(row, reader)
    return replace(backed, include=include) if include else backed


def _include(row: tuple[Any, ...], reader: ColumnReader) -> tuple[str, ...]:
    keys: list[str] = row[8].split()
    if len(keys) == row[7]:
        return ()
    return tuple([reader.names[row[1]][int(n)] for n in keys[row[7] :]])


def _index(table: Table, row: tuple[Any, ...], reader: ColumnReader) -> Index:
    _, relation, name, method, unique, nulls, valid = row[:7]
    storage, predicate = row[12:14]
    if predicate is not None:
        predicate = canonical.expression(predicate, reader.type_texts[relation].get)
    return Index(
        table.schema,
        table.name,
        name,
        _elements(row, reader),
        unique,
        None if method == "btree" else method,
        predicate,
        _include(row, reader),
        nulls,
        tuple(sorted(stored(storage).items())) if storage else (),
        valid,
    )


def _elements(row: tuple[Any, ...], reader: ColumnReader) -> tuple[IndexElement, ...]:
    relation = row[1]
    keys, flags, classes, collations = (text.split() for text in row[8:12])
    expressions, definition = row[14:16]
    parameters = dict(entry.split(" ", 1) for entry in row[16] or ())
    elements = []
    for i in range(row[7]):
        number, flag = int(keys[i]), int(flags[i])
        opclass = _opclass(reader, int(classes[i]), reader.type_oids.get((relation, number)))
        if str(i + 1) in parameters:
            opclass = f"{opclass or reader.opclasses[int(classes[i])][0]}({parameters[str(i + 1)]})"
        collation = int(collations[i])
        if number:
            text = reader.names[relation][number]
            stated = collation != reader.collations.get((relation, number), 0)
        else:
            raw = expressions[i]
            text = canonical.expression(raw, reader.type_texts[relation].get)
            stated = collation not in (0, 100) and f"{raw} COLLATE " in definition
        elements.append(
            IndexElement(
                text,
                not number,
                bool(flag & 1),
                bool(flag & 2),
                opclass,
                reader.collation_names.get(collation) if stated and collation else None,
            )
        )
    return tuple(elements)


def _opclass(reader: ColumnReader, oid: int, type_oid: int | None) -> str | None:
    """The operator class where it is not the default for the type.

    A default class for another type serves a type that it can be read as, as text_ops does varchar,
    unless that type has a default class of its own."""
    name, method, is_default, class_type = reader.opclasses[oid]
    if is_default and (
        type_oid is None or class_type == type_oid or (method, type_oid) not in reader.own_classes
    ):
        return None
    return name
