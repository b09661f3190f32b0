"""Accepted renames of PostgreSQL as steps, before or after all other changes of a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from autogen import operations as ops
from autogen.changes import Alter, Change, Rename
from autogen.dialects.lowering import Phases
from autogen.dialects.postgresql.default_names import default_name, object_name
from autogen.dialects.postgresql.following import unnamed
from autogen.dialects.postgresql.lowering_enums import Enums, grows
from autogen.dialects.postgresql.new_names import in_new_names
from autogen.dialects.postgresql.obstacles import around
from autogen.dialects.postgresql.sqltext import identifier, qualified
from autogen.dialects.postgresql.walk import noted
from autogen.plan import Step
from autogen.schema import Column, Constraint, EnumType, Key, Schema, Table
from autogen.schema.renaming import NewNames


class Renames(Enums):
    """The walk over the other changes sees the schema in its new names, before them on the way up; what lives
    beside the tables is dropped before everything and restored after it, each under the names of then."""

    def lower_around(
        self, found: Phases, changes: Sequence[Change], before: Schema, after: Schema
    ) -> list[Step]:
        """All steps; ``before`` and ``after`` are the schemas at the very start and end."""
        self._look(found)
        self.live_enums = {
            c.after.key: c.before
            for c in changes
            if isinstance(c, Rename) and isinstance(c.before, EnumType) and not found.down
        }
        at_once, steps = self.walk(found.rest)
        renames = [step for rename in found.renames for step in self.rename(rename)]
        first, last = ([s for c in part for s in self.step(c)] for part in (found.first, found.last))
        steps = [*steps, *renames, *last] if found.down else [*first, *renames, *steps]
        drops, restored, notes = around(self.dependents, self.blocked, changes, before, after)
        return self.arranged(changes, at_once, drops, noted(steps, notes), restored)

    def first(self, change: Change, changes: Sequence[Change]) -> list[Step]:
        """New labels come before the renames, in the words of the type as it is in the database."""
        live = self.live_enums.get(change.key)
        if live is None or not isinstance(change, Alter) or not isinstance(change.before, EnumType):
            return super().first(change, changes)
        assert isinstance(live, EnumType) and isinstance(change.after, EnumType)
        if not grows(change.before, change.after):
            return []
        old = dict(zip(change.before.labels, live.labels, strict=True))
        labels = tuple(old.get(label, label) for label in change.after.labels)
        return self.add_labels(live, replace(change.after, labels=labels))

    def _look(self, found: Phases) -> None:
        """The columns that own a sequence, by table, the names that relations have at any time, and the
        schemas that are there for the renames alone."""
        self.counted: dict[Key, list[str]] = defaultdict(list)
        for column in found.start.of_kind(Column):
            if column.autoincrement or column.identity:
                self.counted[column.key.owner].append(column.name)
        self.following: dict[Key, list[Constraint]] = defaultdict(list)
        for part in found.following:
            self.following[part.key.owner].append(part)
        self.relations = {
            (o.key.schema, o.key.name)
            for schema in (found.start, found.before, found.after)
            for o in schema
            if o.kind in ("table", "sequence", "index")
        }
        known = {o.key.schema for schema in (found.start, found.before, found.after) for o in schema}
        moved = [rename for rename in found.renames if isinstance(rename.after, Table)]
        stops = {rename.after.key for rename in moved} & {rename.before.key for rename in moved}
        self.aside = {key.schema for key in stops} - known

    def rename(self, rename: Rename) -> list[Step]:
        """A table that makes way for another one does so in a schema that stands as long as it is there."""
        before, after = rename.before.key, rename.after.key
        steps = [*super().rename(rename), *self.rename_owned(rename), *self.rename_following(rename)]
        if before.schema != after.schema and after.schema in self.aside:
            steps.insert(0, ops.execute(f"CREATE SCHEMA {identifier(after.schema)}", after))
        if before.schema != after.schema and before.schema in self.aside:
            steps.append(ops.execute(f"DROP SCHEMA {identifier(before.schema)}", after))
        return steps

    def rename_following(self, rename: Rename) -> list[Step]:
        """The constraints that the server named after a table or column."""
        before, after = rename.before.key, rename.after.key
        if not isinstance(rename.before, Table | Column):
            return []
        steps: list[Step] = []
        kept: list[Constraint] = []
        for old in self.following.pop(before.owner, ()):
            names = NewNames.of(Schema(), [(before, after)])
            new = unnamed(names.renamed(old, in_new_names))
            new = replace(new, name=default_name(new, frozenset()))
            kept.append(new)
            steps += self.rename_constraint(old, new)
        self.following[after.owner] += kept
        return steps

    def rename_owned(self, rename: Rename) -> list[Step]:
        """The sequences named after a table or column that is renamed."""
        before, after = rename.before.key, rename.after.key
        if isinstance(rename.before, Table):
            columns = self.counted.pop(before, [])
            self.counted[after] = columns
            old = [(before.name, column) for column in columns]
            new = [(after.name, column) for column in columns]
        elif isinstance(rename.before, Column) and before.name in self.counted[after.owner]:
            self.counted[after.owner].remove(before.name)
            self.counted[after.owner].append(after.name)
            old, new = [(before.table, before.name)], [(after.table, after.name)]
        else:
            return []
        steps = []
        for was, becomes in zip(old, new, strict=True):
            names = object_name(*was, "seq"), object_name(*becomes, "seq")
            if names[0] != names[1] and not any((after.schema, name) in self.relations for name in names):
                sequence = qualified(after.schema, names[0])
                sql = f"ALTER SEQUENCE IF EXISTS {sequence} RENAME TO {identifier(names[1])}"
                steps.append(ops.execute(sql, rename.after.key))
        return steps
