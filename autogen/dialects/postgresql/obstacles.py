"""Views, triggers, policies and the like that stand in the way of changes: dropped before, restored after."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from autogen import operations as ops
from autogen.changes import Alter, Change, Drop, Rename
from autogen.plan import Step
from autogen.schema import Dependent, Key, Schema, Table

_ON_A_TABLE = ("trigger", "rule", "policy", "privileges")


def around(
    dependents: Sequence[Dependent],
    blocked: Collection[Key],
    changes: Sequence[Change],
    before: Schema,
    after: Schema,
) -> tuple[list[Step], list[Step], dict[Key, str]]:
    """The steps before all others, the steps after them, and notes on what cannot be dropped and restored.

    ``dependents`` are those of the live database in the order of creation. One that reads something that
    does not exist in the end could not be restored: it is left standing, so that PostgreSQL refuses the
    draft instead of losing it, and the step it forbids is noted. What belongs to a dropped table goes with
    it, and comes back with it.
    """
    if not dependents:
        return [], [], {}
    names = _Names(changes)
    gone_tables = {c.key for c in changes if isinstance(c, Drop) and isinstance(c.before, Table)}
    # what may be done with a column outlasts every change of it but the one that makes it anew
    remade = {c.key for c in changes if isinstance(c, Alter) and "computed" in c.changed}
    all_blocked = {name for key in blocked for name in names.all(key)}
    going: dict[str, Dependent] = {}
    returning: list[Dependent] = []
    notes: dict[Key, str] = {}
    for one in dependents:
        if _comes_back(one, names, before, after):
            returning.append(one)
            continue
        within = all_blocked if one.kind != "privileges" else remade
        hit = [key for key in one.uses if key in within]
        if not hit and not any(name in going for name in one.uses_dependents):
            continue
        if _goes_along(one, gone_tables, names):
            continue
        if _readable(one, names, before, after):
            going[one.identity] = one
        else:
            label = ".".join(part for part in (one.schema, one.name) if part)
            for key in hit:
                for name in names.all(key):
                    notes[name] = f"{one.kind} {label} stands in the way: drop or redefine it first"
    drops = [s for one in reversed(going.values()) for s in _steps(one, one.drop)]
    restored = [one for one in dependents if one.identity in going or one in returning]
    return drops, [s for one in restored for s in _steps(one, one.create)], notes


def _steps(one: Dependent, statements: Iterable[str]) -> list[Step]:
    subject = Key("table", one.schema, "", one.table or one.name)
    return [ops.execute(sql, subject) for sql in statements]


class _Names:
    """Every name that an object has before, during and after the renames of a plan."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.same: dict[Key, set[Key]] = {}
        for change in changes:
            if isinstance(change, Rename):
                both = {change.before.key, change.after.key}
                for key in tuple(both):
                    both |= self.same.get(key, set())
                for key in both:
                    self.same[key] = both

    def all(self, key: Key) -> set[Key]:
        found = {key} | self.same.get(key, set())
        if key.table:
            for owner in self.same.get(key.owner, ()):
                found |= {Key(k.kind, owner.schema, owner.name, k.name) for k in tuple(found)}
        return found


def _held(names: _Names, schema: Schema) -> Callable[[Key], bool]:
    return lambda key: any(name in schema for name in names.all(key))


def _readable(one: Dependent, names: _Names, before: Schema, after: Schema) -> bool:
    """Whether everything it uses is still there at the end (or never was in view)."""
    was, will = _held(names, before), _held(names, after)
    return all(will(key) or not was(key) for key in one.uses)


def _comes_back(one: Dependent, names: _Names, before: Schema, after: Schema) -> bool:
    """Whether its table or column, dropped by the upgrade, is made again now (on the way down)."""
    was, will = _held(names, before), _held(names, after)
    owners = [key for key in one.uses if key.kind == "table" or one.kind == "privileges"]
    belongs = one.kind == "table" or (one.kind in _ON_A_TABLE and bool(one.table))
    return belongs and any(will(key) and not was(key) for key in owners) and all(map(will, owners))


def _goes_along(one: Dependent, gone: Collection[Key], names: _Names) -> bool:
    """Whether dropping a table takes it along: its triggers, rules, policies and partitions."""
    if one.kind == "table":
        return any(name in gone for key in one.uses for name in names.all(key))
    if one.kind in _ON_A_TABLE:
        return any(name in gone for name in names.all(Key("table", one.schema, "", one.table)))
    return False
