"""What a change of a column's type does to its values, in strict sql_mode."""

from __future__ import annotations

from autogen.dialects.base import TypeChange
from autogen.dialects.mysql import types
from autogen.dialects.mysql.types import TypeParts
from autogen.schema import Column, Object

_NONE = TypeChange("none")
_WIDTHS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_SIZES = {"tiny": 255, "medium": 16777215, "long": 4294967295}
_BYTES = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
_STRINGS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_LABELS = frozenset({"enum", "set"})
_APPROXIMATE = frozenset({"float", "double"})
_MOMENTS = frozenset({"datetime", "timestamp"})
_UNICODE = ("utf8mb4", "utf16", "utf32")


def type_change(before: Object, after: Object) -> TypeChange:
    if not (isinstance(before, Column) and isinstance(after, Column)) or before.type == after.type:
        return _NONE
    old, new = types.parse(before.type.sql), types.parse(after.type.sql)
    charset = after.type.charset
    if charset and charset != before.type.charset and not charset.startswith(_UNICODE):
        return TypeChange("may fail", f"characters that {charset} does not have are refused")
    if old == new:
        return _NONE
    return _change(old, new)


def _change(old: TypeParts, new: TypeParts) -> TypeChange:
    if old.name in types.INTEGERS:
        return _from_integer(old, new)
    if old.name == "decimal":
        return _from_decimal(old, new)
    if old.name in _APPROXIMATE:
        return _from_approximate(old, new)
    if old.name in _LABELS:
        return _from_labels(old, new)
    if old.name in _STRINGS:
        return _from_string(old, new)
    if old.name in _BYTES and new.name in _BYTES:
        return _length(old, new, "bytes")
    if old.name in _MOMENTS | {"date", "time", "year"}:
        return _from_moment(old, new)
    if new.name in _STRINGS:
        return _NONE if _capacity(new) >= 255 else TypeChange("narrowing", "longer values are refused")
    return TypeChange("may fail", f"{old.name} values are converted to {new.name}")


def _integer_range(parts: TypeParts) -> tuple[int, int]:
    bits = _WIDTHS[parts.name]
    return (0, 2**bits - 1) if parts.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _from_integer(old: TypeParts, new: TypeParts) -> TypeChange:
    low, high = _integer_range(old)
    if new.name in types.INTEGERS:
        floor, ceiling = _integer_range(new)
        if floor <= low and high <= ceiling:
            return _NONE
        return TypeChange("narrowing", f"values outside {floor} to {ceiling} are refused")
    if new.name == "decimal":
        fits = 10 ** (int(new.args[0]) - int(new.args[1])) > high and not (new.unsigned and low < 0)
        return _NONE if fits else TypeChange("narrowing", "values with more digits are refused")
    if new.name == "float" or (new.name == "double" and high > 2**53):
        return TypeChange("lossy", f"large integers lose digits as {new.name}")
    if new.name == "double":
        return _NONE
    if new.name in _STRINGS:
        return (
            _NONE
            if _capacity(new) >= len(str(low))
            else TypeChange("narrowing", "longer numbers are refused")
        )
    return TypeChange("may fail", f"integers are converted to {new.name}")


def _from_decimal(old: TypeParts, new: TypeParts) -> TypeChange:
    digits, scale = (int(a) for a in old.args)
    if new.name == "decimal":
        new_digits, new_scale = (int(a) for a in new.args)
        if new_scale < scale:
            return TypeChange("lossy", f"values are rounded to {new_scale} decimal places")
        if new_digits - new_scale < digits - scale or (new.unsigned and not old.unsigned):
            return TypeChange("narrowing", "values that do not fit are refused")
        return _NONE
    if new.name in types.INTEGERS:
        if scale:
            return TypeChange("lossy", "decimal places are rounded away")
        return TypeChange("narrowing", "values outside the integer's range are refused")
    if new.name in _APPROXIMATE:
        return TypeChange("lossy", "exact decimals become approximate")
    if new.name in _STRINGS:
        return (
            _NONE if _capacity(new) >= digits + 2 else TypeChange("narrowing", "longer numbers are refused")
        )
    return TypeChange("may fail", f"decimals are converted to {new.name}")


def _from_approximate(old: TypeParts, new: TypeParts) -> TypeChange:
    if (old.name, new.name) == ("float", "double") and not new.args:
        return _NONE
    if new.name in types.INTEGERS | {"decimal"} | _APPROXIMATE:
        return TypeChange("lossy", f"values are rounded to {new.name}")
    return TypeChange("may fail", f"numbers are converted to {new.name}")


def _from_labels(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name == old.name:
        gone = [label for label in old.args if label not in new.args]
        if gone:
            return TypeChange("narrowing", f"rows that hold {', '.join(map(repr, gone[:3]))} are refused")
        return _NONE
    if new.name in _STRINGS:
        longest = max((len(a) for a in old.args), default=0)
        if old.name == "set":
            longest = len(",".join(old.args))
        return _NONE if _capacity(new) >= longest else TypeChange("narrowing", "longer labels are refused")
    return TypeChange("may fail", f"labels are converted to {new.name}")


def _from_string(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name in _STRINGS:
        return _length(old, new, "characters")
    if new.name in _LABELS:
        return TypeChange("may fail", "values that are none of the labels are refused")
    if new.name in _BYTES:
        return TypeChange("may fail", "text becomes its bytes")
    if new.name == "json":
        return TypeChange("may fail", "text that is not JSON is refused")
    return TypeChange("may fail", f"text that is no {new.name} is refused")


def _length(old: TypeParts, new: TypeParts, unit: str) -> TypeChange:
    if _capacity(new) >= _capacity(old):
        return _NONE
    return TypeChange("narrowing", f"values longer than {_capacity(new)} {unit} are refused")


def _capacity(parts: TypeParts) -> int:
    """How much a string or binary type holds, in its own unit."""
    if parts.args:
        return int(parts.args[0])
    stem = parts.name.removesuffix("text").removesuffix("blob")
    return _SIZES.get(stem, 65535)


def _from_moment(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name in _MOMENTS and old.name in _MOMENTS:
        if int(new.args[0] if new.args else 0) < int(old.args[0] if old.args else 0):
            return TypeChange("lossy", "fractions of a second are rounded")
        if new.name == "timestamp" and old.name == "datetime":
            return TypeChange(
                "may fail",
                "values are read in the session's time zone; outside 1970 to 2038 they are refused",
            )
        if new.name != old.name:
            return TypeChange("lossy", "values are converted with the session's time zone")
        return _NONE
    if new.name == "date" and old.name in _MOMENTS:
        return TypeChange("lossy", "the time of day is lost")
    if old.name == "date" and new.name == "datetime":
        return _NONE
    if old.name == new.name:
        shorter = int(new.args[0] if new.args else 0) < int(old.args[0] if old.args else 0)
        return TypeChange("lossy", "fractions of a second are rounded") if shorter else _NONE
    if new.name in _STRINGS and _capacity(new) >= 26:
        return _NONE
    return TypeChange("lossy", f"{old.name} values are converted to {new.name}")
