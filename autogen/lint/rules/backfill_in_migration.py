"""Rows of a standing table are rewritten in a revision: one long transaction, which holds what it touches."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told, tables_of
from autogen.lint.written import Data
from autogen.review.written import BACKFILL_IN_MIGRATION as RULE

_VERBS = {"update": "Updates", "delete": "Deletes", "merge": "Merges into", "copy": "Copies"}


def check(reading: Reading) -> Iterable[Told]:
    locking = [step for step in reading.steps if _locks(reading, step)]
    for step, data in reading.of(Data):
        emptied = data.verb == "delete" and data.every_row  # the rule truncate tells what that loses
        for table in data.tables[:1] if data.verb in _VERBS and not emptied else ():
            if not reading.stands(table) or (reading.complete and table not in step.before):
                continue
            locked = next((s for s in locking if reading.together(s, step)), None)
            rows = "every row of" if data.every_row else "rows into" if data.verb == "copy" else "rows of"
            message = f"{_VERBS[data.verb]} {rows} {table.label} in one transaction, locked until its end"
            if locked is not None and locked.written.number < step.written.number:
                what = " and ".join(t.label for t in tables_of(locked))
                message += f", and keeps {what} locked by the change before it"
            severity = "high" if locked is not None or data.every_row else "medium"
            remedy = "Do it in batches, in a job of its own between two revisions."
            yield RULE.finding(table, f"{message}.", severity, remedy), step.written.line  # type: ignore[arg-type]


def _locks(reading: Reading, step: Step) -> bool:
    return bool(step.changes) and any(reading.stands(table) for table in tables_of(step))
