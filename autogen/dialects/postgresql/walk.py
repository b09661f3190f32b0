"""The ground of PostgreSQL's lowering: a walk that knows what stands now.

PostgreSQL refuses some changes while something stands on the object: a foreign key on the unique
constraint that goes, a check with an operator that the new type lacks, a view over the column. Parts of
tables in the way are taken down right before the change and put back as soon as they can stand again;
views, triggers and the like are dropped at the start and restored at the end (see obstacles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.dialects.in_use import OFFLINE, Online
from autogen.dialects.lowering import Lowering
from autogen.dialects.postgresql.obstacles import around
from autogen.dialects.postgresql.spelling import Spelling
from autogen.dialects.postgresql.state import State
from autogen.plan import Step
from autogen.schema import Column, Dependent, Index, Key, Object, PrimaryKey, Schema, Table, TablePart, Unique

_ORDER = {"column": 0, "primary_key": 1, "unique": 2, "check": 3, "exclude": 4, "index": 5, "foreign_key": 6}


class Walk(Lowering):
    """Takes parts down, puts them back, and remembers what stood in the way."""

    spelling: Spelling

    def __init__(
        self,
        spelling: Spelling,
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        server: tuple[int, ...] = (),
        default_schema: str = "public",
        online: Online = OFFLINE,
    ) -> None:
        super().__init__(spelling, before, after, dependents)
        self.online = online
        self.server = server
        self.default_schema = default_schema or "public"
        self.now = State(before)
        self.pending: dict[Key, Change] = {}
        self.down: dict[Key, TablePart] = {}
        self.taken: set[Key] = set()
        """What was taken down at any time."""
        self.final: dict[Key, Column] = {}
        """Columns that a later step gives their final default."""
        self.blocked: set[Key] = set()
        """What no view or trigger may stand on while the changes run."""

    def lower(self, changes: Sequence[Change]) -> list[Step]:
        first, steps = self.walk(changes)
        before, after, notes = around(self.dependents, self.blocked, changes, self.before, self.after)
        return self.arranged(changes, first, before, noted(steps, notes), after)

    def arranged(
        self,
        changes: Sequence[Change],
        first: Sequence[Step],
        drops: Sequence[Step],
        steps: Sequence[Step],
        restored: Sequence[Step],
    ) -> list[Step]:
        """All steps in the order they run in: those that commit, and around the changes what is dropped and
        restored because it stands in the way."""
        return [*first, *drops, *steps, *restored]

    def walk(self, changes: Sequence[Change]) -> tuple[list[Step], list[Step]]:
        """The steps that must run before all others, and the others, without what lives beside the tables."""
        kept = self.fold(changes)
        first = [step for change in kept for step in self.first(change, kept)]
        self.pending = {c.before.key: c for c in kept if not isinstance(c, Create)}
        steps: list[Step] = []
        for change in kept:
            if not isinstance(change, Create):
                self.pending.pop(change.before.key, None)
            steps += self.postpone(change) if self.waits(change) else self.carry_out(change)
            steps += self.put_back()
        steps += self.put_back(at_last=True)
        return first, steps

    def first(self, change: Change, changes: Sequence[Change]) -> list[Step]:
        """Steps that run before everything else, because they commit what came before them."""
        return []

    def carry_out(self, change: Change) -> list[Step]:
        """The steps of a change, and the state after it."""
        steps = self.step(change)
        self.settle(change)
        return steps

    def settle(self, change: Change) -> None:
        """The state after a change; a created table comes with the parts folded into it."""
        self.now.apply(change)
        if not isinstance(change, Create):
            self.down.pop(change.before.key, None)
        if isinstance(change, Drop) and isinstance(change.before, Table):
            self.down = {key: part for key, part in self.down.items() if key.owner != change.key}
        if isinstance(change, Create):
            for part in self.folded.get(change.key, ()):
                self.now.add(part)

    def step(self, change: Change) -> list[Step]:
        """A part that is down already needs no drop any more, and a change of it is a creation."""
        if not isinstance(change, Create) and change.before.key in self.down:
            return [] if isinstance(change, Drop) else super().step(Create(change.after))
        if isinstance(change, Alter):
            stands = self.now.get(change.before.key)
            if stands is not None and stands != change.before:
                change = Alter(stands, change.after)
        return super().step(change)

    # -- waiting for the ground to settle ------------------------------------------------------------

    def waits(self, change: Change) -> bool:
        """Whether a part would be made now, on something whose own change is to come and would take the
        part down again, or whose final form alone the part fits."""
        if isinstance(change, Drop | Rename) or not isinstance(change.after, TablePart):
            return False
        part = change.after
        if isinstance(part, Column) and part.computed is None:
            return False
        return any(self.moves(self.pending.get(key)) for key in self.ground(part))

    def ground(self, part: TablePart) -> set[Key]:
        """What a part stands on, before and afterwards, down to the enum types of its columns."""
        keys = requires_of(part, self.before) | requires_of(part, self.after)
        columns = [schema.get(key) for schema in (self.before, self.after) for key in keys]
        return keys | {c.type.enum for c in columns if isinstance(c, Column) and c.type.enum}

    def moves(self, change: Change | None) -> bool:
        """Whether a change to come takes down what stands on the object it changes."""
        if not isinstance(change, Alter):
            return False
        if isinstance(change.after, Column):
            return not {"type", "computed"}.isdisjoint(change.changed)
        return isinstance(change.after, PrimaryKey | Unique | Index)

    def postpone(self, change: Change) -> list[Step]:
        """Takes down the part as it is; as it shall be it is put back when the ground has settled."""
        assert not isinstance(change, Drop) and isinstance(change.after, TablePart)
        steps: list[Step] = []
        if not isinstance(change, Create):
            stands = self.now.get(change.before.key)
            steps = self.take_down(stands) if isinstance(stands, TablePart) else []
            self.down.pop(change.before.key, None)
        self.down[change.after.key] = change.after
        return steps

    # -- taking down and putting back ----------------------------------------------------------------

    def take_down(self, part: TablePart) -> list[Step]:
        """Drops a part, and first what stands on it; it is put back later unless a change says otherwise."""
        if part.key not in self.now or part.key in self.down:
            return []
        self.taken.add(part.key)
        steps = self.clear(part)
        steps += super().step(Drop(part))
        self.now.remove(part.key)
        self.down[part.key] = part
        return steps

    def clear(self, part: TablePart) -> list[Step]:
        """Takes down what stands on a part."""
        self.blocked.add(part.key)
        if not isinstance(part, Column | PrimaryKey | Unique | Index):
            return []
        if isinstance(part, Index) and not part.unique:
            return []
        standing = sorted(self.now.standing_on(part), key=lambda p: (-_ORDER[p.key.kind], p.key))
        return [step for other in standing if other.key != part.key for step in self.take_down(other)]

    def put_back(self, at_last: bool = False) -> list[Step]:
        """Creates what was taken down, as far as everything it stands on has its final form."""
        steps: list[Step] = []
        for part in sorted(self.down.values(), key=lambda p: (_ORDER[p.key.kind], p.key)):
            if part.key in self.pending or not self.can_stand(part, at_last):
                continue
            del self.down[part.key]
            steps += super().step(Create(part))
            self.now.add(part)
        return steps

    def can_stand(self, part: TablePart, at_last: bool) -> bool:
        if at_last:
            return part.key in self.after
        if any(self.unsettled(key) for key in self.ground(part)):
            return False
        return all(key in self.now for key in requires_of(part, self.after))

    def unsettled(self, key: Key) -> bool:
        change = self.pending.get(key)
        return self.moves(change) if key.kind == "enum" else isinstance(change, Alter | Drop | Rename)


def requires_of(part: TablePart, schema: Schema) -> set[Key]:
    """What a part stands on in one of the schemas, without what that schema does not hold."""
    from autogen.schema import requires

    near: list[Object] = [*schema.parts(part.key.owner)]
    target = getattr(part, "target", None)
    if target is not None:
        near += schema.parts(target)
    wanted = requires(part, Schema(near))
    return {key for key in wanted if key in schema}


def noted(steps: Sequence[Step], notes: dict[Key, str]) -> list[Step]:
    """The steps with a trailing comment where something is left standing in their way."""
    return [
        replace(step, note=step.note or notes[step.subject]) if step.subject in notes else step
        for step in steps
    ]
