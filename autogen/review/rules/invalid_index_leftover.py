"""An index that a failed CREATE INDEX CONCURRENTLY left behind."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Index

RULE = Rule(
    "invalid-index-leftover",
    "medium",
    "an index that was left INVALID by a build that failed",
    dialects=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Index):
        if not before.valid and after.valid:
            unique = " It has not kept duplicates out." if before.unique else ""
            yield RULE.finding(
                after.key,
                "Was left INVALID by a build that failed: no query uses it, and every write pays for it."
                f"{unique} The draft drops it and builds it anew.",
                "high" if before.unique else None,
                "Find out why the build failed before it is run again.",
            )
    for index in context.dropped(Index):
        if not index.valid and index.key.owner not in context.dropped_tables:
            yield RULE.finding(
                index.key,
                "Was left INVALID by a build that failed, and is in no model: the draft drops it.",
                "low",
            )
