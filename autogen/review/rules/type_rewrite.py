"""A change of type for which the whole table is written anew."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import locked
from autogen.review.rules.enum_mysql import is_enumeration

RULE = Rule(
    "type-rewrite",
    "high",
    "a change of type that rewrites the table, or its indexes, under a lock",
    dialects=("postgresql", "mysql", "sqlite"),
)
_REMEDY = "Add a column of the new type, fill it in batches, move the code over, then drop the old one."


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        if is_enumeration(before) and is_enumeration(after):
            continue
        work = context.work(Alter(before, after))
        yield from locked(context, RULE, after.key, work, _REMEDY)
