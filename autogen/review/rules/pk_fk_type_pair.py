"""A column that foreign keys refer to changes its type."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import weight, with_size
from autogen.review.rule import SEVERITIES
from autogen.schema import ForeignKey, Key

RULE = Rule(
    "pk-fk-type-pair",
    "high",
    "another type for a column that foreign keys refer to: the tables on both sides are rewritten",
    dialects=("postgresql", "mysql"),
)


def check(context: Context) -> Iterable[Finding]:
    retyped = {after.key for _, after in context.retyped}
    for before, after in context.retyped:
        key = after.key
        referring = _referring(context, key)
        if not referring or context.work(Alter(before, after)) is None:
            continue
        tables = dict.fromkeys([key.owner, *(column.owner for column in referring if column in retyped)])
        weights = {t: w for t in tables if (w := weight(context, RULE, t))}
        if weights:
            listed = ", ".join(column.label for column in referring)
            locked = " and ".join(with_size(context, table) for table in weights)
            yield RULE.finding(
                key,
                f"{listed} {'refer' if len(referring) > 1 else 'refers'} to it: the keys are checked again, "
                f"and nobody writes to {locked} until all is done.",
                min(weights.values(), key=SEVERITIES.index),
                "Add new columns on both sides, fill them in batches, then swap them.",
            )


def _referring(context: Context, target: Key) -> list[Key]:
    """The columns that refer to a column and did so before."""
    found = []
    for fk in context.comparison.after.of_kind(ForeignKey):
        if fk.target == target.owner and fk.key not in {c.key for c in context.created(ForeignKey)}:
            pairs = zip(fk.columns, fk.target_columns, strict=False)
            found += [
                Key("column", fk.schema, fk.table, mine) for mine, other in pairs if other == target.name
            ]
    return sorted(set(found))
