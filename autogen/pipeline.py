"""The whole product on one screen: connect, declare, introspect, compare, review, emit, prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from autogen.changes import Create
from autogen.compare import compare
from autogen.declare.scoped import declared, within
from autogen.dialects import dialect_class
from autogen.dialects.base import Dialect, Scope
from autogen.dialects.in_use import Online
from autogen.introspect import introspect
from autogen.lifting import liftable, lifted, settled
from autogen.online import DEFAULT, Forms, online
from autogen.plan import Comparison, Plan, Proof, Step
from autogen.resolution import Limited, compared, decided, restated, stale_hints
from autogen.schema import Dependent, ForeignKey, Key, Schema, Skipped
from autogen.values import value
from autogen.wishes import PROPOSE, Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL, Connection

    from autogen.dialects.facts import Asked, Facts
    from autogen.emit.revision import Header
    from autogen.project.taken_over import TakenOver
    from autogen.prove.scratch import Scratch
    from autogen.review.settings import RuleSettings


@value(frozen=True)
class Examination:
    """A live database held against the models, while its connection is open; or the schema that migrations
    make, which has no connection and no rows, held against them. ``current`` is that schema as it was read.
    """

    dialect: Dialect
    connection: Connection | None
    scope: Scope
    current: Schema
    desired: Schema
    comparison: Comparison
    scratch: Scratch
    metadatas: tuple[MetaData, ...]
    forms: Forms = DEFAULT
    replayed_on: str = ""
    """The server that migrations were replayed on, where there is no connection."""
    taken_over: TakenOver | None = None
    """What env.py says of what is compared, as it was asked about this database."""

    @cached_property
    def online(self) -> Online:
        """The tables that are in use while the draft runs."""
        return online(self.comparison, self.dialect, self.forms, self.has_rows)

    def goes_on(self, key: Key) -> bool:
        """Whether a table is changed as one in use, and a part of it in a form that it has for that."""
        if key.owner not in self.online.tables:
            return False
        return key == key.owner or key in self._gentle

    @cached_property
    def _gentle(self) -> frozenset[Key]:
        ends = self.comparison.before, self.comparison.after
        beside = self.scratch.dependents
        return self.dialect.gentle(self.dialect.steps(self.comparison.changes, *ends, beside, self.online))

    def has_rows(self, table: Key) -> bool | None:
        """Whether a table of the database holds any row; asked once for each."""
        if self.connection is None:
            return None
        if table not in self._rows:
            self._rows[table] = self.dialect.has_rows(self.connection, table)
        return self._rows[table]

    def facts(self, asked: Asked) -> Facts:
        """What the catalog of the database says about tables and columns."""
        from autogen.dialects.facts import Facts

        return Facts() if self.connection is None else self.dialect.facts(self.connection, asked)

    @cached_property
    def _rows(self) -> dict[Key, bool | None]:
        return {}

    @cached_property
    def liftable(self) -> Mapping[Key, str]:
        """What rows that stand may get in new NOT NULL columns, by the models' defaults in Python."""
        return liftable(self.comparison, self.dialect, self.metadatas)

    @cached_property
    def dependents(self) -> tuple[tuple[Dependent, ...], tuple[Dependent, ...]]:
        """What lives beside the live tables, for the upgrade and for the downgrade."""
        return restated(self.comparison, self.dialect, self.scope, self.scratch)

    @property
    def server(self) -> str:
        return self.replayed_on if self.connection is None else self.dialect.server_label(self.connection)


@contextmanager
def connected(url: URL) -> Iterator[tuple[Dialect, Connection]]:
    """A read-only connection to the live database, with the dialect that fits its server."""
    with dialect_class(url.get_backend_name()).connect(url) as (dialect, connection):
        yield dialect, connection


def examine(
    dialect: Dialect,
    connection: Connection,
    metadatas: Sequence[MetaData],
    scope: Scope,
    scratch_url: URL,
    wishes: Wishes = PROPOSE,
    forms: Forms = DEFAULT,
    taken_over: TakenOver | None = None,
) -> Examination:
    """Compares the database with the models. ``scope.schemas`` is widened by the schemas the models use.

    Renames are found and applied on the way: ``comparison.renames`` are the pairs with what was decided about
    them, ``wishes`` say how it is to be decided, ``forms`` how tables in use are to be changed,
    ``taken_over`` what the project's env.py leaves out or calls equal."""
    with _collector_paused():
        return _examine(dialect, connection, metadatas, scope, scratch_url, wishes, forms, taken_over)


_MANY = 100_000
"""Values made meanwhile: garbage of a small run is better collected soon, many may follow in one process."""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A large schema is hundreds of thousands of values that all stay: the garbage collector would walk
    them again and again, for a third of the time, and find nothing. They join the oldest generation
    unwalked, or the first collection afterwards would walk them all."""
    import gc

    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _examine(
    dialect: Dialect,
    connection: Connection,
    metadatas: Sequence[MetaData],
    scope: Scope,
    scratch_url: URL,
    wishes: Wishes,
    forms: Forms,
    taken_over: TakenOver | None,
) -> Examination:
    from autogen.prove.scratch import Scratch

    with dialect.reading_ahead(connection):
        desired, scope = declared(dialect, metadatas, scope)
    if taken_over is not None:
        scope = taken_over.scope(dialect, connection, scope)
    desired = within(desired, scope)
    current = introspect(connection, dialect, scope)
    limited = None
    if taken_over is not None:
        limited = partial(taken_over.limited, dialect, connection)
        current, desired = limited(current, desired)
    scratch = Scratch(dialect, connection, scratch_url, current)
    seen = _held(dialect, connection, current, desired, scope, scratch, metadatas, wishes, limited)
    left = (*seen.comparison.not_compared, *_out_of_sight(current, scope))
    comparison = replace(seen.comparison, not_compared=left)
    return replace(seen, comparison=comparison, forms=forms, taken_over=taken_over)


def _out_of_sight(current: Schema, scope: Scope) -> Iterator[Skipped]:
    """Tables of other schemas that foreign keys refer to: one may have been there before it is made anew."""
    keys = {key.target: key for key in reversed(current.of_kind(ForeignKey))}
    for table in sorted(table for table in keys if table.schema and table.schema not in scope.schemas):
        reason = f"{keys[table].key.label} refers to it, and its schema is not looked at"
        yield Skipped(table.label, f"{reason}: list {table.schema} under schemas")


def examine_schema(
    dialect: Dialect,
    current: Schema,
    desired: Schema,
    scope: Scope,
    scratch: Scratch,
    metadatas: Sequence[MetaData],
    server: str,
    wishes: Wishes = PROPOSE,
) -> Examination:
    """The same for a schema that was read before, and for models that were declared already."""
    with _collector_paused():
        seen = _held(dialect, None, current, desired, scope, scratch, metadatas, wishes)
        return replace(seen, replayed_on=server)


def _held(
    dialect: Dialect,
    connection: Connection | None,
    current: Schema,
    desired: Schema,
    scope: Scope,
    scratch: Scratch,
    metadatas: Sequence[MetaData],
    wishes: Wishes,
    limited: Limited | None = None,
) -> Examination:
    renaming = decided(current, desired, dialect, metadatas, wishes)
    comparison, desired = compared(current, desired, renaming, dialect, scratch, limited)
    return Examination(dialect, connection, scope, current, desired, comparison, scratch, tuple(metadatas))


def left_alone(seen: Examination) -> tuple[Skipped, ...]:
    """What was seen and not looked at, and what the models say for nothing."""
    comparison = seen.comparison
    stale = set(stale_hints(seen.metadatas, seen.dialect, comparison)) - set(unheard_hints(seen))
    idle = "its hint renamed_from speaks of no rename that is left, and may be deleted"
    return (*comparison.before.skipped, *(Skipped(key.label, idle) for key in sorted(stale)))


def unheard_hints(seen: Examination) -> Mapping[Key, tuple[str, ...]]:
    """The objects that are new though a hint says what they were, with the names that it states: none of them
    became this one."""
    created = {change.after.key for change in seen.comparison.changes if isinstance(change, Create)}
    if not created:
        return {}
    stale = stale_hints(seen.metadatas, seen.dialect, seen.comparison)
    return {key: names for key, names in stale.items() if key in created}


@value(frozen=True)
class Reading:
    """What the review may read of the live rows. Without ``data`` it is whether a table has any; without
    ``values`` evidence quotes none."""

    data: bool = True
    values: bool = True


READ = Reading()


def planned(seen: Examination, reading: Reading = READ, settings: RuleSettings | None = None) -> Plan:
    """The comparison with its findings and their evidence from the live database. ``settings`` are what the
    project says about rules."""
    from autogen.declare.client_defaults import client_defaults
    from autogen.review import review
    from autogen.review.inquiry import inquiry_for, rows_of

    inquiry = (
        inquiry_for(seen.comparison, seen.dialect, seen.connection, reading.values)
        if reading.data and seen.connection is not None
        else None
    )
    findings = review(
        seen.comparison,
        seen.dialect,
        seen.has_rows,
        lambda: seen.scratch.dependents,
        inquiry,
        catalog=seen.facts,
        client=lambda: client_defaults(seen.metadatas, seen.dialect),
        online=seen.goes_on,
    )
    found = settled(findings, seen.liftable, bool(seen.forms.lift_defaults))
    rows = rows_of(seen.comparison, inquiry) if inquiry else {}
    if settings is None:
        return Plan(seen.comparison, found, rows=rows)
    return Plan(seen.comparison, *settings.judged(found), rows=rows)


def _upgrade(seen: Examination, comparison: Comparison) -> list[Step]:
    before, after = comparison.before, comparison.after
    values = seen.liftable if seen.forms.lift_defaults else {}
    changes = lifted(comparison.changes, values)
    steps = seen.dialect.steps(changes, before, after, seen.dependents[0], seen.online)
    return [_lent(step) if step.subject in values else step for step in steps]


def _lent(step: Step) -> Step:
    """The step that adds a column with the models' default in Python, with the reason for it."""
    adds = step.code.text.startswith("op.add_column(") and not step.note
    return replace(step, note="a default for the rows that stand, dropped again") if adds else step


def drafted(seen: Examination, plan: Plan, header: Header, line_length: int | None = None) -> str:
    """The revision's text, formatted to a line length (black's usual one for drafts), not yet proven."""
    from autogen.emit.revision import LINE_LENGTH, draft
    from autogen.review import notes_for

    comparison, dialect = plan.comparison, seen.dialect
    notes = notes_for(plan.findings)
    upgrade = _upgrade(seen, comparison)
    downgrade = dialect.steps(
        comparison.reversed, comparison.after, comparison.before, seen.dependents[1], seen.online
    )
    lines = [noted(step, notes) for step in upgrade]
    return draft(
        plan,
        lines,
        downgrade,
        header,
        line_length=line_length or LINE_LENGTH,
        transactional=dialect.transactional_ddl,
    )


def noted(step: Step, notes: Mapping[str, str]) -> Step:
    """The step with what the review says of its object where the eye is: on the line that drops, or that
    copies rows without a column."""
    if step.note:
        return step
    if step.leaves:
        listed = [f"{key.name} ({notes.get(key.label, 'its values are deleted')})" for key in step.leaves]
        return replace(step, note=f"review: not copied: {', '.join(listed)}")
    drops = step.code.text.startswith(("op.drop_table(", "op.drop_column("))
    note = notes.get(step.subject.label) if drops else None
    return replace(step, note=f"review: {note}") if note else step


def proven(seen: Examination, text: str) -> Proof:
    """Runs the draft on a scratch database, up, down and up."""
    from autogen.prove.proof import prove

    def differ(current: Schema, desired: Schema) -> Comparison:
        return compare(current, desired, seen.dialect, seen.scratch)

    return prove(text, seen.desired, seen.dialect, seen.scope, seen.scratch, differ, seen.metadatas)


Progress = Callable[[str], None]
