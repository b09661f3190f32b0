"""The whole product on one screen: connect, declare, introspect, compare, review, emit, prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from autogen.changes import Create
from autogen.compare import compare
from autogen.declare import declare
from autogen.dialects import dialect_class
from autogen.dialects.base import Dialect, Scope
from autogen.introspect import introspect
from autogen.plan import Comparison, Plan, Proof, Step
from autogen.resolution import compared, decided, restated, stale_hints
from autogen.schema import Dependent, Key, Namespace, Schema, Skipped, Table, TablePart
from autogen.wishes import PROPOSE, Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import URL, Connection

    from autogen.emit.revision import Header
    from autogen.prove.scratch import Scratch


@dataclass(frozen=True)
class Examination:
    """A live database held against the models, while its connection is open."""

    dialect: Dialect
    connection: Connection
    scope: Scope
    desired: Schema
    comparison: Comparison
    scratch: Scratch
    metadatas: tuple[MetaData, ...]

    @cached_property
    def dependents(self) -> tuple[tuple[Dependent, ...], tuple[Dependent, ...]]:
        """What lives beside the live tables, for the upgrade and for the downgrade."""
        return restated(self.comparison, self.dialect, self.scope, self.scratch)

    @property
    def server(self) -> str:
        return self.dialect.server_label(self.connection)


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
) -> Examination:
    """Compares the database with the models. ``scope.schemas`` is widened by the schemas the models use.

    Renames are found and applied on the way: ``comparison.renames`` are the pairs with what was decided about
    them, ``wishes`` say how it is to be decided."""
    with _collector_paused():
        return _examine(dialect, connection, metadatas, scope, scratch_url, wishes)


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
) -> Examination:
    from autogen.prove.scratch import Scratch

    dialect.final_names = any(_renames(metadata) for metadata in metadatas)
    desired = declare(metadatas, dialect)
    declared = [n.name for n in desired.of_kind(Namespace)]
    scope = replace(scope, schemas=tuple(sorted({*scope.schemas, *declared})))
    desired = within(desired, scope)
    current = introspect(connection, dialect, scope)
    scratch = Scratch(dialect, connection, scratch_url, current)
    renaming = decided(current, desired, dialect, metadatas, wishes)
    comparison = compared(current, desired, renaming, dialect, scratch)
    return Examination(dialect, connection, scope, desired, comparison, scratch, tuple(metadatas))


def _renames(metadata: MetaData) -> bool:
    """Whether a naming convention would change names that are final already."""
    return any("constraint_name" in str(value) for value in metadata.naming_convention.values())


def within(desired: Schema, scope: Scope) -> Schema:
    """The declared schema without the tables that the configuration leaves out."""
    left_out = {table.key for table in desired.tables if scope.left_out(table.key)}
    if not left_out:
        return desired
    gone = [o.key for o in desired if o.key.owner in left_out and isinstance(o, Table | TablePart)]
    return desired.replace(remove=gone)


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


def planned(seen: Examination) -> Plan:
    """The comparison with its findings; rows are looked for in the live database."""
    from autogen.review import review

    findings = review(
        seen.comparison,
        seen.dialect,
        lambda table: seen.dialect.has_rows(seen.connection, table),
        lambda: seen.scratch.dependents,
    )
    return Plan(seen.comparison, findings)


def _upgrade(seen: Examination, comparison: Comparison) -> list[Step]:
    return seen.dialect.steps(comparison.changes, comparison.before, comparison.after, seen.dependents[0])


def drafted(seen: Examination, plan: Plan, header: Header, line_length: int | None = None) -> str:
    """The revision's text, formatted to a line length (black's usual one for drafts), not yet proven."""
    from autogen.emit.revision import LINE_LENGTH, draft
    from autogen.review import notes_for

    comparison, dialect = plan.comparison, seen.dialect
    notes = notes_for(plan.findings)
    upgrade = _upgrade(seen, comparison)
    downgrade = dialect.steps(comparison.reversed, comparison.after, comparison.before, seen.dependents[1])
    noted = [_noted(step, notes) for step in upgrade]
    return draft(
        plan,
        noted,
        downgrade,
        header,
        line_length=line_length or LINE_LENGTH,
        transactional=dialect.transactional_ddl,
    )


def _noted(step: Step, notes: Mapping[str, str]) -> Step:
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
    from autogen.prove import prove

    def differ(current: Schema, desired: Schema) -> Comparison:
        return compare(current, desired, seen.dialect, seen.scratch)

    return prove(text, seen.desired, seen.dialect, seen.scope, seen.scratch, differ, seen.metadatas)


Progress = Callable[[str], None]
