"""The columns of a foreign key differ in type from those that they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, ForeignKey, Key

RULE = Rule(
    "fk-type-mismatch",
    "medium",
    "a foreign key between columns of different types; a blocker where the server refuses it",
)


def check(context: Context) -> Iterable[Finding]:
    after = context.comparison.after
    new = {fk.key for fk in context.created(ForeignKey)}
    retyped = {column.key for _, column in context.altered(Column)}
    for fk in after.of_kind(ForeignKey):
        for mine, other in zip(fk.columns, fk.target_columns, strict=False):
            column, target = after.column(fk.key.owner, mine), after.column(fk.target, other)
            if column is None or target is None or not (fk.key in new or {column.key, target.key} & retyped):
                continue
            if not context.dialect.fits_reference(column.type, target.type):
                yield _finding(context, fk.key, column, target)


def _finding(context: Context, key: Key, column: Column, target: Column) -> Finding:
    refused = context.dialect.strict_references
    follows = "the server refuses the key" if refused else "values that one side takes do not fit the other"
    return RULE.finding(
        key,
        f"{column.key.label} is {column.type.words}, {target.key.label} is {target.type.words}: {follows}.",
        "blocker" if refused else None,
        "Give both columns one type.",
    )
