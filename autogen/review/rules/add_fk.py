"""A foreign key over rows that stand, which may refer to nothing."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import ForeignKey

RULE = Rule("add-fk", "high")


def check(context: Context) -> Iterable[Finding]:
    changed = [a for b, a in context.altered(ForeignKey) if _refers(b) != _refers(a)]
    for fk in [*context.created(ForeignKey), *changed]:
        table = fk.key.owner
        if not fk.validated or context.always_null(table, fk.columns) or _held(context, fk):
            continue
        if context.may_hold_rows(table):
            yield RULE.finding(
                fk.key,
                f"Must refer to rows of {fk.target.label}: the upgrade fails while values refer to nothing. "
                "Remove or repair such rows first; both tables are locked while it is checked.",
            )


def _refers(fk: ForeignKey) -> tuple[object, ...]:
    """What decides whether a row satisfies the key."""
    return (sorted(zip(fk.columns, fk.target_columns, strict=False)), fk.target, fk.match, fk.validated)


def _held(context: Context, fk: ForeignKey) -> bool:
    """Whether a foreign key of the database enforces as much already."""
    parts = context.comparison.before.parts(context.old_name(fk.key.owner))
    return any(isinstance(p, ForeignKey) and _refers(p) == _refers(fk) for p in parts)
