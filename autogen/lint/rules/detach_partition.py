"""A partition is detached without CONCURRENTLY: the whole partitioned table is locked."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Detached
from autogen.review.written import DETACH_PARTITION as RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, detached in reading.of(Detached):
        if not detached.concurrently:
            message = "Locks the partitioned table against reads and writes until the transaction ends."
            remedy = "DETACH PARTITION … CONCURRENTLY, in op.get_context().autocommit_block()."
            yield RULE.finding(detached.table, message, remedy=remedy), step.written.line
