"""What a change between numeric types does to the values."""

from __future__ import annotations

from autogen.dialects.base import TypeChange
from autogen.dialects.postgresql.casts import INTEGERS

NONE = TypeChange("none")
_RANGES = {"smallint": 16, "integer": 32, "bigint": 64}
_DIGITS = {"real": 6, "double precision": 15, "smallint": 5, "integer": 10, "bigint": 19}


def number_change(old: str, new: str, had: tuple[str, ...], has: tuple[str, ...]) -> TypeChange:
    """Between two different types; ``had`` and ``has`` are their parameters."""
    if new in INTEGERS:
        return _to_integer(old, new, had)
    if new == "numeric":
        return _to_numeric(old, has)
    if old in INTEGERS:
        kept = _DIGITS[old] <= _DIGITS[new]
        return (
            NONE if kept else TypeChange("lossy", f"values are rounded to the {_DIGITS[new]} digits of {new}")
        )
    if old == "real":
        return NONE
    fail = f"values out of the range of {new} fail"
    return TypeChange("lossy", f"values are rounded to the {_DIGITS[new]} digits of {new}, and {fail}")


def _to_integer(old: str, new: str, had: tuple[str, ...]) -> TypeChange:
    fail = f"values out of the range of {new} fail"
    if old in INTEGERS:
        return TypeChange("narrowing", fail) if _RANGES[new] < _RANGES[old] else NONE
    if old == "numeric" and had and parameters(had)[1] <= 0:
        precision, scale = parameters(had)
        return NONE if precision - scale < _DIGITS[new] else TypeChange("narrowing", fail)
    return TypeChange("lossy", f"fractions are rounded away, and {fail}")


def _to_numeric(old: str, has: tuple[str, ...]) -> TypeChange:
    if not has:
        if old in INTEGERS:
            return NONE
        return TypeChange(
            "lossy", f"values are rounded to the {_DIGITS[old]} digits that the cast keeps of {old}"
        )
    precision, scale = parameters(has)
    if old not in INTEGERS or scale < 0:
        return TypeChange("lossy", f"values are rounded to {scale} decimal places; larger ones fail")
    if precision - scale < _DIGITS[old]:
        return TypeChange("narrowing", f"values with more than {precision - scale} digits fail")
    return NONE


def numeric_change(had: tuple[str, ...], has: tuple[str, ...]) -> TypeChange:
    """From one precision and scale to another; no parameters set no limit."""
    if not has:
        return NONE
    precision, scale = parameters(has)
    if not had:
        return TypeChange("lossy", f"values are rounded to {scale} decimal places; larger ones fail")
    was_precision, was_scale = parameters(had)
    fewer = precision - scale < was_precision - was_scale
    fail = f"values with more than {precision - scale} integer digits fail"
    if scale < was_scale:
        why = f"values are rounded from {was_scale} to {scale} decimal places"
        return TypeChange("lossy", f"{why}, and {fail}" if fewer else why)
    return TypeChange("narrowing", fail) if fewer else NONE


def parameters(of: tuple[str, ...]) -> tuple[int, int]:
    """Precision and scale."""
    return int(of[0]), int(of[1]) if len(of) > 1 else 0
