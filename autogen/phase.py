"""A change in several deploys, as values: the phases, what stands between them, what fills the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from autogen.changes import Change
from autogen.plan import Comparison
from autogen.schema import Column, Dependent, Key, Skipped
from autogen.values import value

PhaseName = Literal["expand", "contract"]


@value(frozen=True, slots=True)
class Copy:
    """Two columns of one table that hold the same values for a while.

    ``mirrored`` says that code writes either of them; otherwise only ``source`` is written, and ``target``
    follows. Both are columns of the schema between the phases.
    """

    source: Column
    target: Column
    mirrored: bool

    @property
    def table(self) -> Key:
        return self.source.key.owner


@value(frozen=True, slots=True)
class Backfill:
    """What fills a column in rows that stand, in the database's SQL.

    ``key`` are the columns that rows are walked through by. ``value`` is the expression, None where only a
    person can know it; ``unfilled`` the condition of the rows still to do. ``unmoved`` are columns that would
    change by themselves with every update. ``early`` says that it is done before the new code is deployed:
    until then the running code leaves rows without a value. ``by_models`` says that the value is what the
    models' own code gives to new rows: whether it suits those that stand, a person has to say.
    """

    column: Key
    key: tuple[str, ...]
    value: str | None
    unfilled: str
    unmoved: tuple[str, ...] = ()
    early: bool = False
    by_models: bool = False


@value(frozen=True, slots=True)
class Stage:
    """Changes that are lowered by themselves. ``refill`` is SQL that puts values back after the stage is
    undone, with the column it is about; ``notes`` say of columns why they are dropped."""

    comparison: Comparison
    refill: tuple[tuple[Key, str], ...] = ()
    notes: tuple[tuple[Key, str], ...] = ()


@value(frozen=True, slots=True)
class Beside:
    """A trigger, function or view that stands between the phases, the table it is for, and what for."""

    table: Key
    object: Dependent
    purpose: str = ""


@value(frozen=True, slots=True)
class Phase:
    """One revision of several: its stages one after the other, what it puts beside the tables until the next
    phase takes it away, and the backfills that must be complete before it starts."""

    name: PhaseName
    stages: tuple[Stage, ...]
    beside: tuple[Beside, ...] = ()
    removes: tuple[Beside, ...] = ()
    backfills: tuple[Backfill, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for stage in self.stages for change in stage.comparison.changes)

    @property
    def comparison(self) -> Comparison:
        """From the schema that the phase finds to the one it leaves."""
        first, last = self.stages[0].comparison, self.stages[-1].comparison
        return replace(last, changes=self.changes, before=first.before)


@value(frozen=True, slots=True)
class Phasing:
    """The phases of a comparison, none where one revision does. ``whole`` are changes that call for several
    deploys and cannot be split, with the reason; ``why`` the objects that made it several, with what becomes
    of each."""

    phases: tuple[Phase, ...] = ()
    whole: tuple[Skipped, ...] = ()
    why: tuple[tuple[Key, str], ...] = ()
