"""Foreign keys step aside: dropped before what cannot happen under them, restored after it.

InnoDB refuses to change the type of a column in a foreign key on either side, and to drop the last index
that serves one; and it makes an index of its own where none serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.dialects.mysql.unstated import leads, supported
from autogen.schema import Column, ForeignKey, Index, IndexElement, Key, Object, Schema, Table


def around_foreign_keys(changes: Sequence[Change], before: Schema, after: Schema) -> list[Change]:
    """The changes with the foreign keys that stand in the way dropped first and created last, and with
    every other foreign key dropped as early and created as late as renames allow."""
    touched = {c.key for c in changes}
    standing = [fk for fk in before.of_kind(ForeignKey) if fk.key not in touched and after.get(fk.key) == fk]
    altered = {c.key for c in changes if isinstance(c, Alter) and _retypes(c)}
    altered |= _recollated(changes, before)
    aside = [fk for fk in standing if _in_the_way(fk, altered, changes, before, after)]
    arranged: list[Change] = [Drop(fk) for fk in aside]
    parted = [part for c in changes for part in _parted(c, altered, changes, before, after)]
    for segment in _segments(parted):
        arranged += sorted(segment, key=_phase)
    return [*arranged, *(Create(fk) for fk in aside)]


def _parted(
    change: Change, altered: set[Key], changes: Sequence[Change], before: Schema, after: Schema
) -> list[Change]:
    """A foreign key that is replaced anyway: dropped and created apart where it stands in the way."""
    if isinstance(change, Alter | Rename):
        old, new = change.before, change.after
        if isinstance(old, ForeignKey) and isinstance(new, ForeignKey):
            renamed = _names(old, before) != _names(new, after)
            if renamed or any(_in_the_way(fk, altered, changes, before, after) for fk in (old, new)):
                return [Drop(old), Create(new)]
    return [change]


def _segments(changes: Iterable[Change]) -> list[list[Change]]:
    """Runs of changes between renames of tables and columns, across which names do not carry over."""
    found: list[list[Change]] = [[]]
    for change in changes:
        if isinstance(change, Rename) and isinstance(change.after, Table | Column):
            found += [[change], []]
        else:
            found[-1].append(change)
    return found


def _phase(change: Change) -> int:
    """Foreign keys go first and come last; a table's options change before its columns do."""
    kind = change.key.kind
    if kind == "foreign_key":
        return 0 if isinstance(change, Drop) else 3 if isinstance(change, Create) else 2
    return 1 if kind == "table" and isinstance(change, Alter) else 2


def _retypes(change: Alter) -> bool:
    before, after = change.before, change.after
    return isinstance(before, Column) and isinstance(after, Column) and before.type != after.type


def _recollated(changes: Iterable[Change], before: Schema) -> set[Key]:
    """The columns that follow their table to another collation."""
    found: set[Key] = set()
    for change in changes:
        if isinstance(change, Alter) and isinstance(change.before, Table) and isinstance(change.after, Table):
            old, new = (dict(t.options).get("collation") for t in (change.before, change.after))
            if old != new:
                found |= {c.key for c in before.columns(change.key) if c.type.collation is None}
    return found


def _in_the_way(
    fk: ForeignKey, altered: set[Key], changes: Iterable[Change], before: Schema, after: Schema
) -> bool:
    columns = {Key("column", fk.schema, fk.table, c) for c in fk.columns}
    columns |= {Key("column", fk.target_schema, fk.target_table, c) for c in fk.target_columns}
    if not columns.isdisjoint(altered):
        return True
    return _changes_hands(fk.key.owner, fk.columns, before, after) or _changes_hands(
        fk.target, fk.target_columns, before, after
    )


def _changes_hands(table: Key, columns: tuple[str, ...], before: Schema, after: Schema) -> bool:
    """Whether no index that serves these columns stays as it is while some come or go."""
    old = _serving(table, columns, before)
    new = _serving(table, columns, after)
    return old != new and not old & new


def _serving(table: Key, columns: tuple[str, ...], schema: Schema) -> set[Object]:
    """The indexes that serve, whatever their names: renaming one disturbs no foreign key."""
    return {replace(p, name="") for p in schema.parts(table) if leads(columns, p)}


def _names(fk: ForeignKey, schema: Schema) -> set[str | None]:
    """What the indexes that serve the foreign key's own columns are called."""
    return {p.key.name for p in schema.parts(fk.key.owner) if leads(fk.columns, p)}


def implicit_index(fk: ForeignKey, before: Schema, after: Schema) -> Index | None:
    """The standing index that the server may have made for an unnamed foreign key, called like its column.

    It would be replaced by one called like the foreign key when that is created again with its name.
    """
    for part in before.parts(fk.key.owner):
        named = isinstance(part, Index) and part.name == fk.columns[0] != fk.name
        if named and isinstance(part, Index) and part.columns == fk.columns and leads(fk.columns, part):
            return part if after.get(part.key) == part else None
    return None


def leftover_index(fk: ForeignKey, before: Schema, after: Schema) -> Index | None:
    """The index that the server made for a foreign key and leaves behind when that is dropped.

    It has the name of the foreign key. There is none where a declared index serves, and it stays where
    another foreign key over the same columns takes it over.
    """
    if supported(fk, before) or fk.key.owner not in after or fk.name is None:
        return None
    heirs = [o for o in after.parts(fk.key.owner) if isinstance(o, ForeignKey) and o.columns == fk.columns]
    if heirs and not supported(fk, after):
        return None
    elements = tuple(IndexElement(c) for c in fk.columns)
    return Index(fk.schema, fk.table, fk.name, elements)
