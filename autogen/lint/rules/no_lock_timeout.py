"""A standing table is locked without a lock_timeout: whoever comes later waits behind the waiting statement."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told, tables_of
from autogen.lint.written import Setting, Validate
from autogen.review.context import Rule
from autogen.schema import Key

RULE = Rule(
    "no-lock-timeout",
    "high",
    "a standing table is changed and nothing limits the wait for its lock",
    dialects=("postgresql", "mysql"),
)
SETTINGS = ("lock_timeout", "lock_wait_timeout")
_OFF = ("", "0", "0s", "0ms")


def check(reading: Reading) -> Iterable[Told]:
    if any(name in reading.surroundings for name in SETTINGS):
        return
    limited = False
    for step in reading.steps:
        operation = step.written.operation
        if isinstance(operation, Setting) and operation.name in SETTINGS:
            limited = operation.value not in _OFF
        if limited or step.written.autocommit or isinstance(operation, Validate):
            continue
        tables = _locked(reading, step)
        if tables:
            message = (
                f"Waits for a lock on {tables[0].label} without a limit: behind a long transaction, every later "
                "query of the table waits as well."
            )
            yield RULE.finding(tables[0], message, remedy=_remedy(reading)), step.written.line
            return


def _locked(reading: Reading, step: Step) -> list[Key]:
    return [table for table in tables_of(step) if reading.stands(table)]


def _remedy(reading: Reading) -> str:
    setting = reading.context.dialect.limit_waits
    return f'op.execute("{setting}") first, or set it for the connection in env.py.'
