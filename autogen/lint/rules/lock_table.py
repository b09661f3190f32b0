"""LOCK TABLE: a standing table is locked until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Locked
from autogen.review.written import LOCK_TABLE as RULE

_READS_GO_ON = ("EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", "READ")
_ALL_GOES_ON = ("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE")
"""Modes beside which rows are read and written."""


def blocks(locked: Locked) -> bool:
    """Whether anybody who reads or writes rows has to wait."""
    return locked.mode not in _ALL_GOES_ON


def check(reading: Reading) -> Iterable[Told]:
    for step, locked in reading.of(Locked):
        for table in locked.tables if blocks(locked) else ():
            if reading.stands(table) or table not in step.before:
                does = "writes to" if locked.mode in _READS_GO_ON else "reads or writes"
                message = f"Nobody {does} {table.label} from here to the end of the transaction."
                remedy = "Leave it out: each statement takes the lock that it needs."
                yield RULE.finding(table, message, remedy=remedy), step.written.line
