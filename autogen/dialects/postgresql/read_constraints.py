"""Primary keys, uniques, foreign keys, checks and exclusions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.catalog import Catalog
from autogen.dialects.postgresql.read_columns import ColumnReader
from autogen.schema import Check, Constraint, Exclude, ForeignKey, PrimaryKey, Table, Unique

_ACTIONS = {"a": None, "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_MATCHES = {"s": None, "f": "FULL", "p": "PARTIAL"}


@dataclass(slots=True)
class Constraints:
    """The constraints, and by the oid of its index each that has one; the index adds INCLUDE later."""

    objects: list[Constraint] = field(default_factory=list)
    backed: dict[int, PrimaryKey | Unique] = field(default_factory=dict)
    index_oids: set[int] = field(default_factory=set)


def read_constraints(catalog: Catalog, tables: dict[int, Table], reader: ColumnReader) -> Constraints:
    found = Constraints()
    rows = catalog.fetch(
        "constraints",
        delete_columns="k.confdelsetcols::int8[]" if catalog.version >= 150000 else "NULL",
        period="k.conperiod" if catalog.version >= 180000 else "false",
        enforced="k.conenforced" if catalog.version >= 180000 else "true",
    )
    rows = [row for row in rows if row[1] in tables]
    names = {**reader.names, **_names_outside(catalog, rows, reader.names)}
    for row in rows:
        _read(found, catalog, row, tables[row[1]], names, reader)
    return found


def _names_outside(
    catalog: Catalog, rows: list[tuple[Any, ...]], known: dict[int, dict[int, str]]
) -> dict[int, dict[int, str]]:
    """Column names of referenced tables that are not looked at themselves."""
    wanted = sorted({row[5] for row in rows if row[2] == "f" and row[5] not in known})
    found: dict[int, dict[int, str]] = {}
    if wanted:
        for relation, number, name in catalog.query("targets", relations=wanted):
            found.setdefault(relation, {})[number] = name
    return found


def _read(
    found: Constraints,
    catalog: Catalog,
    row: tuple[Any, ...],
    table: Table,
    names: dict[int, dict[int, str]],
    reader: ColumnReader,
) -> None:
    relation, kind, name, numbers = row[1:5]
    definition, temporal = row[18:20]
    if kind == "x" or temporal:
        # WITHOUT OVERLAPS and PERIOD have no place in a key of plain columns; their definition says it all
        found.index_oids.add(row[14])
        text = canonical.exclude(definition, reader.type_texts[relation].get)
        found.objects.append(Exclude(table.schema, table.name, name, text))
    elif kind == "c":
        text = canonical.expression(definition, reader.type_texts[relation].get)
        found.objects.append(_check(row, table, text))
    elif kind == "f":
        found.objects.append(_foreign_key(catalog, row, table, names))
    else:
        columns = tuple(names[relation][n] for n in numbers)
        class_ = PrimaryKey if kind == "p" else Unique
        found.index_oids.add(row[14])
        found.backed[row[14]] = class_(table.schema, table.name, name, columns, row[10], row[11])


def _check(row: tuple[Any, ...], table: Table, text: str) -> Check:
    name, validated, no_inherit, enforced = row[3], row[12], row[13], row[20]
    if enforced:
        return Check(table.schema, table.name, name, text, validated, no_inherit)
    return Check(table.schema, table.name, name, text, True, no_inherit, enforced=False)


def _foreign_key(
    catalog: Catalog, row: tuple[Any, ...], table: Table, names: dict[int, dict[int, str]]
) -> ForeignKey:
    _, relation, _, name, columns, target, target_columns, on_update, on_delete, match = row[:10]
    deferrable, deferred, validated = row[10:13]
    set_columns, target_schema, target_table = row[15:18]
    own, others = names[relation], names[target]
    action = _ACTIONS[on_delete]
    if set_columns and action:
        action = f"{action} ({', '.join(canonical.quoted(own[n]) for n in set_columns)})"
    return ForeignKey(
        table.schema,
        table.name,
        name,
        tuple([own[n] for n in columns]),
        catalog.schema(target_schema),
        target_table,
        tuple([others[n] for n in target_columns]),
        action,
        _ACTIONS[on_update],
        deferrable,
        deferred,
        _MATCHES[match],
        validated or not row[20],
        row[20],
    )
