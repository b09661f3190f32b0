"""Differences that only the live and the declared schema together show to be none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from autogen.dialects.postgresql.lineage import as_it_is, inherited_defaults
from autogen.schema import Check, ForeignKey, Key, PrimaryKey, Schema, Unique


def reconcile(current: Schema, desired: Schema) -> tuple[Schema, Schema]:
    """The declared schema without doubled keys, and with the live word on unnamed NOT VALID constraints,
    inherited defaults, and what no ALTER changes."""
    twins = _validated_since(current, desired)
    doubled = _doubled(current, desired)
    tables, reasons = as_it_is(current, desired)
    others = [*twins, *tables, *inherited_defaults(current, desired)]
    if others or doubled:
        desired = desired.replace(doubled, others)
    return current, desired.skipping((*desired.skipped, *reasons)) if reasons else desired


def _validated_since(current: Schema, desired: Schema) -> list[ForeignKey | Check]:
    """Unnamed constraints that the models would add NOT VALID and that stand already, valid since."""
    wanted = [p for p in _rules(desired) if not p.validated and p.name is None]
    if not wanted:
        return []
    standing = {replace(part, name=None, validated=False) for part in _rules(current) if part.validated}
    return [replace(part, validated=True) for part in wanted if part in standing]


def _rules(schema: Schema) -> list[ForeignKey | Check]:
    return [*schema.of_kind(ForeignKey), *schema.of_kind(Check)]


def _doubled(current: Schema, desired: Schema) -> list[Key]:
    """Unique constraints over the columns of another key of their table.

    CREATE TABLE makes one index of such a pair, so they count as missing only where the database has
    as many."""
    tables: dict[Key, list[Unique]] = defaultdict(list)
    for part in desired.of_kind(Unique):
        tables[part.key.owner].append(part)
    gone: list[Key] = []
    for table, uniques in tables.items():
        key = desired.primary_key(table)
        keys = [*uniques, key] if key else uniques
        if len({_shape(p) for p in keys}) < len(keys):
            live = [p for p in current.parts(table) if isinstance(p, Unique | PrimaryKey)]
            gone += _surplus(uniques, key, live)
    return gone


def _surplus(uniques: list[Unique], key: PrimaryKey | None, live: Iterable[Unique | PrimaryKey]) -> list[Key]:
    room = Counter(_shape(p) for p in live)
    names = {p.name for p in live}
    if key is not None:
        room[_shape(key)] = max(room[_shape(key)], 1) - 1
    taken: set[object] = {_shape(key)} if key is not None else set()
    gone = []
    for unique in sorted(uniques, key=lambda u: (u.name not in names, u.name is None, u.key)):
        shape = _shape(unique)
        if room[shape] > 0:
            room[shape] -= 1
        elif shape in taken:
            gone.append(unique.key)
        taken.add(shape)
    return gone


def _shape(part: Any) -> object:
    distinct = getattr(part, "nulls_not_distinct", False)
    return part.columns, part.include, part.deferrable, part.initially_deferred, distinct
