"""The split itself: each change finds its phase, what needs two phases is taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from autogen.changes import Alter, Change, Create, Drop, Rename, apply, is_moved, pairs_of
from autogen.compare.order import ordered
from autogen.dialects.base import Dialect
from autogen.dialects.transition import Transition
from autogen.phase import Backfill, Beside, Copy, Stage
from autogen.phases import apart
from autogen.phases.facts import Facts
from autogen.phases.sides import demanding, in_key, late, relaxed
from autogen.plan import Comparison
from autogen.schema import Column, Key, Namespace, Pair, Schema, Skipped, Table
from autogen.schema.renaming import NewNames


class Split:
    """One comparison taken apart. ``why`` are the objects that call for phases, with what the new code does
    about them; ``whole`` those that do and cannot be split.

    ``base`` is the live schema after the renames that the expand phase makes, of everything but columns.
    """

    def __init__(
        self, comparison: Comparison, dialect: Dialect, transition: Transition, facts: Facts
    ) -> None:
        self.comparison = comparison
        self.dialect, self.transition, self.facts = dialect, transition, facts
        self.why: list[tuple[Key, str]] = []
        self.whole: list[Skipped] = []
        self.beside: list[Beside] = []
        self.backfills: list[Backfill] = []
        self.refills: list[tuple[Key, str]] = []
        self.early: list[Change] = []
        self.relaxing: list[Change] = []
        self.released: list[Change] = []
        self.last: list[Change] = []
        self.pinned: set[Key] = set()
        self.relaxed: dict[Key, Column] = {}
        self.copies: list[Copy] = []
        self.column_pairs: list[Pair] = []
        renames = [c for c in comparison.changes if isinstance(c, Rename) and is_moved(c)]
        self.first_renames = [r for r in renames if not isinstance(r.before, Column)]
        self.gone = {c.key for c in comparison.changes if isinstance(c, Drop) and isinstance(c.before, Table)}
        self.first_pairs = list(pairs_of(self.first_renames))
        self.base, self.names = self._renamed(comparison.before, self.first_pairs)
        self.live_names = {after: before for before, after in pairs_of(renames)}
        self._tables()
        self._columns([r for r in renames if isinstance(r.before, Column)])
        self._rest([c for c in comparison.changes if c not in renames])
        self._middle()

    # -- the phases ----------------------------------------------------------------------------------

    def expand(self) -> Stage:
        made = self._comparison(self.first_renames, self.first_pairs, self.early, self.start, self.middle)
        return Stage(replace(made, renaming=self.comparison.renaming))

    def contract(self) -> tuple[Stage, ...]:
        """Relax, drop what the other column of a pair takes the place of, and all the rest."""
        stages: list[Stage] = []
        now = self.middle
        for changes, refill in ((self.relaxing, ()), (self.released, tuple(self.refills))):
            if changes:
                then = apply(changes, now)
                stages.append(Stage(self._comparison((), (), changes, now, then), refill, self._notes()))
                now = then
        renames = self._last_renames(now)
        left, _ = self._renamed(now, self.column_pairs)
        reached = apply(self.last, left).skipping(self.comparison.after.skipped)
        stages.append(Stage(self._comparison(renames, self.column_pairs, self.last, now, reached)))
        return tuple(stages)

    def _notes(self) -> tuple[tuple[Key, str], ...]:
        """Why the second of two columns goes; by its key."""
        return tuple(
            (
                (copy.target.key, f"the copy: {copy.source.name} takes its name")
                if copy.mirrored
                else (copy.source.key, f"{copy.target.name} takes its name")
            )
            for copy in self.copies
        )

    def _comparison(
        self,
        renames: Iterable[Rename],
        pairs: Sequence[Pair],
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
    ) -> Comparison:
        """The renames before the other changes, schemas for what moves there before all."""
        left, _ = self._renamed(before, pairs)
        in_order = ordered(changes, left, after)
        schemas = [c for c in in_order if isinstance(c, Create) and isinstance(c.after, Namespace)]
        rest = [c for c in in_order if c not in schemas]
        return Comparison((*schemas, *renames, *rest), before, after)

    def _last_renames(self, now: Schema) -> list[Rename]:
        left, names = self._renamed(now, self.column_pairs)
        return [Rename(now.by_key[b], left.by_key[names.key(b)]) for b, _ in self.column_pairs]

    def _renamed(self, schema: Schema, pairs: Sequence[Pair]) -> tuple[Schema, NewNames]:
        """The schema after renames, with the constraints whose names follow."""
        along = self.dialect.follow(schema, self.comparison.after, pairs) if pairs else ()
        names = NewNames.of(schema, [*pairs, *along])
        if not pairs:
            return schema, names
        moved = (names.renamed(o, self.dialect.in_new_names) for o in schema)
        return Schema(moved, schema.skipped), names

    def _middle(self) -> None:
        """The schema between the phases, and the one that the expand phase starts from."""
        self.start = self.comparison.before
        self.middle = apply(self.early, self.base)
        if self.first_renames:
            left = self.base
            self.first_renames = [
                Rename(r.before, left.by_key[self.names.key(r.before.key)]) for r in self.first_renames
            ]
        for copy in self.copies:
            source, target = copy.source.name, copy.target.name
            purpose = f"{target} follows {source}"
            purpose += f", and {source} follows {target}, whichever is written" if copy.mirrored else ""
            triggers = self.transition.sync(copy, self.middle)
            self.beside += (Beside(copy.table, one, "" if n else purpose) for n, one in enumerate(triggers))

    # -- tables --------------------------------------------------------------------------------------

    def _tables(self) -> None:
        """A renamed table is seen under its old name as well."""
        for rename in self.first_renames:
            before, after = rename.before, rename.after
            if not isinstance(before, Table):
                continue
            reason = self.transition.cannot_stand_in(before.key, self.facts.dependents)
            if before.key in self.comparison.after:
                reason = "another table takes its name"
            if reason:
                self.whole.append(Skipped(after.key.label, reason))
                continue
            columns = self.comparison.before.columns(before.key)
            views = self.transition.stand_in(before.key, after.key, columns, self.facts.dependents)
            purpose = f"for code that still says {before.key.label}"
            self.beside += (Beside(after.key, view, purpose) for view in views)
            self.why.append((after.key, f"uses {after.key.label} instead of {before.key.label}"))

    # -- columns -------------------------------------------------------------------------------------

    def _columns(self, renames: Sequence[Rename]) -> None:
        leaving = {r.before.key for r in renames}
        for rename in renames:
            assert isinstance(rename.before, Column) and isinstance(rename.after, Column)
            owner = self.names.table(rename.before.key.owner)
            old, new = self.base.column(owner, rename.before.name), rename.after
            assert old is not None
            self.column_pairs.append((old.key, new.key))
            self.pinned.add(new.key)
            reason = apart.cannot_mirror(old, new, self.base, leaving, self.transition)
            if reason:
                self.whole.append(Skipped(new.key.label, reason))
            else:
                self._mirrored(old, new)

    def _mirrored(self, old: Column, new: Column) -> None:
        """A copy under the new name while both are used. Afterwards the copy goes and the column itself takes
        its name: nothing that stands on it has to be built again."""
        copy = apart.copy_of(old, new.name, old.type, self.base)
        self.early.append(Create(copy))
        standing = old
        if not self.transition.fills_before_checks and demanding(old):
            standing = relaxed(old)
            self.early.append(Alter(old, standing))
            self.relaxed[new.key] = new
        self.released.append(Drop(copy))
        pair = Copy(standing, copy, mirrored=True)
        self._copied(pair, self.transition.quote(old.name), self.transition.quote(old.name))
        self.why.append((new.key, f"uses {new.key.label} instead of {old.name}"))

    def _copied(self, pair: Copy, value: str, refill: str) -> None:
        """The backfill of a copy, and the statement that fills what the downgrade adds again."""
        self.copies.append(pair)
        quote, source, target = self.transition.quote, pair.source, pair.target
        unfilled = f"{quote(target.name)} IS NULL AND {quote(source.name)} IS NOT NULL"
        made = self._backfill(target, value, unfilled)
        self.backfills.append(replace(made, early=True))
        back = target if pair.mirrored else source
        sets = [f"{quote(back.name)} = {refill}", *(f"{quote(c)} = {quote(c)}" for c in made.unmoved)]
        self.refills.append((back.key, f"UPDATE {self.transition.table(back.key)} SET {', '.join(sets)}"))

    def _backfill(self, column: Column, value: str | None, unfilled: str) -> Backfill:
        table = column.key.owner
        unmoved = tuple(c.name for c in self.base.columns(table) if c.on_update and c.name != column.name)
        return Backfill(column.key, self.transition.walk_by(table, self.base), value, unfilled, unmoved)

    # -- everything else -----------------------------------------------------------------------------

    def _rest(self, changes: list[Change]) -> None:
        """Takes apart what needs both phases, and gives each other change its phase."""
        plain: list[Change] = []
        for change in changes:
            if not (self._required(change) or self._dropped(change) or self._swapped(change)):
                plain.append(change)
        plain = self._restated(plain)
        waiting = late(plain, self.base, self.comparison.after, self.dialect, self.pinned)
        self.early += [change for change in plain if change not in waiting]
        self.last += self._from_relaxed(waiting)

    def _live(self, key: Key) -> Key:
        """The key in the live database of a table or column."""
        owner = self.live_names.get(key.owner, key.owner)
        moved = self.live_names.get(key, key)
        return moved if moved != key or not key.table else key._replace(schema=owner.schema, table=owner.name)

    def _required(self, change: Change) -> bool:
        """NOT NULL on rows that have no value: a column that comes with it, or one that gets it."""
        column = None if isinstance(change, Drop) else change.after
        if not isinstance(column, Column) or column.nullable or column.key.owner not in self.base:
            return False
        if isinstance(change, Create):
            if not demanding(column):
                return False
            if self.facts.has_rows(self._live(column.key.owner)) is not False:
                default = self.facts.defaults.get(column.key)
                self._filled(column, default, f"writes {column.key.label}", by_models=default is not None)
            self.early.append(Create(relaxed(column)))
            self.last.append(Alter(relaxed(column), column))
            return True
        before = change.before
        if not isinstance(change, Alter) or not isinstance(before, Column) or not before.nullable:
            return False
        if self.facts.has_nulls(self._live(column.key)) is False:
            return False
        self._filled(column, column.default, f"writes no NULL to {column.key.label}")
        return False

    def _filled(self, column: Column, value: str | None, new_code: str, *, by_models: bool = False) -> None:
        key = self.transition.walk_by(column.key.owner, self.base)
        if not key:
            self.whole.append(Skipped(column.key.label, apart.NO_KEY))
            return
        unfilled = f"{self.transition.quote(column.name)} IS NULL"
        self.backfills.append(replace(self._backfill(column, value, unfilled), by_models=by_models))
        self.why.append((column.key, new_code))

    def _dropped(self, change: Change) -> bool:
        """A column that goes: code stops using it first, and may leave it out by then."""
        if not isinstance(change, Drop) or not isinstance(column := change.before, Column):
            return False
        if column.key.owner in self.gone or column.key.owner not in self.base:
            return False
        self.why.append((column.key, f"no longer uses {column.key.label}"))
        self.pinned.add(column.key)
        standing = column
        if demanding(column) and not in_key(column, self.base):
            standing = relaxed(column)
            self.early.append(Alter(column, standing))
        self.last.append(Drop(standing))
        return True

    def _swapped(self, change: Change) -> bool:
        """A type that would be written anew in every row: another column of the new type takes over."""
        if not isinstance(change, Alter):
            return False
        old, new = change.before, change.after
        if not isinstance(old, Column) or not isinstance(new, Column) or old.type == new.type:
            return False
        table = self._live(old.key.owner)
        if self.facts.has_rows(table) is False or not self.transition.rewrites(old, new):
            return False
        reason: str | None = apart.RENAMED
        if change.key not in self.pinned:
            reason = apart.cannot_swap(old, new, self.base, self.facts.dependents, self.transition)
        if reason:
            self.whole.append(Skipped(new.key.label, reason))
            return False
        copy = apart.copy_of(old, apart.free_name(old, self.base), new.type, self.base)
        self.early.append(Create(copy))
        self.pinned.add(new.key)
        standing = old
        if demanding(old):
            standing = relaxed(old)
            self.relaxing.append(Alter(old, standing))
        self.released.append(Drop(standing))
        self.column_pairs.append((copy.key, new.key))
        arrived = replace(copy, name=new.name)
        if arrived != new:
            self.last.append(Alter(arrived, new))
        forth = self.transition.converted(self.transition.quote(old.name), old.type, new.type)
        back = self.transition.converted(self.transition.quote(copy.name), new.type, old.type)
        self._copied(Copy(old, copy, mirrored=False), forth, back)
        self.why.append((new.key, f"takes {new.key.label} as {old.type.words} and as {new.type.words}"))
        return True

    def _restated(self, changes: list[Change]) -> list[Change]:
        """What stands on a column that another one takes the place of goes with it and is made again."""
        gone = {c.before.key for c in self.released if isinstance(c, Drop)} & {
            copy.source.key for copy in self.copies if not copy.mirrored
        }
        parts = apart.standing_on(gone, self.base)
        self.released += [Drop(part) for part in parts]
        keys = {part.key for part in parts}
        kept = [c for c in changes if isinstance(c, Create) or c.before.key not in keys]
        becomes = {c.before.key: c.after.key for c in changes if isinstance(c, Rename)}
        made = {c.key for c in kept if isinstance(c, Create)}
        for part in parts:
            wanted = self.comparison.after.get(becomes.get(part.key, part.key))
            if wanted is not None and wanted.key not in made:
                self.last.append(Create(wanted))
        return kept

    def _from_relaxed(self, changes: Sequence[Change]) -> list[Change]:
        """Alterations of columns that the expand phase relaxed begin there; where there is none, one takes
        NOT NULL back."""
        made: list[Change] = []
        open_ = dict(self.relaxed)
        for change in changes:
            column = open_.pop(change.key, None)
            if isinstance(change, Alter) and column is not None:
                change = Alter(relaxed(column), change.after)
            made.append(change)
        return [*made, *(Alter(relaxed(column), column) for column in open_.values())]
