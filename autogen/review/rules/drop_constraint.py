"""A constraint goes, and nothing stands in for it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import (
    Check,
    Column,
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    TablePart,
    Unique,
    requires,
)

RULE = Rule(
    "drop-constraint",
    "medium",
    "a foreign key, unique constraint or check that nothing replaces is dropped",
)
_LET_IN = {
    "foreign_key": "values that refer to no row",
    "unique": "duplicates",
    "check": "values that it refused",
    "exclude": "rows that conflict",
}


def check(context: Context) -> Iterable[Finding]:
    gone = {column.key for column in context.dropped(Column)} | {b.key for b, _ in context.retyped}
    kinds: tuple[type[Constraint], ...] = (ForeignKey, Unique, Check, Exclude)
    for kind in kinds:
        for part in context.dropped(kind):
            table = part.key.owner
            needed = requires(part, context.standing)
            if table in context.dropped_tables or needed & (gone | context.dropped_tables):
                continue
            if not _replaced(context, part):
                yield RULE.finding(
                    part.key,
                    f"Lets in {_LET_IN[part.key.kind]}; downgrade() fails while there are some.",
                    None if context.may_hold_rows(table) else "low",
                )


def _replaced(context: Context, part: TablePart) -> bool:
    """Whether something of the table asks for as much, or a new check for something of its kind."""
    after = context.comparison.after.parts(part.key.owner)
    if isinstance(part, Unique):
        wanted = set(part.columns)
        return any(
            isinstance(p, PrimaryKey | Unique | Index)
            and set(p.columns) <= wanted
            and bool(p.columns)
            and getattr(p, "unique", True)
            and getattr(p, "predicate", None) is None
            for p in after
        )
    if isinstance(part, ForeignKey):
        return any(isinstance(p, ForeignKey) and p.columns == part.columns for p in after)
    if isinstance(part, Check):
        old = _columns(context, part)
        return any(old & _columns(context, new) for new in context.created(Check) if _beside(new, part))
    return any(_beside(new, part) for new in context.created(Exclude))


def _beside(one: TablePart, other: TablePart) -> bool:
    return one.key.owner == other.key.owner


def _columns(context: Context, constraint: Check) -> set[str]:
    """The names of the columns that a check speaks of."""
    found: set[str] = set()
    for schema in (context.standing, context.comparison.after):
        found |= {key.name for key in requires(constraint, schema) if key.kind == "column"}
    return found
