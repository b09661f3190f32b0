"""Columns with their types, defaults and generation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.catalog import Catalog, Rows
from autogen.dialects.postgresql.read_sequences import OwnedSequences
from autogen.dialects.postgresql.read_tables import Comments
from autogen.schema import Column, ColumnType, Computed, Identity, Key, Skipped, Table


def index_rows(catalog: Catalog, tables: dict[int, Table]) -> Rows:
    nulls = "i.indnullsnotdistinct" if catalog.version >= 150000 else "false"
    return [row for row in catalog.fetch("indexes", nulls_not_distinct=nulls) if row[1] in tables]


class ColumnReader:
    """Reads all columns; keeps what constraints and indexes need to know about them."""

    def __init__(
        self, catalog: Catalog, tables: dict[int, Table], owned: OwnedSequences, comments: Comments
    ) -> None:
        self.catalog = catalog
        self.tables = tables
        self.owned = owned
        self.comments = comments
        self.defaults = {(relation, number): text for relation, number, text in catalog.fetch("defaults")}
        self.columns: list[Column] = []
        self.skipped: list[Skipped] = []
        self.names: dict[int, dict[int, str]] = {oid: {} for oid in tables}
        self.collations: dict[tuple[int, int], int] = {}
        self.type_oids: dict[tuple[int, int], int] = {}
        self.type_texts: dict[int, dict[str, str]] = {oid: {} for oid in tables}
        self.collation_names: dict[int, str] = {}
        self.opclasses: dict[int, tuple[str, int, bool, int]] = {}
        self.own_classes: set[tuple[int, int]] = set()
        self._types: dict[tuple[Any, ...], ColumnType] = {}
        self.rows = [row for row in catalog.fetch("columns") if row[0] in tables]
        self.index_rows = index_rows(catalog, tables)
        self._read_names()
        self._type_rows = self._read_types()
        self._read()

    def _read_types(self) -> dict[tuple[int, int], list[Any]]:
        used = sorted({(row[3], row[4]) for row in self.rows})
        oids, modifiers = [oid for oid, _ in used], [modifier for _, modifier in used]
        rows = self.catalog.query("types", types=oids, modifiers=modifiers)
        return {(oid, modifier): rest for oid, modifier, *rest in rows}

    def _read_names(self) -> None:
        used = {row[9] for row in self.rows}
        used.update(int(oid) for text in {row[11] for row in self.index_rows} for oid in text.split())
        for kind, oid, name, method, is_default, type_ in self.catalog.query(
            "names", collations=sorted(used)
        ):
            if kind == "collation":
                self.collation_names[oid] = name
                continue
            self.opclasses[oid] = (name, method, is_default, type_)
            if is_default:
                self.own_classes.add((method, type_))

    def _read(self) -> None:
        tables, names, texts = self.tables, self.names, self.type_texts
        pending: list[tuple[Column, int, str, str]] = []
        for row in self.rows:
            relation, number, name, type_oid, modifier, dims = row[:6]
            table, collation = tables[relation], row[9]
            names[relation][number] = name
            if collation:
                self.collations[relation, number] = collation
            self.type_oids[relation, number] = type_oid
            type_ = self._types.get((type_oid, modifier, dims, collation))
            if type_ is None:
                type_ = self._type(type_oid, modifier, dims, collation)
            texts[relation][name] = type_.sql
            if not row[10]:
                self.skipped.append(Skipped(f"{table.key.label}.{name}", "inherited from its parent table"))
                continue
            column = self._column(table, row, type_)
            if row[8]:
                pending.append((column, relation, row[8], self.defaults[relation, number]))
            else:
                self.columns.append(column)
        for column, relation, generation, expression in pending:
            text = canonical.expression(expression, texts[relation].get)
            self.columns.append(replace(column, computed=Computed(text, generation == "s")))

    def _column(self, table: Table, row: tuple[Any, ...], type_: ColumnType) -> Column:
        relation, number, name, _, _, _, not_null, identity, generated, _, _ = row
        default = self.defaults.get((relation, number))
        own: Identity | None = None
        serial = False
        if identity:
            own = self.owned.identity.get((relation, number), Identity())
            if identity == "a":
                own = replace(own, always=True)
        if default is not None:
            if generated:
                default = None
            elif default.startswith("nextval(") and self.owned.is_serial((relation, number), default):
                default, serial = None, True
            else:
                default = canonical.default(default, type_.sql)
        return Column(
            table.schema,
            table.name,
            name,
            type_,
            not not_null,
            default,
            own,
            None,
            self.comments.get((relation, number)),
            serial,
            None,
            number,
        )

    def _type(self, oid: int, modifier: int, dims: int, collation: int) -> ColumnType:
        """The type of a column, one value for all columns of that type."""
        text, default_collation, enum_schema, enum_name = self._type_rows[oid, modifier]
        text += "[]" * (dims - 1) if text.endswith("[]") else ""
        stated = collation and collation != default_collation
        enum = Key("enum", self.catalog.schema(enum_schema), "", enum_name) if enum_name else None
        found = ColumnType(text, self.collation_names.get(collation) if stated else None, None, enum)
        self._types[oid, modifier, dims, collation] = found
        return found
