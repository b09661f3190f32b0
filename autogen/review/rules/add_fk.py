"""A foreign key over rows that stand, which may refer to nothing."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Orphans
from autogen.review.weighing import weighed
from autogen.schema import ForeignKey

RULE = Rule("add-fk", "high", "a foreign key over values that may refer to no row")


def check(context: Context) -> Iterable[Finding]:
    for fk in [*context.created(ForeignKey), *(after for _, after in context.altered(ForeignKey))]:
        table = fk.key.owner
        if (
            not fk.validated
            or not fk.enforced
            or context.always_null(table, fk.columns)
            or _held(context, fk)
        ):
            continue
        if context.may_hold_rows(table):
            only = context.dialect.enforces_references
            otherwise = f", where {only}; elsewhere such rows stay" if only else ""
            finding = RULE.finding(
                fk.key,
                f"Values must refer to rows of {fk.target.label}: the upgrade fails while some do "
                f"not{otherwise}.",
                remedy="Remove or repair such rows first, and see that running code adds no more.",
            )
            settled = "See that running code adds no such rows."
            yield weighed(finding, context.ask(Orphans(fk)), fails=not only, settled=settled)


def _held(context: Context, fk: ForeignKey) -> bool:
    """Whether a foreign key of the database enforces as much already."""
    parts = context.standing.parts(fk.key.owner)
    return any(
        isinstance(p, ForeignKey)
        and p.validated
        and p.enforced
        and _refers(p) == _refers(fk)
        and (p.match == "FULL" or fk.match != "FULL" or len(fk.columns) == 1)
        for p in parts
    )


def _refers(fk: ForeignKey) -> tuple[object, ...]:
    """What a row has to satisfy, but for rows with some nulls (MATCH FULL)."""
    return (sorted(zip(fk.columns, fk.target_columns, strict=False)), fk.target)
