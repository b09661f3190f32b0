"""An exclusion constraint over rows that stand, which may conflict."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Conflicts
from autogen.review.weighing import weighed
from autogen.schema import Exclude

RULE = Rule(
    "add-exclusion", "high", "an exclusion constraint over rows that may conflict", dialects=("postgresql",)
)
_WHEN = re.compile(r"( DEFERRABLE| INITIALLY DEFERRED)+$")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Exclude), *(after for _, after in context.altered(Exclude))]:
        if not _held(context, new) and context.may_hold_rows(new.key.owner):
            finding = RULE.finding(
                new.key,
                "No two rows may conflict any more: the upgrade fails while some do.",
                remedy="Repair such rows first, and see that running code adds no more.",
            )
            settled = "See that running code adds no such rows."
            yield weighed(finding, context.ask(Conflicts(new)), settled=settled)


def _held(context: Context, new: Exclude) -> bool:
    """Whether a constraint of the database excludes the same, be it checked at another time."""
    parts = context.standing.parts(new.key.owner)
    return any(isinstance(p, Exclude) and _excludes(p) == _excludes(new) for p in parts)


def _excludes(constraint: Exclude) -> str:
    return _WHEN.sub("", constraint.definition)
