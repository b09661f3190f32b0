"""Renames between two schemas: which object of the database is one of the models' under another name.

Names alone show a rename: two columns that swapped their names stand under both names on both sides, and a
chain (``a`` to ``b`` while ``b`` becomes ``c``) shows as one column gone (``a``) and one come (``c``). Only a
hint or an answer tells these.
"""

from __future__ import annotations

from collections.abc import Iterable

from autogen.renames.candidates import Alternative, Evidence, RenameCandidate
from autogen.renames.columns import scored_columns
from autogen.renames.hints import by_hint, hinted_parts, hinted_tables
from autogen.renames.identical import Renamed, renamed_alone, renamed_labels, renamed_parts, renamed_schemas
from autogen.renames.model import Model, models
from autogen.renames.tables import scored_tables
from autogen.schema import EnumType, Key, Schema, Sequence

__all__ = ["ACCEPTED", "Alternative", "Evidence", "RenameCandidate", "detect"]

ACCEPTED = 0.4
"""From here on a pair is taken for a rename: what belongs to a table is looked for in its successor."""
_NOTHING = Evidence()


def detect(current: Schema, desired: Schema, evidence: Evidence = _NOTHING) -> tuple[RenameCandidate, ...]:
    """The likely renames, sorted by their key in the database; no object is in two of them."""
    return detect_with(current, desired, evidence, models())


def detect_with(
    current: Schema, desired: Schema, evidence: Evidence, by_kind: dict[str, Model]
) -> tuple[RenameCandidate, ...]:
    """The same with the weights given: for those who measure and fit them."""
    tables = _tables(current, desired, evidence, by_kind["table"])
    table_names = taken(tables)
    hinted = hinted_parts(current, desired, evidence, table_names)
    enums = renamed_alone(current, desired, EnumType, hinted)
    sequences = renamed_alone(current, desired, Sequence, hinted)
    types = taken([*enums, *by_hint({b: a for b, a in hinted.items() if b.kind == "enum"})])
    columns = scored_columns(
        current,
        desired,
        table_pairs(current, desired, table_names),
        lambda key: table_names.get(key, types.get(key, key)),
        evidence,
        hinted,
        by_kind["column"],
    )
    hints = by_hint(hinted)
    renamed = Renamed(table_names, taken([*columns, *(h for h in hints if h.before.kind == "column")]))
    found = [*tables, *hints, *enums, *sequences, *columns]
    found += renamed_parts(current, desired, renamed, hinted)
    found += renamed_labels(current, desired, types)
    found += renamed_schemas(current, desired, tables)
    return tuple(sorted(found, key=lambda c: (c.before, c.after)))


def taken(found: Iterable[RenameCandidate]) -> dict[Key, Key]:
    """Old keys to new ones, of those that are likely enough."""
    return {c.before: c.after for c in found if c.confidence >= ACCEPTED}


def _tables(current: Schema, desired: Schema, evidence: Evidence, model: Model) -> list[RenameCandidate]:
    hinted = hinted_tables(current, desired, evidence)
    old = {t.key for t in current.tables} - set(hinted)
    new = {t.key for t in desired.tables} - set(hinted.values())
    scored = scored_tables(current, desired, old - new, new - old, model, hinted)
    return [*by_hint(hinted), *scored]


def table_pairs(current: Schema, desired: Schema, renamed: dict[Key, Key]) -> list[tuple[Key, Key]]:
    """Each table with its successor, in the order of keys."""
    come = set(renamed.values())
    pairs = [(t.key, renamed.get(t.key, t.key)) for t in current.tables]
    return [(b, a) for b, a in pairs if a in desired and (b in renamed or a not in come)]
