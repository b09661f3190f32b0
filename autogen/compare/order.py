"""The order of changes: a dependency graph, table by table, ties broken by (phase, table, kind, name).

Reads like the rules it keeps: an object comes after what it stands on and goes before it; a name is free
before it is taken again; tables come after the tables they refer to, cycles of foreign keys aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.compare.runs import in_runs
from autogen.schema import Column, EnumType, ForeignKey, Key, Object, Schema, Table, needed_by, requires

Rank = tuple[int, str, int, str, str]

_IN_TABLE = {
    "table": 0,
    "column": 3,
    "primary_key": 4,
    "unique": 5,
    "check": 6,
    "exclude": 7,
    "index": 8,
    "foreign_key": 9,
}
"""Creations in the order a reader expects inside one table; drops of everything but columns come before."""

_CARRY = ("column", "primary_key", "unique", "index")
"""Kinds whose alteration matters to what stands on them (a table's comment does not)."""


def ordered(changes: Iterable[Change], before: Schema, after: Schema) -> tuple[Change, ...]:
    """The changes in an order that runs; its reverse runs the reversed changes."""
    nodes = sorted(changes, key=_rank)
    graph = _Graph(nodes, before, after)
    while True:
        try:
            return graph.sorted()
        except CycleError as error:
            # tables that refer to each other: their soft wishes cannot be met, the hard rules can
            graph.give_up(error.args[1])


def _rank(change: Change) -> Rank:
    key = change.key
    owner = key.owner.label if key.table or key.kind == "table" else ""
    going = isinstance(change, Drop)
    if not owner:
        order = {"schema": 0, "enum": 1, "sequence": 2}[key.kind]
        return (3 if going else 0, "", -order if going else order, key.label, "")
    place = _IN_TABLE[key.kind]
    if going and key.kind not in ("column", "table"):
        place = 1
    elif isinstance(change, Rename):
        place = 2
    elif going and key.kind == "column":
        place = 10
    return (2 if going and key.kind == "table" else 1, owner, place, key.label, type(change).__name__)


def _groups(changes: Sequence[Change]) -> list[Rank]:
    """What each change is read with: the others of its table, placed where the last of them would be;
    alone, where it has no table."""
    ranks = [_rank(change) for change in changes]
    last: dict[str, int] = defaultdict(int)
    for phase, owner, *_ in ranks:
        last[owner] = max(last[owner], phase)
    return [(last[rank[1]], rank[1], 0, "", "") if rank[1] else rank for rank in ranks]


class _Graph:
    """Change numbers and which must run after which."""

    def __init__(self, changes: Sequence[Change], before: Schema, after: Schema) -> None:
        self.changes = changes
        self.before = before
        self.after = after
        self.hard: dict[int, set[int]] = defaultdict(set)
        self.soft: dict[int, set[int]] = defaultdict(set)
        self.comes: dict[Key, int] = {}
        self.goes: dict[Key, int] = {}
        self.alters: dict[Key, int] = {}
        for i, change in enumerate(changes):
            if isinstance(change, Create | Rename):
                self.comes[change.after.key] = i
            if isinstance(change, Drop | Rename):
                self.goes[change.before.key] = i
            if isinstance(change, Alter):
                self.alters[change.key] = i
        for i, change in enumerate(changes):
            if not isinstance(change, Drop):
                self._comes_after_its_needs(i, change.after)
            if not isinstance(change, Create):
                self._goes_before_its_needs(i, change.before)
        self._names_are_free()
        self._enum_labels()
        self._tables_in_reference_order()

    def give_up(self, cycle: Sequence[int]) -> None:
        """Forgets the soft wishes along a cycle (each node is a predecessor of the next one)."""
        wishes = [(e, l) for e, l in pairwise(cycle) if e in self.soft[l] and e not in self.hard[l]]
        if not wishes:
            raise AssertionError(f"changes need each other: {[self.changes[i].key for i in cycle]}")
        for earlier, later in wishes:
            self.soft[later].discard(earlier)

    def sorted(self) -> tuple[Change, ...]:
        needs = [self.hard[i] | self.soft[i] for i in range(len(self.changes))]
        TopologicalSorter(dict(enumerate(needs))).prepare()
        # changes are sorted by rank, so their numbers are ranks
        return tuple(self.changes[i] for i in in_runs(needs, _groups(self.changes)))

    def must_run(self, later: int, earlier: int | None) -> None:
        if earlier is not None and later != earlier:
            self.hard[later].add(earlier)

    def _comes_after_its_needs(self, i: int, obj: Object) -> None:
        for need in requires(obj, self.after):
            self.must_run(i, self.comes.get(need))
            if not isinstance(self.changes[i], Rename) and need.kind in _CARRY:
                self.must_run(i, self.alters.get(need))

    def _goes_before_its_needs(self, i: int, obj: Object) -> None:
        """What stays through the renaming of what it stands on comes after that; what leaves, before."""
        leaves = isinstance(self.changes[i], Drop)
        for need in requires(obj, self.before):
            gone = self.goes.get(need)
            if gone is not None and (leaves or not isinstance(self.changes[gone], Rename)):
                self.must_run(gone, i)
            altered = self.alters.get(need)
            if altered is not None and leaves and need.kind in _CARRY:
                self.must_run(altered, i)
        if isinstance(obj, Column) and obj.computed and not leaves:
            self._keeps_its_values(i, obj)

    def _keeps_its_values(self, i: int, column: Column) -> None:
        """A generated column that becomes a plain one lets go before what it reads is altered: it would be
        dropped for that."""
        change = self.changes[i]
        if not isinstance(change, Alter) or getattr(change.after, "computed", None):
            return
        read = [self.before.get(key) for key in requires(column, self.before)]
        for one in read:
            if isinstance(one, Column):
                for key in (one.key, one.type.enum):
                    altered = self.alters.get(key) if key else None
                    if altered is not None:
                        self.must_run(altered, i)

    def _names_are_free(self) -> None:
        """A name is given up before another object of its namespace takes it."""
        leaving: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for key, i in self.goes.items():
            for space in namespaces(key, self.changes[i].before):  # type: ignore[union-attr]
                leaving[space].append(i)
        for key, i in self.comes.items():
            self.must_run(i, self.goes.get(key))
            for space in namespaces(key, self.changes[i].after):  # type: ignore[union-attr]
                for earlier in leaving[space]:
                    self.must_run(i, earlier)

    def _enum_labels(self) -> None:
        """New labels come before the columns that may use them; labels leave after the columns let go."""
        for key, i in self.alters.items():
            alter = self.changes[i]
            if not isinstance(alter, Alter) or not isinstance(alter.after, EnumType):
                continue
            assert isinstance(alter.before, EnumType)
            grows = set(alter.before.labels) <= set(alter.after.labels)
            for j, change in enumerate(self.changes):
                column = change.before if isinstance(change, Drop) else change.after
                if _lets_go(change, key):
                    self.must_run(i, j)
                elif isinstance(column, Column) and column.type.enum == key:
                    joins = isinstance(change, Alter) and not _of_type(change.before, key)
                    late = not grows and not isinstance(change, Create) and not joins
                    late = late and not _uses_new(alter, column)
                    self.must_run(*((i, j) if late else (j, i)))

    def _tables_in_reference_order(self) -> None:
        """A table is created after what its foreign keys refer to, and dropped before it."""
        for change in self.changes:
            if isinstance(change, Create) and isinstance(fk := change.after, ForeignKey):
                table = self.comes.get(fk.key.owner)
                if table is not None:
                    wanted = needed_by(fk, self.after) - {fk.key.owner}
                    self._soften(table, wanted, self.comes, fk)
            elif isinstance(change, Drop) and isinstance(fk := change.before, ForeignKey):
                table = self.goes.get(fk.key.owner)
                if table is not None and fk.target != fk.key.owner:
                    for need in needed_by(fk, self.before):
                        if need.owner != fk.key.owner and need in self.goes:
                            self.soft[self.goes[need]].add(table)

    def _soften(self, table: int, wanted: Iterable[Key], where: dict[Key, int], fk: ForeignKey) -> None:
        for need in wanted:
            if need.owner != fk.key.owner:
                for at in (where.get(need), self.alters.get(need)):
                    if at is not None and at != table:
                        self.soft[table].add(at)


def _of_type(obj: Object, enum: Key) -> bool:
    return isinstance(obj, Column) and obj.type.enum == enum


def _lets_go(change: Change, enum: Key) -> bool:
    """Whether a column of the enum type gets another one."""
    return isinstance(change, Alter) and _of_type(change.before, enum) and not _of_type(change.after, enum)


def _uses_new(alter: Alter, column: Column) -> bool:
    """Whether the column's default is a label that the enum type only gets now."""
    assert isinstance(alter.before, EnumType) and isinstance(alter.after, EnumType)
    new = set(alter.after.labels) - set(alter.before.labels)
    return column.default is not None and any(label in column.default for label in new)


def namespaces(key: Key, obj: Object) -> list[tuple[str, str, str]]:
    """Where the object's name must be unique: among the schema's relations, the table's constraints."""
    name = getattr(obj, "name", None)
    if name is None or isinstance(obj, Column):
        return []
    spaces = []
    if key.kind not in ("schema", "check", "foreign_key", "enum"):
        spaces.append(("relation", key.schema, name))
    if key.table:
        spaces.append(("constraint", f"{key.schema}.{key.table}", name))
    if isinstance(obj, Table | EnumType):
        spaces.append(("type", key.schema, name))
    return spaces
