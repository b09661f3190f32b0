"""What the models declare, in the form in which the Inspector gives it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import is_autoincrement
from autogen.dialects.generic.sqltext import expression
from autogen.schema import Check, Column, Computed, Index

if TYPE_CHECKING:
    from autogen.dialects.base import O


def part(declared: Any, value: O) -> O:
    if isinstance(value, Column):
        return _column(declared, value)  # type: ignore[return-value]
    if isinstance(value, Check):
        return replace(value, expression=expression(value.expression))
    if isinstance(value, Index):
        elements = (
            replace(e, text=expression(e.text), nulls_first=False) if e.is_expression else e
            for e in value.elements
        )
        return replace(value, elements=tuple(elements))
    return value


def _column(declared: Any, value: Column) -> Column:
    computed = value.computed
    if computed:
        computed = Computed(expression(computed.expression), computed.persisted)
    return replace(
        value,
        default=None if value.default is None else expression(value.default),
        computed=computed,
        autoincrement=is_autoincrement(declared),
    )
