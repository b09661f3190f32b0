"""Changes -> steps: the generic walk. A dialect overrides what its server does differently.

The walk takes the changes in the order given and calls one method per (shape, kind): ``create_column``,
``drop_index``, ``alter_table``, ``rename_unique`` … Parts of a created table are folded into its
``op.create_table`` and parts of a dropped table vanish with it; a foreign key is folded only when everything
it refers to stands by then (is still standing, on the way down), otherwise it keeps a step of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen import operations as ops
from autogen.changes import Alter, Change, Create, Drop, Rename, pairs_of, parted, stepwise
from autogen.plan import Step
from autogen.schema import (
    Check,
    Code,
    Column,
    Constraint,
    Dependent,
    ForeignKey,
    Index,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
    Unique,
    needed_by,
)
from autogen.schema.renaming import NewNames
from autogen.source import literal
from autogen.values import value

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect


@value(frozen=True)
class Phases:
    """The changes of one direction with its accepted renames set apart.

    ``rest`` are all other changes, from ``before`` to ``after``: they are lowered as if there had been no
    renames. ``first`` come before the renames, ``last`` after everything; ``down`` says that the renames
    come after the rest. ``renames`` are in an order that runs; ``start`` is the schema they find.
    """

    first: Sequence[Change]
    renames: Sequence[Rename]
    rest: Sequence[Change]
    last: Sequence[Change]
    before: Schema
    after: Schema
    start: Schema
    down: bool
    following: tuple[Constraint, ...] = ()
    """The constraints of ``start`` that change their names with tables and columns (see Dialect.follow)."""


def phases(dialect: Dialect, changes: Sequence[Change], before: Schema, after: Schema) -> Phases:
    parts = parted(changes)
    if not parts.renames:
        return Phases((), (), changes, (), before, after, before, False)
    back = [rename.reverse() for rename in parts.renames] if parts.down else parts.renames
    live, models = (after, before) if parts.down else (before, after)
    pairs = list(pairs_of(back))
    along = list(dialect.follow(live, models, pairs))
    names = NewNames.of(live, [*pairs, *along])
    middle = Schema((names.renamed(o, dialect.in_new_names) for o in live), live.skipped)
    start = middle if parts.down else live
    found = (start.get(names.key(key) if parts.down else key) for key, _ in along)
    following = tuple(part for part in found if isinstance(part, Constraint))
    new_names = ((names.key(old), live.by_key[old]) if parts.down else (old, new) for old, new in along)
    renames = stepwise(parts.renames, start, {key: to.name for key, to in new_names if to.name})
    if parts.down:
        return Phases((), renames, parts.rest, parts.last, before, middle, start, True, following)
    return Phases(parts.first, renames, parts.rest, (), middle, after, start, False, following)


class Lowering:
    """One walk over the changes of an upgrade or a downgrade, from schema ``before`` to ``after``."""

    def __init__(
        self, spelling: ops.Spelling, before: Schema, after: Schema, dependents: Sequence[Dependent] = ()
    ) -> None:
        self.spelling = spelling
        self.before = before
        self.after = after
        self.dependents = dependents
        self.folded: dict[Key, list[TablePart]] = {}

    # -- the walk ------------------------------------------------------------------------------------

    def lower(self, changes: Sequence[Change]) -> list[Step]:
        kept = self.fold(changes)
        return [step for change in kept for step in self.step(change)]

    def lower_phases(self, found: Phases) -> list[Step]:
        """The steps of all changes, the accepted renames before or after the others."""
        renames = [step for rename in found.renames for step in self.rename(rename)]
        first, last = (
            [s for c in part for s in Lowering.step(self, c)] for part in (found.first, found.last)
        )
        rest = self.lower(found.rest)
        return [*first, *rest, *renames, *last] if found.down else [*first, *renames, *rest]

    def rename(self, rename: Rename) -> list[Step]:
        """The steps of an accepted rename, which runs before or after all changes of the walk."""
        return Lowering.step(self, rename)

    def step(self, change: Change) -> list[Step]:
        """The steps of one change."""
        if isinstance(change, Create):
            return list(getattr(self, f"create_{change.after.kind}")(change.after))
        if isinstance(change, Drop):
            return list(getattr(self, f"drop_{change.before.kind}")(change.before))
        shape = "alter" if isinstance(change, Alter) else "rename"
        return list(getattr(self, f"{shape}_{change.after.kind}")(change.before, change.after))

    def fold(self, changes: Sequence[Change]) -> list[Change]:
        """The changes without those that a created or dropped table takes along; fills ``self.folded``."""
        created = {
            c.key: i for i, c in enumerate(changes) if isinstance(c, Create) and isinstance(c.after, Table)
        }
        dropped = {
            c.key: i for i, c in enumerate(changes) if isinstance(c, Drop) and isinstance(c.before, Table)
        }
        self.folded = {table: [] for table in created}
        happens = {c.key: i for i, c in enumerate(changes)}
        for key in happens:
            if key.table and key.kind != "index" and key.owner in created and key.kind != "foreign_key":
                happens[key] = created[key.owner]
        kept: list[Change] = []
        for change in changes:
            owner = change.key.owner
            if isinstance(change, Create) and owner in created and change.key.table:
                part = change.after
                if self.folds_in(part, created[owner], happens):
                    self.folded[owner].append(part)  # type: ignore[arg-type]
                    continue
            if isinstance(change, Drop) and owner in dropped and change.key.table:  # noqa: SIM102
                if self.falls_with(change.before, dropped[owner], happens, dropped):
                    continue
            kept.append(change)
        return kept

    def folds_in(self, part: Object, at: int, happens: dict[Key, int]) -> bool:
        """Whether a part of a table created at position ``at`` can be an argument of ``op.create_table``."""
        if isinstance(part, ForeignKey):
            ready = all(happens.get(key, -1) <= at for key in needed_by(part, self.after))
            return ready and not dotted(part)
        if isinstance(part, Constraint):
            return ops.inline_constraint(self.spelling, part) is not None
        return isinstance(part, Column)

    def falls_with(self, part: Object, at: int, happens: dict[Key, int], dropped: dict[Key, int]) -> bool:
        """Whether a part of a table dropped at position ``at`` needs no step of its own before that."""
        if not isinstance(part, ForeignKey):
            return True
        return all(
            (dropped[key.owner] if key.owner in dropped else happens.get(key, at)) >= at
            for key in needed_by(part, self.before)
        )

    # -- tables --------------------------------------------------------------------------------------

    def create_table(self, table: Table) -> list[Step]:
        parts = self.folded.get(table.key, [])
        columns = sorted((p for p in parts if isinstance(p, Column)), key=lambda c: c.position)
        order = {PrimaryKey: 0, Unique: 1, ForeignKey: 2, Check: 3}
        constraints = [p for p in parts if isinstance(p, Constraint)]
        constraints.sort(key=lambda c: (order.get(type(c), 4), c.key))
        return [ops.create_table(self.spelling, table, columns, constraints)]

    def drop_table(self, table: Table) -> list[Step]:
        return [ops.drop_table(table)]

    def alter_table(self, before: Table, after: Table) -> list[Step]:
        steps = []
        if before.comment != after.comment:
            steps.append(ops.table_comment(after, before.comment))
        if before.options != after.options:
            steps.extend(self.alter_table_options(before, after))
        return steps

    def alter_table_options(self, before: Table, after: Table) -> list[Step]:
        """Changes engine, fillfactor and the like; the generic dialect knows none."""
        return []

    def rename_table(self, before: Table, after: Table) -> list[Step]:
        code = ops.op(
            "rename_table", literal(before.name), literal(after.name), **ops.schema_kwarg(before.schema)
        )
        return [ops.step(code, after.key)]

    # -- columns -------------------------------------------------------------------------------------

    def create_column(self, column: Column) -> list[Step]:
        return [ops.add_column(self.spelling, column)]

    def drop_column(self, column: Column) -> list[Step]:
        return [ops.drop_column(column)]

    def alter_column(self, before: Column, after: Column) -> list[Step]:
        """Drops and adds a column whose generation changes (no server alters that), alters any other."""
        if before.computed != after.computed:
            return [*self.drop_column(before), *self.create_column(after)]
        changed = self.changed_kwargs(before, after)
        if not changed:
            return []
        return [ops.alter_column(after, changed, self.existing_kwargs(before, after, changed))]

    def changed_kwargs(self, before: Column, after: Column) -> dict[str, Code | str]:
        """The arguments of ``op.alter_column`` that say what changes."""
        changed: dict[str, Code | str] = {}
        if before.type != after.type:
            changed["type_"] = self.spelling.type_code(after.type)
        if before.nullable != after.nullable:
            changed["nullable"] = literal(after.nullable)
        if (before.default, before.on_update) != (after.default, after.on_update):
            unset = after.default is None and after.on_update is None
            changed["server_default"] = "None" if unset else self.spelling.default_code(after)
        if before.comment != after.comment:
            changed["comment"] = literal(after.comment)
        return changed

    def existing_kwargs(
        self, before: Column, after: Column, changed: dict[str, Code | str]
    ) -> dict[str, Code | str]:
        """The ``existing_*`` facts a reader and a server need beside the change."""
        existing: dict[str, Code | str] = {}
        if "type_" in changed or "nullable" in changed:
            existing["existing_type"] = self.spelling.type_code(before.type)
        if "nullable" not in changed and "type_" in changed:
            existing["existing_nullable"] = literal(before.nullable)
        if "comment" in changed and before.comment is not None:
            existing["existing_comment"] = literal(before.comment)
        return existing

    def rename_column(self, before: Column, after: Column) -> list[Step]:
        renamed = ops.alter_column(before, {"new_column_name": literal(after.name)})
        return [replace(renamed, subject=after.key)]

    # -- constraints and indexes ---------------------------------------------------------------------

    def create_constraint(self, constraint: Constraint) -> list[Step]:
        if isinstance(constraint, ForeignKey) and dotted(constraint):
            return [ops.execute(self._foreign_key_sql(constraint), constraint.key)]
        created = ops.create_constraint(self.spelling, constraint)
        return [created] if created else []

    def _foreign_key_sql(self, fk: ForeignKey) -> str:
        columns, targets = (", ".join(map(self.quote, names)) for names in (fk.columns, fk.target_columns))
        source, target = (
            ".".join(self.quote(n) for n in (k.schema, k.name) if n) for k in (fk.key.owner, fk.target)
        )
        words = [f"ALTER TABLE {source} ADD"]
        words += [f"CONSTRAINT {self.quote(fk.name)}"] if fk.name else []
        words += [f"FOREIGN KEY ({columns}) REFERENCES {target} ({targets})"]
        words += [f"MATCH {fk.match}"] if fk.match else []
        words += [f"ON DELETE {fk.on_delete}"] if fk.on_delete else []
        words += [f"ON UPDATE {fk.on_update}"] if fk.on_update else []
        words += ["DEFERRABLE"] if fk.deferrable else []
        words += ["INITIALLY DEFERRED"] if fk.initially_deferred else []
        return " ".join(words)

    def drop_constraint(self, constraint: Constraint) -> list[Step]:
        return [ops.drop_constraint(self.spelling, constraint)]

    def replace_constraint(self, before: Constraint, after: Constraint) -> list[Step]:
        return [*self.drop_constraint(before), *self.create_constraint(after)]

    create_primary_key = create_unique = create_foreign_key = create_check = create_exclude = (
        create_constraint
    )
    drop_primary_key = drop_unique = drop_foreign_key = drop_check = drop_exclude = drop_constraint
    alter_primary_key = alter_unique = alter_foreign_key = alter_check = alter_exclude = replace_constraint
    rename_primary_key = rename_unique = rename_foreign_key = rename_check = rename_exclude = (
        replace_constraint
    )

    def create_index(self, index: Index) -> list[Step]:
        return [ops.create_index(self.spelling, index)]

    def drop_index(self, index: Index) -> list[Step]:
        return [ops.drop_index(self.spelling, index)]

    def replace_index(self, before: Index, after: Index) -> list[Step]:
        return [*self.drop_index(before), *self.create_index(after)]

    alter_index = rename_index = replace_index

    # -- what only some servers have -----------------------------------------------------------------

    def create_schema(self, namespace: Any) -> list[Step]:
        return [ops.execute(f"CREATE SCHEMA {self.quote(namespace.name)}", namespace.key)]

    def drop_schema(self, namespace: Any) -> list[Step]:
        return [ops.execute(f"DROP SCHEMA {self.quote(namespace.name)}", namespace.key)]

    def quote(self, name: str) -> str:
        """An SQL identifier, always quoted."""
        return '"' + name.replace('"', '""') + '"'


def dotted(fk: ForeignKey) -> bool:
    """Whether a target's name holds a dot: SQLAlchemy and Alembic write targets as ``table.column`` and would
    take it for another boundary."""
    return "." in "".join((fk.target_schema, fk.target_table, *fk.target_columns))
