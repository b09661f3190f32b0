"""Tables that a revision makes anew: one of another name is filled, and takes the place of the old one.

SQLite has no other way to change most of a table: it is read as what it comes to, the old table changed.
"""

from __future__ import annotations

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.lint.recording import Recording, Step
from autogen.schema import Key, Object, Schema


def as_changed(recording: Recording) -> tuple[Change, ...]:
    """The recorded changes; those that make a table anew as what differs between the old one and the new."""
    changes: list[Change] = []
    standing = set(recording.before.by_key)
    made: set[Key] = set()
    dropped: dict[Key, Step] = {}
    ends = [*(step.before for step in recording.steps[1:]), recording.after]
    for step, end in zip(recording.steps, ends, strict=False):
        for change in step.changes:
            table = change.key.kind == "table"
            if table and isinstance(change, Create):
                made.add(change.key)
            elif table and isinstance(change, Drop) and change.key in standing:
                dropped[change.key] = step
            elif table and isinstance(change, Rename) and change.before.key in made:
                old = dropped.pop(change.after.key, None)
                if old is not None:
                    first = change.before.key
                    changes = [c for c in changes if c.key.owner != first and c not in old.changes]
                    changes += _between(old.before, end, change.after.key)
                    continue
            elif table and isinstance(change, Rename) and change.before.key in standing:
                standing.add(change.after.key)
            changes.append(change)
    return tuple(changes)


def _between(before: Schema, after: Schema, table: Key) -> list[Change]:
    old, new = _all(before, table), _all(after, table)
    drops: list[Change] = [Drop(o) for key, o in old.items() if key not in new]
    alters = [Alter(o, new[key]) for key, o in old.items() if key in new and o != new[key]]
    creates = [Create(o) for key, o in new.items() if key not in old]
    return [*drops, *alters, *creates]


def _all(schema: Schema, table: Key) -> dict[Key, Object]:
    return {o.key: o for o in (schema.by_key[table], *schema.parts(table))}
