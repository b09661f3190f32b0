"""Changes -> steps on SQLite: native ALTER TABLE where it can, one rebuild a table for everything else.

The changes say which tables and columns were renamed; what else has to be done is what still differs
between the two schemas after the renames. So all changes of a table come together in one place, in
whatever order they were given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from autogen import operations as ops
from autogen.changes import Alter, Change, Create, Rename, pairs_of, parted, stepwise
from autogen.dialects.sqlite import effects, native, restore
from autogen.dialects.sqlite.guard import GUARD_IMPORTS, REBUILDING
from autogen.dialects.sqlite.rebuild import Naming, TableDiff, create, reason, rebuild
from autogen.dialects.sqlite.spelling import DECLARED_TYPE, Spelling
from autogen.errors import AutogenError
from autogen.plan import Step
from autogen.schema import Code, Column, Dependent, ForeignKey, Index, Key, Namespace, Schema, Table
from autogen.source import SA, literal

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect

_BLOCK = "with rebuilding():"


def steps(
    dialect: Dialect,
    changes: Sequence[Change],
    before: Schema,
    after: Schema,
    dependents: Sequence[Dependent] = (),
) -> list[Step]:
    """The whole upgrade or downgrade; under ``with rebuilding():`` where any table is rebuilt."""
    for namespace in after.of_kind(Namespace):
        if namespace.key not in before:
            raise AutogenError(
                f'The models have tables in schema "{namespace.name}", but no database is attached to the '
                "SQLite connection under this name. Attach it in the models' engine and in env.py, or leave "
                "these tables out (exclude)."
            )
    passes = [_Lowering(dialect, *part, dependents) for part in _passes(changes, before, after)]
    lowered = [step for lowering in passes for step in lowering.run()]
    if any(lowering.guarded for lowering in passes):
        lowered = [replace(step, block=_BLOCK) for step in lowered]
        first = lowered[0]
        code = Code(first.code.text, first.code.imports | GUARD_IMPORTS)
        lowered[0] = replace(first, code=code, helpers=first.helpers | {REBUILDING})
    return [_with_declared_types(step) for step in lowered]


def _passes(
    changes: Sequence[Change], before: Schema, after: Schema
) -> list[tuple[Sequence[Change], Schema, Schema]]:
    """All changes at once; but a column that is altered after its creation must be in both forms in turn."""
    created = {c.key: c.after for c in changes if isinstance(c, Create)}
    again = [c for c in changes if isinstance(c, Alter) and c.key in created]
    if not again:
        return [(changes, before, after)]
    middle = after.replace(add=[created[c.key] for c in again])
    return [([c for c in changes if c not in again], before, middle), (again, middle, after)]


def _with_declared_types(step: Step) -> Step:
    if "DeclaredType(" not in step.code.text:
        return step
    code = Code(step.code.text, step.code.imports | {SA})
    return replace(step, code=code, helpers=step.helpers | {DECLARED_TYPE})


class _Lowering:
    """One direction of one draft."""

    def __init__(
        self,
        dialect: Dialect,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent],
    ) -> None:
        self.final_names = dialect.final_names
        self.naming = Naming(dialect.final_names, getattr(dialect, "conventions", False))
        self.version: tuple[int, ...] = getattr(dialect.sqla, "server_version_info", None) or _library()
        self.before, self.after = before, after
        self.order = {change.key.owner: n for n, change in reversed(list(enumerate(changes)))}
        accepted = parted(changes).renames
        self.becomes = dict(pairs_of(accepted))
        self.renames = stepwise(accepted, before)
        self.came_from: dict[Key, dict[str, str]] = {}
        self.native_renames: list[Rename] = []
        self.guarded = False
        self.current = self._after_renames()
        self.beside = restore.Beside(before, self.current, after, self.renames, dependents)

    def run(self) -> list[Step]:
        """The steps in an order that runs: make room, rename, create, alter, restore."""
        kept = self._in_order(t.key for t in self.current.tables if t.key in self.after)
        diffs = [TableDiff(k, self.current, self.after, self.came_from.get(k, {})) for k in kept]
        blockers = {d.key: native.blockers(d, self.version, self.beside) for d in diffs}
        rebuilt = {key for key, found in blockers.items() if found}
        dropped = self._dropped_tables()
        self.guarded = bool(rebuilt) or self._cuts_off(dropped)
        made = [
            *self.beside.make_way(),
            *(self._drop_index(i) for i in self._fallen_indexes(diffs, rebuilt)),
            *(ops.drop_table(t) for t in dropped),
            *self._rename(bool(rebuilt)),
            *self._create_tables(),
        ]
        for diff in diffs:
            if diff.key in rebuilt:
                triggers = self.beside.triggers_of(diff.key)
                why = reason(blockers[diff.key])
                made.extend(rebuild(diff, self._temporary(diff.key), self.naming, triggers, why))
            else:
                made.extend(native.alter(diff, self.final_names))
        return [*made, *self.beside.restore(rebuilt)]

    # -- renames -------------------------------------------------------------------------------------

    def _after_renames(self) -> Schema:
        """The schema once tables and columns have their new names; a column whose new name is still
        taken by one that will be dropped gets it in the rebuild's copy instead."""
        current = self.before
        for rename in self.renames:
            column = isinstance(rename.before, Column)
            if not column and rename.after.key in current and rename.after.key != rename.before.key:
                fallen = [p.key for p in current.parts(rename.after.key)]
                current = current.replace(remove=[rename.after.key, *fallen])
            old_key = self._now(rename.before.key)
            taken = column and self._now(rename.after.key) in current
            if taken:
                self.came_from.setdefault(rename.after.key.owner, {})[rename.after.key.name] = old_key.name
            elif old_key in current or rename.before.key in current:
                current = effects.renamed(current, rename)
                self.native_renames.append(rename)
        return current

    def _now(self, key: Key) -> Key:
        """Columns are renamed within the table's name of that moment."""
        return key

    def _rename(self, rebuilding: bool) -> list[Step]:
        made: list[Step] = []
        for rename in self.native_renames:
            before, after = rename.before, rename.after
            if isinstance(before, Table):
                code = ops.op(
                    "rename_table",
                    literal(before.name),
                    literal(after.key.name),
                    **ops.schema_kwarg(before.schema),
                )
                made.append(ops.step(code, after.key))
            elif isinstance(before, Column):
                made.append(ops.alter_column(before, {"new_column_name": literal(after.key.name)}))
        tables = [r for r in self.native_renames if isinstance(r.before, Table)]
        if self.guarded and tables:
            # the guard's legacy renames leave alone what refers to a table; these here must not
            subject = made[0].subject
            note = "foreign keys, views and triggers follow these renames"
            off = ops.execute("PRAGMA legacy_alter_table = OFF", subject, note)
            made = [off, *made, ops.execute("PRAGMA legacy_alter_table = ON", made[-1].subject)]
        return made

    # -- whole tables --------------------------------------------------------------------------------

    def _in_order(self, keys: object) -> list[Key]:
        last = len(self.order)
        return sorted(keys, key=lambda k: (self.order.get(k, last), k))  # type: ignore[call-overload, no-any-return]

    def _dropped_tables(self) -> list[Table]:
        """Tables that go, children before their parents where there is no cycle."""
        going = {t.key: t for t in self.before.tables if not self._survives(t)}
        place = {key: n for n, key in enumerate(going)}
        children = {key: self._children[key] - {key} for key in going}
        parents: dict[Key, list[Key]] = defaultdict(list)
        for parent, found in children.items():
            for child in found:
                parents[child].append(parent)
        ordered: list[Table] = []
        free = [key for key in going if not children[key]]
        while going:
            chosen = free or [next(iter(going))]
            ordered.extend(going.pop(key) for key in chosen)
            freed: set[Key] = set()
            for key in chosen:
                for parent in parents[key]:
                    children[parent].discard(key)
                    if parent in going and not children[parent]:
                        freed.add(parent)
            free = sorted(freed, key=place.__getitem__)
        return ordered

    @cached_property
    def _children(self) -> dict[Key, set[Key]]:
        """The tables whose foreign keys would act when the rows of a table are deleted, by that table."""
        found: dict[Key, set[Key]] = defaultdict(set)
        for fk in self.before.of_kind(ForeignKey):
            child = fk.key.owner
            if child != fk.target or fk.on_delete == "RESTRICT":
                found[fk.target].add(child)
        return found

    def _cuts_off(self, dropped: Sequence[Table]) -> bool:
        """Whether any table is dropped, in this order, while a foreign key into it would act."""
        gone: set[Key] = set()
        for table in dropped:
            if not self._children[table.key] <= gone:
                return True
            gone.add(table.key)
        return False

    def _survives(self, table: Table) -> bool:
        key = table.key
        if key in self.becomes:
            return self.becomes[key] in self.after
        return key not in self.becomes.values() and key in self.after

    def _create_tables(self) -> list[Step]:
        made: list[Step] = []
        created = self._in_order(t.key for t in self.after.tables if t.key not in self.current)
        for key in created:
            spelling = Spelling(self.after, self.final_names)
            made.append(create(self.after, key, self.after.columns(key), self.naming))
            indexes = sorted((p for p in self.after.parts(key) if isinstance(p, Index)), key=lambda i: i.key)
            made.extend(ops.create_index(spelling, index) for index in indexes)
            made.extend(ops.execute(sql, key) for sql in self.beside.triggers_of(key))
        return made

    def _temporary(self, key: Key) -> str:
        name = f"_new_{key.name}"
        while name.lower() in self._taken:
            name = f"_{name}"
        return name

    @cached_property
    def _taken(self) -> set[str]:
        """Names of tables and whatever else stands, before, meanwhile or after."""
        tables = {t.name for s in (self.before, self.current, self.after) for t in s.tables}
        skipped = {skipped.object for skipped in self.before.skipped}
        return {name.lower() for name in tables | skipped | set(self.beside.names)}

    # -- indexes -------------------------------------------------------------------------------------

    def _fallen_indexes(self, diffs: Sequence[TableDiff], rebuilt: set[Key]) -> list[Index]:
        """Indexes to drop before anything else: those of a rebuilt table fall with it, unless another
        table needs their name."""
        wanted = {(i.schema, i.name.lower()): i for i in self.after.of_kind(Index)}
        fallen: list[Index] = []
        for diff in diffs:
            _, dropped, altered = diff.of(Index)
            for index in (*dropped, *(old for old, _ in altered)):
                assert isinstance(index, Index)
                again = wanted.get((index.schema, index.name.lower()))
                if diff.key not in rebuilt or (again and again.table != index.table):
                    fallen.append(index)
        return fallen

    def _drop_index(self, index: Index) -> Step:
        return ops.drop_index(Spelling(self.before, self.final_names), index)


def _library() -> tuple[int, ...]:
    import sqlite3

    return sqlite3.sqlite_version_info
