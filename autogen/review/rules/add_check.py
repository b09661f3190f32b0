"""A check over rows that stand, which may violate it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.loosened import loosened
from autogen.review.probes import Violations
from autogen.review.weighing import weighed
from autogen.schema import Check, requires

RULE = Rule("add-check", "high", "a check over rows that may violate it")
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.S)
_CALLED = re.compile(r"([^\W\d]\w*)[`\"]?\s*\(")
_WORD = re.compile(r"\w+")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Check), *(after for _, after in context.altered(Check))]:
        if not new.validated or not new.enforced or _held(context, new) or _over_nothing(context, new):
            continue
        if context.may_hold_rows(new.key.owner):
            finding = RULE.finding(
                new.key,
                "Must hold for every row: the upgrade fails while a row violates the check.",
                remedy="Repair such rows first, and deploy code that writes no more of them.",
            )
            settled = "Deploy code that writes no other values first."
            yield weighed(finding, context.ask(Violations(new)), settled=settled)


def _held(context: Context, new: Check) -> bool:
    """Whether a check of the database enforces as much already."""
    parts = context.standing.parts(new.key.owner)
    return any(
        isinstance(p, Check) and p.validated and p.enforced and loosened(p.expression, new.expression)
        for p in parts
    )


def _over_nothing(context: Context, new: Check) -> bool:
    """Whether the check compares nothing but columns that are new and null in every row: it comes to null
    there, which satisfies it."""
    needed = requires(new, context.comparison.after)
    columns = [key.name for key in needed if key.kind == "column"]
    return (
        bool(columns)
        and all(context.always_null(new.key.owner, [name]) for name in columns)
        and not _makes_values(new.expression)
    )


def _makes_values(expression: str) -> bool:
    """Whether something in it may make a value of a null: a function, CASE, IS NULL, ``<=>``."""
    text = _QUOTED.sub("", expression).lower()
    called = {word for word in _CALLED.findall(text) if word not in ("in", "any", "and", "or", "not")}
    return bool(called) or "<=>" in text or not {"is", "case"}.isdisjoint(_WORD.findall(text))
