"""Under its new type a column may hold equal values, and a unique key over it stands."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create
from autogen.plan import Evidence, Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Duplicates
from autogen.review.weighing import GRAVEST, weighed
from autogen.schema import Column, Index, PrimaryKey, Unique

RULE = Rule("type-clash", "high", "a type or collation under which values of a unique key may become equal")


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        clash = context.dialect.type_change(before, after).clash
        keys = _keys(context, after) if clash else []
        if keys and context.may_hold_rows(after.key.owner):
            finding = RULE.finding(
                after.key,
                f"Conversion under a unique key: {clash}, and the upgrade fails.",
                remedy="Check the data first.",
            )
            yield weighed(finding, _evidence(context, keys), settled="")


def _evidence(context: Context, keys: list[PrimaryKey | Unique | Index]) -> Evidence | None:
    """What the rows say of the key that is worst off."""
    answers = [answer for key in keys if (answer := context.ask(Duplicates(key)))]
    return min(answers, key=lambda answer: GRAVEST.index(answer.verdict), default=None)


def _keys(context: Context, column: Column) -> list[PrimaryKey | Unique | Index]:
    """The unique keys over the column that stand through the change; of a new one, add-unique tells."""
    new = {change.key for change in context.comparison.changes if isinstance(change, Create)}
    parts = context.comparison.after.parts(column.key.owner)
    keys = [p for p in parts if isinstance(p, PrimaryKey | Unique | Index) and p.key not in new]
    return [p for p in keys if column.name in p.columns and getattr(p, "unique", True)]
