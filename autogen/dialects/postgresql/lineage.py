"""How tables stand to each other and no ALTER can put right: partitioning and inheritance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autogen.dialects.postgresql.names import quoted
from autogen.schema import Column, Schema, Skipped, Table

_FIXED = {
    "partition_by": "is partitioned otherwise than in the models",
    "inherits": "inherits from other tables than in the models",
}
"""Table options for which a table would have to be made anew and its rows be moved."""


def as_it_is(current: Schema, desired: Schema) -> tuple[list[Table], list[Skipped]]:
    """Declared tables with the live partitioning and parents, where those differ, and why they are so."""
    tables, reasons = [], []
    for table in desired.tables:
        live = current.get(table.key)
        if isinstance(live, Table) and live.options != table.options:
            here, there = dict(live.options), dict(table.options)
            for name in [name for name in _FIXED if here.get(name) != there.get(name)]:
                reasons.append(Skipped(table.key.label, _reason(name, here.get(name), there.get(name))))
                there.pop(name, None)
                there.update({name: here[name]} if name in here else {})
            options = tuple(sorted(there.items()))
            if options != table.options:
                tables.append(replace(table, options=options))
    return tables, reasons


def _reason(name: str, live: str | None, declared: str | None) -> str:
    return (
        f"{_FIXED[name]} ({live or 'not at all'} instead of {declared or 'not at all'}), "
        "which no ALTER TABLE changes: a new table must be made and the rows be moved"
    )


def inherited_defaults(current: Schema, desired: Schema) -> Iterator[Column]:
    """Columns that repeat a parent's column and leave the default to it."""
    for table in desired.tables:
        stated = dict(table.options).get("inherits")
        if stated is None:
            continue
        parents = [t for t in current.tables if spelled(t) in stated.split(", ")]
        for column in desired.columns(table.key) if parents else ():
            live = current.get(column.key)
            if column.default is None and isinstance(live, Column) and live.default is not None:
                above = [c for t in parents if (c := current.column(t.key, column.name))]
                if any(c.default == live.default or _draws(live, c) for c in above):
                    yield replace(column, default=live.default)


def _draws(column: Column, parent: Column) -> bool:
    return parent.autoincrement and (column.default or "").startswith("nextval(")


def spelled(table: Table) -> str:
    """A table's name as the list of parents shows it."""
    return ".".join(quoted(part) for part in (table.schema, table.name) if part)
