"""What rules about the written form see and say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeVar

from autogen.changes import Create
from autogen.dialects.base import Dialect
from autogen.lint.recording import Recording, Step
from autogen.plan import Finding
from autogen.review.context import Context
from autogen.schema import Key
from autogen.values import value

Told = tuple[Finding, int]
"""A finding and the line it is about."""
T = TypeVar("T")


@value(frozen=True)
class Reading:
    """One direction of a revision with what is known around it.

    ``context`` is the review's: it knows which tables stand and which may hold rows. ``complete`` says that
    the schema before is known and not supposed. ``surroundings`` is text in which settings of the connection
    may be made (env.py, the URL).
    """

    recording: Recording
    context: Context
    complete: bool = True
    surroundings: str = ""
    back: Recording | None = None
    """What downgrade() says, started where the upgrade ends."""

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.recording.steps

    @property
    def upgrade(self) -> bool:
        return self.recording.direction == "upgrade"

    def of(self, *kinds: type[T]) -> Iterator[tuple[Step, T]]:
        """The steps whose operation is of these kinds."""
        for step in self.steps:
            if isinstance(step.written.operation, kinds):
                yield step, step.written.operation

    def creating(self, kind: type[T]) -> Iterator[tuple[Step, T]]:
        """The steps that create objects of a kind, with each object."""
        for step in self.steps:
            for change in step.changes:
                if isinstance(change, Create) and isinstance(change.after, kind):
                    yield step, change.after

    def stands(self, table: Key) -> bool:
        """Whether the table was there before the revision, and is not proven empty."""
        return self.context.may_hold_rows(table)

    @cached_property
    def in_transaction(self) -> bool:
        """Whether statements outside of an autocommit block share one transaction."""
        return self.context.dialect.transactional_ddl

    def together(self, one: Step, other: Step) -> bool:
        """Whether two statements stand in one transaction: an autocommit block ends the one before it."""
        if not self.in_transaction or one.written.autocommit or other.written.autocommit:
            return False
        low, high = sorted((one.written.number, other.written.number))
        return not any(s.written.autocommit for s in self.steps if low < s.written.number < high)


def tables_of(step: Step) -> list[Key]:
    """The tables that a step changes, under the names of its moment."""
    keys = (change.key if isinstance(change, Create) else change.before.key for change in step.changes)
    return list(dict.fromkeys(key.owner for key in keys if key.table or key.kind == "table"))


def table_key(dialect: Dialect, name: object, schema: str | None) -> Key:
    """A table as a statement names it, the default schema spelled out or not."""
    within = "" if schema is None or schema == dialect.default_schema else str(schema)
    return Key("table", within, "", str(name))


def flag(operation: Any, name: str) -> Any:
    """A keyword argument of an operation that goes to the dialect, as ``postgresql_concurrently``."""
    return getattr(operation, "kw", {}).get(name)
