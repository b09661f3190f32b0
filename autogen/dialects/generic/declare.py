"""What the models declare, in the form in which the Inspector gives it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import is_autoincrement
from autogen.dialects.generic.sqltext import expression
from autogen.schema import Check, Column, Index

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
    """Most columns are as they should be, and are not built a second time."""
    if value.computed:
        value = replace(
            value, computed=replace(value.computed, expression=expression(value.computed.expression))
        )
    if value.default is not None:
        value = replace(value, default=expression(value.default))
    return replace(value, autoincrement=True) if is_autoincrement(declared) else value
