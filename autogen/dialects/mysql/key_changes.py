"""Primary keys change in one ALTER TABLE together with the columns that are in them or counted by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from autogen.changes import Change, Create, Drop, Rename
from autogen.schema import Column, Key, Schema

Group = Change | list[Change]


def combined(changes: Sequence[Change], before: Schema, after: Schema) -> list[Group]:
    """The changes with those of each changed primary key gathered into one list, where one is needed.

    Drops of constraints and indexes of that table go before it, for it may drop their columns.
    """
    gathered: dict[Key, list[Change]] = defaultdict(list)
    for change in changes:
        if change.key.kind == "primary_key" and not isinstance(change, Rename):
            gathered[change.key.owner].append(change)
    for change in changes:
        owner = change.key.owner
        if change.key.kind == "column" and owner in gathered and _belongs(change, before, after):
            gathered[owner].append(change)
    gathered = defaultdict(list, {k: v for k, v in gathered.items() if _together(v)})
    return _placed(changes, gathered)


def _belongs(change: Change, before: Schema, after: Schema) -> bool:
    """Whether a column's change has to do with the primary key."""
    if isinstance(change, Rename):
        return False
    for schema, column in (
        (before, None if isinstance(change, Create) else change.before),
        (after, None if isinstance(change, Drop) else change.after),
    ):
        key = schema.primary_key(change.key.owner)
        if isinstance(column, Column) and (column.autoincrement or (key and column.name in key.columns)):
            return True
    return False


def _together(changes: list[Change]) -> bool:
    """Whether one operation for each change would not do: more changes than the key, or it is replaced."""
    keys = [c for c in changes if c.key.kind == "primary_key"]
    if len(changes) > 1:
        return True
    return not isinstance(keys[0], Create | Drop)


def _placed(changes: Sequence[Change], gathered: dict[Key, list[Change]]) -> list[Group]:
    placed: list[Group] = []
    at: dict[Key, int] = {}
    for change in changes:
        owner = change.key.owner
        group = gathered.get(owner)
        if group is not None and any(change is member for member in group):
            if owner not in at:
                at[owner] = len(placed)
                placed.append(group)
        elif group is not None and owner in at and isinstance(change, Drop) and change.key.kind != "column":
            here = at[owner]
            placed.insert(here, change)
            at = {k: v + 1 if v >= here else v for k, v in at.items()}
        else:
            placed.append(change)
    return placed
