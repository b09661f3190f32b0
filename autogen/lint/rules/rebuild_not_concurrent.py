"""REINDEX, CLUSTER, VACUUM FULL or REFRESH without CONCURRENTLY: a rewrite under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Rebuilt
from autogen.plan import Finding
from autogen.review.written import REBUILD_NOT_CONCURRENT as RULE

_BLOCKED = {"REINDEX": "writes, and reads that would use the index,"}


def check(reading: Reading) -> Iterable[Told]:
    for step, rebuilt in reading.of(Rebuilt):
        if rebuilt.concurrently:
            continue
        blocked = _BLOCKED.get(rebuilt.what.split()[0], "reads and writes")
        message = f"{rebuilt.what} blocks {blocked} until all of it is written anew."
        concurrently = rebuilt.what.startswith(("REINDEX", "REFRESH"))
        remedy = (
            "CONCURRENTLY, outside of a transaction."
            if concurrently
            else "A tool that rewrites online (pg_repack)."
        )
        yield Finding(
            RULE.id, RULE.severity, rebuilt.name or rebuilt.what, message, remedy=remedy
        ), step.written.line
