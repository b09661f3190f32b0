"""The views and triggers beside the tables: which stand in the way, which fall with a table, which return.

SQLite compiles a view or trigger when it is used, so a rebuilt table needs nothing of its views. Triggers
fall with their table and are created again. ALTER TABLE … RENAME rewrites both kinds, and refuses to work
while one of them does not compile.
"""

from __future__ import annotations

from collections.abc import Sequence

from autogen import operations as ops
from autogen.changes import Rename
from autogen.dialects.sqlite import memory
from autogen.dialects.sqlite.effects import renamed
from autogen.plan import Step
from autogen.schema import Code, Column, Dependent, Key, Schema


class Beside:
    """The dependents of the live database in one direction of a draft.

    ``before`` is the schema at the start, ``current`` the one after the renames. The texts at hand are the
    live ones: those of ``before`` on the way up, of ``after`` on the way down.
    """

    def __init__(
        self,
        before: Schema,
        current: Schema,
        after: Schema,
        renames: Sequence[Rename],
        dependents: Sequence[Dependent],
    ) -> None:
        self.before, self.after, self.renames = before, after, renames
        self.known = [d for d in dependents if d.kind in ("view", "trigger")]
        self.outside = [d for d in dependents if d.kind == "table"]
        self.names = frozenset(d.name for d in self.known)
        self.returning = _returning(self.known, before, after, renames)
        self.at_start, self.at_end = self._texts(before, after, renames)
        self.broken_now = memory.broken(current, self.at_end, self.outside)
        self.broken_then = memory.broken(after, self.at_end, self.outside)

    def _texts(
        self, before: Schema, after: Schema, renames: Sequence[Rename]
    ) -> tuple[list[Dependent], list[Dependent]]:
        """The dependents as they read at the start, and after the renames."""
        if not renames or not self.known:
            return self.known, self.known
        if self.returning:
            back = [rename.reverse() for rename in reversed(renames)]
            return _reworded(self.known, after, back, self.outside), self.known
        return self.known, _reworded(self.known, before, renames, self.outside)

    @property
    def anything_broken(self) -> bool:
        """Whether some view or trigger does not compile, which stops DROP COLUMN for all tables."""
        absent = {d.identity for d in self.at_end if self._dies(d) or self._revives(d)}
        return bool((self.broken_now.keys() | self.broken_then.keys()) - absent)

    def uses(self, column: Key) -> bool:
        """Whether a view or trigger mentions the column."""
        return any(column in d.uses for d in self.at_end) or any(column in d.uses for d in self.known)

    # -- steps ---------------------------------------------------------------------------------------

    def make_way(self) -> list[Step]:
        """Drops the triggers that would make their table unusable after the change, names the views that
        will not work: these harm nobody who does not read them, and may be mended."""
        made = []
        for dependent in self.at_start:
            identity = dependent.identity
            why = f"cannot work any more: {self.broken_then.get(identity)}"
            if self._dies(dependent):
                made.append(ops.execute(dependent.drop[0], _table_of(dependent), f"it {why}"))
            elif dependent.kind == "view" and identity in self.broken_then.keys() - self.broken_now.keys():
                subject = min(dependent.uses, default=_table_of(dependent)).owner
                made.append(ops.step(Code(""), subject, f"the view {dependent.name} {why}"))
        return made

    def triggers_of(self, table: Key) -> list[str]:
        """The statements that create a table's triggers again after the table was."""
        return [
            d.create[0]
            for d in self.at_end
            if d.kind == "trigger" and _table_of(d) == table and d.identity not in self.broken_then
        ]

    def restore(self, rebuilt: set[Key]) -> list[Step]:
        """Creates again what the other direction had to drop, on tables that were not made anew here."""
        returning = [
            d
            for d in self.at_end
            if self._revives(d) and _table_of(d) not in rebuilt and _table_of(d) in self.before
        ]
        steps = [ops.execute(d.create[0], _table_of(d)) for d in returning]
        return [*steps, *self._verbatim(rebuilt)]

    def _verbatim(self, rebuilt: set[Key]) -> list[Step]:
        """On the way back from a rename, the text that was: renaming leaves quotes of its own behind."""
        if not (self.returning and self.renames):
            return []
        made = []
        reworded = _reworded(self.at_start, self.before, self.renames, self.outside)
        left = {d.identity: d for d in reworded}
        for dependent in self.known:
            table = _table_of(dependent)
            again = dependent.kind == "view" or (table not in rebuilt and not self._revives(dependent))
            if again and left[dependent.identity].create != dependent.create:
                subject = table if dependent.table else min(dependent.uses, default=table).owner
                note = "word for word, as before the rename"
                made.append(ops.execute(dependent.drop[0], subject, note))
                made.append(ops.execute(dependent.create[0], subject))
        return made

    def _dies(self, dependent: Dependent) -> bool:
        """A trigger that compiles now and will not then, on a table that stays."""
        identity = dependent.identity
        stays = _table_of(dependent) in self.after
        return (
            dependent.kind == "trigger"
            and stays
            and identity in self.broken_then
            and identity not in self.broken_now
        )

    def _revives(self, dependent: Dependent) -> bool:
        """A trigger that the upgrade dropped: what it uses is not all there at the downgrade's start."""
        identity = dependent.identity
        if dependent.kind != "trigger":
            return False
        gone = any(key not in self.before for key in dependent.uses)
        return identity in self.broken_now and identity not in self.broken_then and gone


def _table_of(dependent: Dependent) -> Key:
    return Key("table", dependent.schema, "", dependent.table)


def _returning(
    dependents: Sequence[Dependent], before: Schema, after: Schema, renames: Sequence[Rename]
) -> bool:
    """Whether this is the downgrade: the live names are those of ``after``."""
    used = {key for d in dependents for key in d.uses}
    return any(key not in before and key in after for key in used)


def _reworded(
    dependents: Sequence[Dependent], schema: Schema, renames: Sequence[Rename], outside: Sequence[Dependent]
) -> list[Dependent]:
    """The dependents after renames of tables and columns, in SQLite's own words."""
    from dataclasses import replace

    texts = memory.renamed_texts(schema, renames, dependents, outside)
    moved = schema
    keys = {o.key: o.key for o in schema}
    for rename in renames:
        moved = renamed(moved, rename)
        keys = {old: _moved(key, rename) for old, key in keys.items()}
    made = []
    for dependent in dependents:
        sql, table = texts.get(dependent.identity, (dependent.create[0], dependent.table))
        made.append(
            replace(
                dependent,
                create=(sql,),
                table=table if dependent.table else "",
                uses=tuple(sorted({keys.get(k, k) for k in dependent.uses})),
            )
        )
    return made


def _moved(key: Key, rename: Rename) -> Key:
    before, after = rename.before.key, rename.after.key
    if isinstance(rename.before, Column):
        return after if key == before else key
    if key == before:
        return after
    return key._replace(table=after.name) if key.owner == before and key.table else key
