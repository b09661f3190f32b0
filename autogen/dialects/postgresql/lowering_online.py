"""Forms under which reads and writes of a standing table go on, on PostgreSQL.

Indexes are built and dropped CONCURRENTLY; constraints are added without a look at the rows and validated
outside the transaction; unique and primary keys take over an index that was built beforehand; NOT NULL leans
on a validated check. See online_order for what runs in which transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from autogen import operations as ops
from autogen.changes import Change, Rename
from autogen.dialects.postgresql.lowering_columns import Columns
from autogen.dialects.postgresql.lowering_parts import deferrable_sql
from autogen.dialects.postgresql.online_frame import Frame
from autogen.dialects.postgresql.online_helpers import UNBUILT
from autogen.dialects.postgresql.online_order import AUTOCOMMIT, Finish
from autogen.dialects.postgresql.sqltext import clip, identifier, table_name
from autogen.plan import Step
from autogen.schema import (
    Check,
    Code,
    Column,
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    PrimaryKey,
    Table,
    TablePart,
    Unique,
)
from autogen.source import SA, call, literal

Plain = Callable[[Constraint], list[Step]]
UNREAD = "its rows are read below, outside the transaction"
VALIDATED = "reads the rows"
TAKES_OVER = "takes over the index built above"
STANDS_IN = "stands in for NOT NULL until the rows have been read"
NO_READ = "the check says so already: no row is read under the lock"

NO_STATISTICS = "what the planner knew of it went with the old type"


class OnlineForms(Columns):
    """A part that was taken down for another change is put back in its plain form: its table is locked by
    then, and it must not be missing when the transaction ends."""

    def __init__(self, *args: Any, plain: frozenset[Key] | None = frozenset(), **kwargs: Any) -> None:
        """``plain`` are objects that keep to the plain form; all do where it is None."""
        super().__init__(*args, **kwargs)
        self.plain = plain
        self.stand_ins: dict[Key, str] = {}

    def in_use(self, table: Key) -> bool:
        """Whether the table stands throughout and others use it meanwhile."""
        standing = table in self.before and table in self.after
        return standing and table in self.online.tables

    def may(self, key: Key) -> bool:
        return self.plain is not None and key not in self.plain

    def goes_on(self, part: TablePart) -> bool:
        """Whether the part can be made or dropped in a way that lets writes go on."""
        if not self.in_use(part.key.owner) or part.key in self.taken or not self.may(part.key):
            return False
        if isinstance(part, Index):
            return not self.partitioned(part.key.owner)
        if not isinstance(part, Constraint) or isinstance(part, Exclude) or part.name is None:
            return False
        if isinstance(part, ForeignKey):
            # before 18 some of what stands for it at the partitions stays NOT VALID for good
            ends = part.key.owner, part.target
            return part.enforced and (self.server >= (18,) or not any(map(self.partitioned, ends)))
        return part.enforced if isinstance(part, Check) else not self.partitioned(part.key.owner)

    def partitioned(self, table: Key) -> bool:
        """Whether it is partitioned: such a table has no CONCURRENTLY, and takes over no index."""
        found = self.before.get(table)
        return isinstance(found, Table) and "partition_by" in dict(found.options)

    # -- indexes -------------------------------------------------------------------------------------

    def create_index(self, index: Index) -> list[Step]:
        return [self.built(index, index.key)] if self.goes_on(index) else super().create_index(index)

    def drop_index(self, index: Index) -> list[Step]:
        if not self.goes_on(index):
            return super().drop_index(index)
        how = {"postgresql_concurrently": "True", "if_exists": "True"}
        dropped = replace(ops.drop_index(self.spelling, index, how), block=AUTOCOMMIT)
        return [*self.clear(index), dropped]

    def replace_index(self, before: Index, after: Index) -> list[Step]:
        """The new one is built beside the old one, and then takes its place."""
        if not self.goes_on(after):
            return super().replace_index(before, after)
        if not before.valid:  # it goes with the first look at it
            return [*self.clear(before), self.built(after, after.key)]
        beside = replace(after, name=self.beside(after.schema, after.name))
        named = f"ALTER INDEX {self.relation(beside)} RENAME TO {identifier(after.name)}"
        return [
            self.built(beside, after.key),
            *self.clear(before),
            finish(ops.drop_index(self.spelling, before), "its successor has been built above"),
            finish(ops.execute(named, after.key)),
        ]

    alter_index = replace_index

    def built(self, index: Index, subject: Key, constraint: bool = False) -> Step:
        """CREATE INDEX CONCURRENTLY, unless an earlier run has got that far."""
        how = {"postgresql_concurrently": "True"}
        creation = ops.create_index(self.spelling, index, how).code
        args = [literal(index.name), literal(index.table)]
        further = {**ops.schema_kwarg(index.schema), **ops.flags(constraint=constraint)}
        asked = call("unbuilt", args, further, (SA,))
        code = Code(f"if {asked.text}:\n    {creation.text}", creation.imports | asked.imports)
        return Step(code, subject, block=AUTOCOMMIT, helpers=frozenset({UNBUILT}))

    def beside(self, schema: str, name: str) -> str:
        """A name for the successor of what bears this one."""
        return self.free_name(schema, name, "_new")

    def relation(self, index: Index) -> str:
        schema = f"{identifier(index.schema)}." if index.schema else ""
        return schema + identifier(index.name)

    # -- unique and primary keys ---------------------------------------------------------------------

    def create_unique(self, key: Constraint) -> list[Step]:
        return self.by_index(key) if self.goes_on(key) else super().create_unique(key)

    def create_primary_key(self, key: Constraint) -> list[Step]:
        return self.by_index(key) if self.goes_on(key) else super().create_primary_key(key)

    def alter_unique(self, before: Constraint, after: Constraint) -> list[Step]:
        """The new index is built while the old constraint stands."""
        if not self.goes_on(after):
            return super().alter_unique(before, after)
        assert isinstance(after, PrimaryKey | Unique) and after.name is not None
        dropped = [finish(step) for step in self.drop_constraint(before)]
        built, added = self.by_index(after, self.beside(after.schema, after.name))
        return [built, *dropped, added]

    alter_primary_key = alter_unique

    def by_index(self, key: Constraint, name: str | None = None) -> list[Step]:
        """The constraint takes over an index (and its own name for it) that was built beforehand."""
        assert isinstance(key, PrimaryKey | Unique) and key.name is not None
        index = Index(
            key.schema,
            key.table,
            name or key.name,
            tuple(IndexElement(c) for c in key.columns),
            unique=True,
            include=key.include,
            nulls_not_distinct=isinstance(key, Unique) and key.nulls_not_distinct,
        )
        kind = "PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"
        sql = (
            f"ALTER TABLE {table_name(key.key)} ADD CONSTRAINT {identifier(key.name)} {kind} "
            f"USING INDEX {identifier(index.name)}{deferrable_sql(key)}"
        )
        built = self.built(index, key.key, constraint=True)
        return [built, finish(ops.execute(sql, key.key), TAKES_OVER)]

    # -- foreign keys and checks ---------------------------------------------------------------------

    def create_foreign_key(self, constraint: Constraint) -> list[Step]:
        return self.validated(constraint, super().create_foreign_key)

    def create_check(self, constraint: Constraint) -> list[Step]:
        return self.validated(constraint, super().create_check)

    def alter_foreign_key(self, before: Constraint, after: Constraint) -> list[Step]:
        steps = self.constraint_in_place(before, after)
        if steps is None:
            return [*self.drop_constraint(before), *self.create_foreign_key(after)]
        validates = self.goes_on(after) and _validates(before, after)
        return [replace(step, block=AUTOCOMMIT, note=VALIDATED) for step in steps] if validates else steps

    def alter_check(self, before: Constraint, after: Constraint) -> list[Step]:
        if _validates(before, after):
            return self.alter_foreign_key(before, after)
        return [*self.drop_constraint(before), *self.create_check(after)]

    def validated(self, constraint: Constraint, plain: Plain) -> list[Step]:
        """New rows are checked at once, those that stand outside the transaction."""
        assert isinstance(constraint, ForeignKey | Check)
        if not constraint.validated or not self.goes_on(constraint):
            return plain(constraint)
        added = [replace(step, note=UNREAD) for step in plain(replace(constraint, validated=False))]
        return [*added, self.validate(constraint.key, constraint.name or "")]

    def validate(self, subject: Key, name: str) -> Step:
        sql = f"ALTER TABLE {table_name(subject)} VALIDATE CONSTRAINT {identifier(name)}"
        return replace(ops.execute(sql, subject, VALIDATED), block=AUTOCOMMIT)

    # -- NOT NULL ------------------------------------------------------------------------------------

    def alter_column(self, before: Column, after: Column) -> list[Step]:
        if not self.becomes_not_null(before, after):
            return super().alter_column(before, after)
        nullable = replace(after, nullable=True)
        name = self.stand_in(after)
        check = Check(after.schema, after.table, name, f"{identifier(after.name)} IS NOT NULL", False)
        added = [replace(step, subject=after.key, note=STANDS_IN) for step in super().create_check(check)]
        dropped = ops.drop_constraint(self.spelling, check)
        return [
            *super().alter_column(before, nullable),
            *added,
            self.validate(after.key, name),
            *(finish(step, NO_READ) for step in super().alter_column(nullable, after)),
            finish(replace(dropped, subject=after.key)),
        ]

    def becomes_not_null(self, before: Column, after: Column) -> bool:
        """Whether rows would be read for NOT NULL under a lock that can be avoided."""
        if not (before.nullable and not after.nullable and self.in_use(after.key.owner)):
            return False
        if not self.may(after.key):
            return False
        counted = (before.identity, before.autoincrement) != (after.identity, after.autoincrement)
        if counted or before.computed or after.computed:
            return False
        known = f"{identifier(after.name)} IS NOT NULL"
        checks = (p for p in self.now.parts(after.key.owner) if isinstance(p, Check))
        return not any(c.validated and c.enforced and c.expression == known for c in checks)

    def stand_in(self, column: Column) -> str:
        """A name for the check that stands in for NOT NULL."""
        names = {p.key.name for s in (self.before, self.after) for p in s.parts(column.key.owner)}
        name, n = clip(f"{column.table}_{column.name}", "_not_null"), 0
        while name in names:
            n += 1
            name = clip(f"{column.table}_{column.name}", f"_not_null{n}")
        self.stand_ins[column.key] = name
        return name

    def alter_type(self, before: Column, after: Column) -> list[Step]:
        steps = super().alter_type(before, after)
        if not self.in_use(after.key.owner):
            return steps
        sql = f"ANALYZE {table_name(after.key)} ({identifier(after.name)})"
        return [*steps, finish(ops.execute(sql, after.key), NO_STATISTICS, only_once=False)]

    # -- the whole draft -----------------------------------------------------------------------------

    def arranged(
        self,
        changes: Sequence[Change],
        first: Sequence[Step],
        drops: Sequence[Step],
        steps: Sequence[Step],
        restored: Sequence[Step],
    ) -> list[Step]:
        plain = super().arranged(changes, first, drops, steps, restored)
        if not self.online.tables:
            return plain
        renamed = {c.after.key: c.before.key for c in changes if isinstance(c, Rename)}
        frame = Frame(self.before, self.after, self.online, self.ground, renamed, self.stand_ins)
        return frame.around(plain, whole=bool(drops or restored))


def finish(step: Step, note: str = "", only_once: bool = True) -> Step:
    note = note or step.note
    return Finish(step.code, step.subject, note, step.block, step.helpers, only_once=only_once)


def _validates(before: Constraint, after: Constraint) -> bool:
    """Whether the two differ by their validation alone."""
    if not isinstance(before, ForeignKey | Check) or not isinstance(after, ForeignKey | Check):
        return False
    return not before.validated and replace(before, validated=True) == after
