"""What stands around the steps of a PostgreSQL draft that changes tables in use: lock timeouts and guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from autogen import operations as ops
from autogen.dialects.in_use import Online
from autogen.dialects.postgresql.online_helpers import MISSING
from autogen.dialects.postgresql.online_order import (
    WRITES_GO_ON,
    Finish,
    Segment,
    outside,
    segments,
    waiting,
)
from autogen.dialects.postgresql.sqltext import string
from autogen.dialects.transition import RATHER_FAIL
from autogen.operations import NOWHERE
from autogen.plan import Step
from autogen.schema import Code, Column, Constraint, Key, Object, Schema, Table, TablePart
from autogen.source import SA, literal
from autogen.values import value

NO_TIMEOUT = "nothing queues behind these: let them wait"
CUT_SHORT = "else a run that was cut short has done this"
_REPEATABLE = ("op.alter_column(", "op.create_table_comment(", "op.drop_table_comment(")


class NotResumable(Exception):
    """A second run could not tell what a run that was cut short has committed.

    ``waiting`` are the objects whose steps outside the transaction have others inside before them."""

    def __init__(self, waiting: frozenset[Key]) -> None:
        self.waiting = waiting


@value(frozen=True)
class Frame:
    """``ground`` tells what a part stands on, ``renamed`` the old keys by the new ones, ``stand_ins`` the
    checks that stand in for the NOT NULL of columns."""

    before: Schema
    after: Schema
    online: Online
    ground: Callable[[TablePart], set[Key]]
    renamed: Mapping[Key, Key]
    stand_ins: Mapping[Key, str]

    def around(self, steps: Sequence[Step], whole: bool) -> list[Step]:
        """The steps in an order with few transactions, with timeouts, and guarded where they are committed
        before the end. Raises NotResumable."""
        found = [Segment(tuple(steps), False)] if steps else []
        if any(map(outside, steps)):
            found = segments(steps, self.related, whole)
        inside = [step for segment in found if not segment.outside for step in segment.steps]
        first = {id(step) for step in {s.subject: s for s in reversed(inside)}.values()}
        committed = [segment for segment in found[:-1] if not segment.outside]
        if not all(self.resumable(segment, first) for segment in committed):
            raise NotResumable(waiting(steps, self.related))
        return self.timed([self.guarded(s, first) if s in committed else s for s in found])

    # -- order ---------------------------------------------------------------------------------------

    def related(self, one: Step, other: Step) -> bool:
        """Whether the order of two steps matters."""
        a, b = one.subject, other.subject
        if a == b or a in self.renamed or b in self.renamed:
            return True
        if (a.schema, a.name) == (b.schema, b.name) and "column" not in (a.kind, b.kind):
            return True
        return self.stands_on(a, b) or self.stands_on(b, a)

    def stands_on(self, key: Key, ground: Key) -> bool:
        parts = (schema.get(key) for schema in (self.before, self.after))
        return self.moves(ground) and any(
            isinstance(p, TablePart) and ground in self.ground(p) for p in parts
        )

    def moves(self, key: Key) -> bool:
        """Whether what stands on the object notices its change."""
        old, new = self.before.get(key), self.after.get(key)
        if isinstance(old, Column) and isinstance(new, Column):
            return (old.type, old.computed) != (new.type, new.computed)
        return not (isinstance(old, Table) and isinstance(new, Table))

    # -- guards --------------------------------------------------------------------------------------

    def resumable(self, segment: Segment, first: set[int]) -> bool:
        """Whether a second run does no harm where an earlier one has committed the segment."""
        if any(isinstance(s, Finish) and s.only_once and s.subject in self.before for s in segment.steps):
            return False
        return self.condition(segment, first) is not None or all(map(self.repeatable, segment.steps))

    def guarded(self, segment: Segment, first: set[int]) -> Segment:
        """The segment, passed over where an earlier run has committed it."""
        condition = self.condition(segment, first)
        if condition is None:
            return segment
        block = f"if {condition}:  # {CUT_SHORT}"
        steps = (
            replace(
                step,
                block=block,
                helpers=step.helpers | {MISSING},
                code=Code(step.code.text, step.code.imports | {SA}),
            )
            for step in segment.steps
        )
        return Segment(tuple(steps), False)

    def condition(self, segment: Segment, first: set[int]) -> str | None:
        """The source that asks whether something that one of the steps makes is not there."""
        steps = [step for step in segment.steps if id(step) in first]
        lasting = [self.made(step.subject) for step in steps]
        passing = [
            _missing(key.schema, key.table, self.stand_ins[key])
            for key in (step.subject for step in steps)
            if key in self.stand_ins
        ]
        return next((words for words in [*lasting, *passing] if words), None)

    def made(self, key: Key) -> str | None:
        if key in self.renamed:
            taken = key in self.renamed.values()
            return None if taken or key.kind not in ("table", "column") else _missing_object(key, key.name)
        made: Object | None = None if key in self.before else self.after.get(key)
        if isinstance(made, Constraint):
            return _missing_object(key, made.name) if made.name else None
        asked = made is not None and key.kind in ("table", "column", "index", "sequence")
        return _missing_object(key, key.name) if asked else None

    def repeatable(self, step: Step) -> bool:
        """Whether the step may run twice: it sets something, or puts back what it has dropped before."""
        if isinstance(step, Finish) and not step.only_once:
            return True
        replaced = step.subject in self.before and step.subject in self.after
        if replaced and step.subject.kind in ("foreign_key", "check"):
            return True
        return step.code.text.startswith(_REPEATABLE) and "new_column_name" not in step.code.text

    # -- lock timeouts -------------------------------------------------------------------------------

    def locks(self, step: Step) -> bool:
        return self.online.reached_by(step.subject, self.before, self.after)

    def timed(self, found: Sequence[Segment]) -> list[Step]:
        """A timeout before the first strong lock on a table in use, none outside of the transaction."""
        steps: list[Step] = []
        wanted, end = lock_limits(self.online.lock_timeout)
        now, told = "", False
        for segment in found:
            block = ""
            if segment.outside and any(step.subject.kind != "enum" for step in segment.steps):
                block = WRITES_GO_ON
                if now != "0":
                    steps.append(_set("SET lock_timeout = 0", NO_TIMEOUT, block))
                    now = "0"
            elif not segment.outside and now != wanted and any(map(self.locks, segment.steps)):
                steps.append(_set(wanted, "" if told else RATHER_FAIL))
                now, told = wanted, True
            steps += (replace(step, block=block or step.block) for step in segment.steps)
        if now:
            steps.append(_set(end, "", steps[-1].block if found[-1].outside else ""))
        return steps


def lock_limits(duration: str) -> tuple[str, str]:
    """SQL that begins and ends a lock timeout."""
    return f"SET lock_timeout = {string(duration)}", "RESET lock_timeout"


def _set(sql: str, note: str, block: str = "") -> Step:
    return replace(ops.execute(sql, NOWHERE, note), block=block)


def _missing_object(key: Key, name: str) -> str:
    part = bool(key.table) and key.kind != "index"
    return _missing(key.schema, key.table, name) if part else _missing(key.schema, name)


def _missing(schema: str, table: str, part: str | None = None) -> str:
    args = [literal(table), *([literal(part)] if part is not None else [])]
    args += [f"{k}={v.text if isinstance(v, Code) else v}" for k, v in ops.schema_kwarg(schema).items()]
    return f"missing({', '.join(args)})"
