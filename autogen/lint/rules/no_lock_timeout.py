"""A standing table is locked before anything limits the wait: whoever comes later waits behind it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.recording import Step
from autogen.lint.rules.lock_table import blocks
from autogen.lint.told import Reading, Told, flag, tables_of
from autogen.lint.written import Data, Detached, DomainLimited, Locked, Rebuilt, Setting, Validate
from autogen.review.locks import heaviest
from autogen.review.rules.no_lock_timeout import RULE
from autogen.schema import Key

SETTINGS = ("lock_timeout", "lock_wait_timeout")
_UNLIMITED = ("", "0", "0s", "0ms")


def check(reading: Reading) -> Iterable[Told]:
    if any(name in reading.surroundings for name in SETTINGS):
        return
    limited = False
    for step in reading.steps:
        operation = step.written.operation
        if isinstance(operation, Setting) and operation.name in SETTINGS:
            limited = operation.value not in _UNLIMITED
            continue
        tables = [] if limited else locked(step, reading)
        if tables:
            message = (
                f"Waits for a lock on {tables[0].label or 'a table'} as long as it takes: behind it, every "
                "query of the table waits for the oldest transaction to end."
            )
            known = [table for table in tables if table in step.before]
            weight = None if not known or heaviest(reading.context, known) else "low"
            remedy = f"Before it: {reading.context.dialect.lock_limit}; or for the connection, in env.py."
            yield RULE.about_revision(message, weight, remedy), step.written.line  # type: ignore[arg-type]
            return


def locked(step: Step, reading: Reading) -> list[Key]:
    """The standing tables that a statement locks so that others have to wait behind it. A concurrent build
    waits for others, and nobody waits behind it; nor do reads and writes behind a validation."""
    operation = step.written.operation
    if isinstance(operation, Validate):
        return []
    if flag(operation, "postgresql_concurrently") or getattr(operation, "concurrently", False):
        return []
    if isinstance(operation, Detached):
        return [operation.table]
    if isinstance(operation, Locked):
        return [table for table in operation.tables if blocks(operation)]
    if isinstance(operation, Rebuilt | DomainLimited):
        return [Key("table", "", "", operation.name)]
    if isinstance(operation, Data) and operation.verb == "truncate":
        return list(operation.tables)
    return [table for table in tables_of(step) if reading.stands(table)]
