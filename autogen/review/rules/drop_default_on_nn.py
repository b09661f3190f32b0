"""A NOT NULL column loses its default."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule, gives_nothing
from autogen.schema import Column

RULE = Rule("drop-default-on-nn", "high", "the server default of a NOT NULL column dropped")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.altered(Column):
        lost = not gives_nothing(before) and before.computed is None and gives_nothing(after)
        if lost and not before.nullable and not after.nullable:
            yield RULE.finding(
                after.key,
                "Loses its default and stays NOT NULL: code that still runs and inserts without a value "
                "fails.",
                remedy="Drop the default one deploy after the code that states a value.",
            )
