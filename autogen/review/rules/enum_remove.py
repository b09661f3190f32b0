"""Labels of an enum type go or change places, for which the type and all its columns are made anew."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter
from autogen.plan import Finding, Severity
from autogen.review.context import Context, Rule
from autogen.review.locks import weight, with_size
from autogen.review.rule import SEVERITIES
from autogen.schema import Column, EnumType, Key

RULE = Rule(
    "enum-remove",
    "high",
    "labels of an enum type removed or reordered: every table that uses it is rewritten",
    dialects=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    for old, enum in context.altered(EnumType):
        work = context.work(Alter(old, enum))
        tables = _weighed(context, old.key) if work else {}
        if work and tables:
            listed = " and ".join(with_size(context, table) for table in tables)
            yield RULE.finding(
                enum.key,
                f"The type is made anew, and each column of it moved over, under {work.lock}: {work.blocks} "
                f"of {listed} wait until it is done.",
                min(tables.values(), key=SEVERITIES.index),
                "Leave the label in the type, and keep the code from using it.",
            )


def _weighed(context: Context, enum: Key) -> dict[Key, Severity]:
    """The tables with rows and a column of the type, as they stand."""
    columns = context.standing.of_kind(Column)
    found = {c.key.owner: weight(context, RULE, c.key.owner) for c in columns if c.type.enum == enum}
    return {table: how for table, how in found.items() if how}
