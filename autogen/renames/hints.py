"""Hints in the models (``renamed_from``): which of them speak of this difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from autogen.renames.candidates import Evidence, RenameCandidate
from autogen.schema import Key, Schema


def hinted_tables(current: Schema, desired: Schema, evidence: Evidence) -> dict[Key, Key]:
    """The tables that hints name, old to new."""
    asked = _asked_tables(current, desired, evidence)
    return _standing(asked, {t.key for t in current.tables}, {t.key for t in desired.tables})


def _asked_tables(current: Schema, desired: Schema, evidence: Evidence) -> list[tuple[Key, Key]]:
    return [
        (_old_table(current, desired, after, name), after)
        for after, names in sorted(evidence.hints.items())
        if after.kind == "table"
        for name in names
    ]


def _old_table(current: Schema, desired: Schema, after: Key, name: str) -> Key:
    """A hint is a name in the same schema, or one with its schema, or that of the only table so named which
    goes from another schema; a dot may also be part of a name."""
    plain = Key("table", after.schema, "", name)
    schema, dot, bare = name.rpartition(".")
    said = Key("table", schema, "", bare)
    if plain in current or (dot and said in current):
        return plain if plain in current else said
    elsewhere = [t.key for t in current.tables if t.key.name == name and t.key not in desired]
    return elsewhere[0] if len(elsewhere) == 1 else plain


def hinted_parts(
    current: Schema, desired: Schema, evidence: Evidence, tables: Mapping[Key, Key]
) -> dict[Key, Key]:
    """The columns, indexes and other named objects that hints name; ``tables`` maps old tables to new."""
    asked = _asked_parts(evidence, tables)
    found: dict[Key, Key] = {}
    for kind in sorted({after.kind for _, after in asked}):
        mine = [(b, a) for b, a in asked if a.kind == kind]
        old = {o.key for o in current if o.kind == kind}
        new = {o.key for o in desired if o.kind == kind}
        owners = {b: _carried(b, tables) for b in old}
        found.update(_standing(mine, old, new, owners))
    return found


def _asked_parts(evidence: Evidence, tables: Mapping[Key, Key]) -> list[tuple[Key, Key]]:
    asked = []
    old_table = {after: before for before, after in tables.items()}
    for after, names in sorted(evidence.hints.items()):
        if after.kind == "table":
            continue
        owner = old_table.get(after.owner, after.owner) if after.table else after
        asked += [(Key(after.kind, owner.schema, owner.name if after.table else "", n), after) for n in names]
    return asked


def contested(
    current: Schema, desired: Schema, evidence: Evidence, tables: Mapping[Key, Key]
) -> dict[Key, list[Key]]:
    """What goes and is claimed by the hints of several new ones, with these; ``tables`` maps old to new."""
    claims: dict[Key, list[Key]] = defaultdict(list)
    for before, after in (*_asked_tables(current, desired, evidence), *_asked_parts(evidence, tables)):
        comes = after in desired and _carried_back(after, tables) not in current
        if before in current and _carried(before, tables) not in desired and comes:
            claims[before].append(after)
    return {before: found for before, afters in claims.items() if len(found := [*dict.fromkeys(afters)]) > 1}


def _carried_back(after: Key, tables: Mapping[Key, Key]) -> Key:
    """The key that an object of the models has in the database, if it is there under its own name."""
    owner = next((b for b, a in tables.items() if after.table and a == after.owner), None)
    return after._replace(schema=owner.schema, table=owner.name) if owner else after


def _carried(before: Key, tables: Mapping[Key, Key]) -> Key:
    """The key an object has after its table is renamed, its own name kept."""
    if not before.table:
        return before
    after = tables.get(before.owner, before.owner)
    return before._replace(schema=after.schema, table=after.name)


def _standing(
    asked: Iterable[tuple[Key, Key]], old: set[Key], new: set[Key], carried: Mapping[Key, Key] | None = None
) -> dict[Key, Key]:
    """The hints that hold: the old one is there and goes, the new one is wanted and is not there yet.

    In a chain (``a`` to ``b``, ``b`` to ``c``) each goes or comes by another hint. A circle is left out: when
    it was followed once, nothing would tell that it is not to be followed again.
    """
    after_of = carried or {}
    there = {after_of.get(key, key) for key in old}
    pairs: dict[Key, Key] = {}
    for before, after in asked:
        if before in old and after in new and before not in pairs and after not in pairs.values():
            pairs[before] = after
    while True:
        going = {after_of.get(b, b) for b in pairs}
        coming = set(pairs.values())
        wrong = [
            b
            for b, a in pairs.items()
            if (after_of.get(b, b) in new and after_of.get(b, b) not in coming)
            or (a in there and a not in going)
        ]
        wrong += [b for b in pairs if _circular(b, pairs, after_of)]
        if not wrong:
            return pairs
        pairs = {b: a for b, a in pairs.items() if b not in wrong}


def _circular(start: Key, pairs: Mapping[Key, Key], carried: Mapping[Key, Key]) -> bool:
    before_of = {carried.get(b, b): a for b, a in pairs.items()}
    first = carried.get(start, start)
    at, seen = before_of.get(first), 0
    while at is not None and seen <= len(pairs):
        if at == first:
            return True
        at, seen = before_of.get(at), seen + 1
    return False


def by_hint(pairs: Mapping[Key, Key]) -> list[RenameCandidate]:
    return [
        RenameCandidate(b, a, 1.0, (f"the models say so: renamed_from {b.name}",), "hint")
        for b, a in sorted(pairs.items())
    ]
