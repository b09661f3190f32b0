"""What a server with no rows in its tables answers to a query: often nothing, yet count(*) is 0."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from autogen.lint.sql.data import parsed
from autogen.values import value


@value(frozen=True, slots=True)
class Answer:
    """The names of the columns, and the rows: one at most."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...] = ()


@lru_cache(maxsize=256)
def answer(sql: str, grammar: str) -> Answer | None:
    """None where the statement has no rows for an answer, or is not understood."""
    from sqlglot import exp

    found = parsed(sql, grammar)
    if not isinstance(found, exp.Query):
        return None
    columns = tuple(projection.alias_or_name or "?column?" for projection in found.selects)
    if not isinstance(found, exp.Select) or not _has_one_row(found):
        return Answer(columns)
    return Answer(columns, (tuple(outcome(projection) for projection in found.selects),))


def _has_one_row(select: Any) -> bool:
    """Whether it has a row although no table has: an aggregate over all, or a query of no table."""
    from sqlglot import exp

    if select.args.get("group") or select.args.get("having"):
        return False
    tableless = not (select.args.get("from") or select.args.get("from_"))  # sqlglot renamed the argument
    return tableless or any(
        aggregate.find_ancestor(exp.Window, exp.Select) is select
        for projection in select.selects
        for aggregate in projection.find_all(exp.AggFunc)
    )


def outcome(node: Any) -> Any:
    """An expression over no rows; None where it is NULL, and where nobody here knows."""
    from sqlglot import exp

    if isinstance(node, exp.Alias | exp.Paren | exp.Cast):
        return outcome(node.this)
    if isinstance(node, exp.Count | exp.CountIf):
        return 0
    if isinstance(node, exp.Exists):
        return False
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Coalesce):
        return next((v for part in (node.this, *node.expressions) if (v := outcome(part)) is not None), None)
    if isinstance(node, exp.Not):
        value = outcome(node.this)
        return None if value is None else not value
    compare = _comparisons().get(type(node))
    if compare is not None:
        left, right = outcome(node.this), outcome(node.expression)
        known = isinstance(left, int | float) and isinstance(right, int | float)
        return compare(left, right) if known else None
    return None


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


@lru_cache(maxsize=1)
def _comparisons() -> Mapping[type, Callable[[Any, Any], bool]]:
    from sqlglot import exp

    return {
        exp.GT: operator.gt,
        exp.GTE: operator.ge,
        exp.LT: operator.lt,
        exp.LTE: operator.le,
        exp.EQ: operator.eq,
        exp.NEQ: operator.ne,
    }
