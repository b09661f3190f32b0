"""What becomes of numbers when their column gets another type."""

from __future__ import annotations

from autogen.dialects.base import TypeChange
from autogen.dialects.mysql import types
from autogen.dialects.mysql.text_changes import BYTES, STRINGS, printed
from autogen.dialects.mysql.types import TypeParts

NONE = TypeChange("none")
_EXACT = {"float": 2**24, "double": 2**53}
"""Up to where every integer has a float of its own."""
_DIGITS = {"float": 7, "double": 15}
_LONGEST = {"float": "-1.23457e-38", "double": "-2.2250738585072014e-308"}


def from_integer(old: TypeParts, new: TypeParts) -> TypeChange:
    low, high = types.integer_range(old)
    if new.name in types.INTEGERS:
        floor, ceiling = types.integer_range(new)
        if floor <= low and high <= ceiling:
            return NONE
        return TypeChange("narrowing", f"values outside {floor} to {ceiling} are refused")
    if new.name == "decimal":
        return _into_digits(new, len(str(high)), 0, low < 0)
    if new.name in _EXACT:
        if high > _EXACT[new.name]:
            return TypeChange("lossy", f"large integers lose digits as {new.name}")
        return _into_digits(new, len(str(high)), 0, low < 0)
    if new.name in STRINGS | BYTES:
        longest = "9" * int(old.args[0]) if old.zerofill and old.args else ""
        return printed(max(str(low), str(high), longest, key=len), new, "numbers")
    if new.name == "json" and not old.zerofill:
        return NONE
    return TypeChange("may fail", f"integers are converted to {new.name}")


def _into_digits(new: TypeParts, digits: int, scale: int, signed: bool) -> TypeChange:
    """Numbers of so many integer digits and decimal places in a decimal, or a float with digits stated."""
    if new.args:
        room = int(new.args[0]) - int(new.args[1])
        if int(new.args[1]) < scale:
            return TypeChange("lossy", f"values are rounded to {new.args[1]} decimal places")
        if room < digits:
            return TypeChange("narrowing", f"values of more than {room} integer digits are refused")
    if signed and new.unsigned:
        return TypeChange("narrowing", "negative values are refused")
    return NONE


def from_decimal(old: TypeParts, new: TypeParts) -> TypeChange:
    digits, scale = (int(a) for a in old.args)
    if new.name == "decimal":
        return _into_digits(new, digits - scale, scale, not old.unsigned)
    if new.name in types.INTEGERS:
        if scale:
            return TypeChange("lossy", "decimal places are rounded away")
        floor, ceiling = types.integer_range(new)
        fits = 10**digits - 1 <= ceiling and (old.unsigned or floor <= 1 - 10**digits)
        return NONE if fits else TypeChange("narrowing", f"values outside {floor} to {ceiling} are refused")
    if new.name in _EXACT:
        if scale or 10**digits > _EXACT[new.name]:
            return TypeChange("lossy", "exact decimals become approximate")
        return _into_digits(new, digits, 0, not old.unsigned)
    if new.name in STRINGS | BYTES:
        width = max(digits - scale, 1) + (scale + 1 if scale else 0) + (not old.unsigned)
        return printed("9" * width, new, "numbers")
    if new.name == "json" and not old.zerofill:
        return NONE
    return TypeChange("may fail", f"decimals are converted to {new.name}")


def from_approximate(old: TypeParts, new: TypeParts) -> TypeChange:
    sized = [int(a) for a in old.args]
    if new.name in _EXACT:
        if new.name == "float" != old.name or (new.args and not sized):
            return TypeChange("lossy", f"values are rounded to {new.sql}")
        digits, scale = (sized[0] - sized[1], sized[1]) if sized else (0, 0)
        return _into_digits(new, digits, scale, not old.unsigned)
    if new.name == "decimal":
        whole = sized and sized[0] <= _DIGITS[old.name]
        if whole and (old.name == "double" or sized[1] == int(new.args[1])):
            return _into_digits(new, sized[0] - sized[1], sized[1], not old.unsigned)
        return TypeChange("lossy", "values are rounded to decimals; larger ones are refused")
    if new.name in types.INTEGERS:
        return TypeChange("lossy", "fractions are rounded away")
    if old.name == "float" and not sized and new.name in STRINGS | BYTES | {"json"}:
        return TypeChange("lossy", "six digits of each number are written")
    if new.name in STRINGS | BYTES:
        return printed("9" * (sized[0] + 2) if sized else _LONGEST[old.name], new, "numbers")
    if new.name == "json":
        return NONE
    return TypeChange("may fail", f"numbers are converted to {new.name}")
