"""A table is made anew by a batch, which does not know its triggers, views, expression indexes and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autogen.emit.words import listed
from autogen.lint.batches import remade
from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told
from autogen.review.written import SQLITE_BATCH_LOSES_OBJECTS as RULE
from autogen.schema import Check, Index, Key

_SHOWN = 4


def check(reading: Reading) -> Iterable[Told]:
    for step, table in remade(reading):
        lost = list(_lost(reading, step, table))
        if lost:
            shown = lost[:_SHOWN] + ([f"{len(lost) - _SHOWN} more"] if len(lost) > _SHOWN else [])
            message = f"The table is made anew without {listed(shown)}, which the batch does not copy."
            remedy = "Create them again behind the batch, or let autogen draft the change."
            yield RULE.finding(table, message, remedy=remedy), step.written.line


def _lost(reading: Reading, step: Step, table: Key) -> Iterator[str]:
    for part in step.before.parts(table):
        if isinstance(part, Index) and (part.predicate or any(e.is_expression for e in part.elements)):
            yield f"index {part.name}"
        elif isinstance(part, Check):
            yield f"check {part.name}" if part.name else "an unnamed check"
    for dependent in reading.context.dependents:
        if dependent.kind in ("trigger", "view") and any(key.owner == table for key in dependent.uses):
            yield f"{dependent.kind} {dependent.name}"
