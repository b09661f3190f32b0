"""Labels of an enum type go or change places, for which the type and all its columns are made anew."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.schema import Column, EnumType

RULE = Rule(
    "enum-remove",
    "high",
    "labels of an enum type removed or reordered: every table that uses it is rewritten",
    dialects=("postgresql",),
)
_REMEDY = "Leave the label in the type, and keep the code from using it, if its order and presence do no harm."


def check(context: Context) -> Iterable[Finding]:
    for change, enum in context.changed(EnumType):
        work = context.work(change)
        for column in context.comparison.before.of_kind(Column):
            if work is not None and column.type.enum == enum.key and column.key.owner not in context.dropped_tables:
                note = f", for {enum.key.label} is made anew"
                yield from locked(context, RULE, column.key, work, _REMEDY, note=note)
