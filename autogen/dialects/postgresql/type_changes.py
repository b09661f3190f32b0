"""What a change of a column's type does to its values (measured on PostgreSQL 15 and 18)."""

from __future__ import annotations

from autogen.dialects.base import TypeChange
from autogen.dialects.postgresql.casts import INTEGERS, NUMBERS, STRINGS, base
from autogen.dialects.postgresql.sqltext import split_type
from autogen.schema import Column, ColumnType, Object

NONE = TypeChange("none")
_SEVERAL = "arrays of more than one item fail"
_RANGES = {"smallint": 16, "integer": 32, "bigint": 64}
_TIMES = {
    "date": {"day"},
    "time without time zone": {"time"},
    "time with time zone": {"time", "zone"},
    "timestamp without time zone": {"day", "time"},
    "timestamp with time zone": {"day", "time", "zone"},
}
_DIGITS = {"real": 6, "double precision": 15, "smallint": 5, "integer": 10, "bigint": 19}


def type_change(before: Object, after: Object) -> TypeChange:
    """For two versions of a column; anything else, and an equal type, changes no value."""
    if not isinstance(before, Column) or not isinstance(after, Column) or before.type == after.type:
        return NONE
    return _change(before.type, after.type)


def _change(before: ColumnType, after: ColumnType) -> TypeChange:
    old, old_parameters, old_dimensions = split_type(before.sql)
    new, new_parameters, new_dimensions = split_type(after.sql)
    if before.enum or after.enum:
        return _enum_change(before, after)
    if bool(old_dimensions) != bool(new_dimensions):
        if new_dimensions or (new in STRINGS and not new_parameters):
            if old in STRINGS and new_dimensions:
                return TypeChange("may fail", "text that is no array fails")
            return TypeChange("none", _to(after))
        return TypeChange("may fail", _SEVERAL)
    old, new = base(before), base(after)
    if old == new:
        return _parameters_change(new, old_parameters, new_parameters, before, after)
    if old in STRINGS or new in STRINGS:
        return _string_change(old, new, old_parameters, new_parameters, after)
    if old in NUMBERS and new in NUMBERS:
        return _number_change(old, new, old_parameters, new_parameters)
    if old in _TIMES and new in _TIMES:
        return _time_change(old, new)
    return _other_change(old, new, after)


def _places(digits: int) -> str:
    return f"{digits} decimal place{'' if digits == 1 else 's'}"


def _to(after: ColumnType) -> str:
    return f"every value is converted to {after.sql}"


def _enum_change(before: ColumnType, after: ColumnType) -> TypeChange:
    if after.enum is None:
        length = split_type(after.sql)[1]
        if base(after) in STRINGS:
            return TypeChange("narrowing", f"labels longer than {length[0]} fail") if length else NONE
        return TypeChange("may fail", f"labels that are no {after.sql} fail")
    if before.enum == after.enum:
        single = bool(split_type(before.sql)[2]) and not split_type(after.sql)[2]
        return TypeChange("may fail", _SEVERAL) if single else NONE
    return TypeChange("may fail", f"values that are no label of {after.enum.label} fail")


def _parameters_change(
    name: str, old: tuple[str, ...], new: tuple[str, ...], before: ColumnType, after: ColumnType
) -> TypeChange:
    if name in ("character varying", "bit varying", "character", "bit"):
        fixed = name in ("character", "bit")
        room, was = _length(new, fixed), _length(old, fixed)
        if room is not None and (was is None or room < was or (name == "bit" and room != was)):
            return TypeChange("narrowing", f"values longer than {room} fail")
        return TypeChange("none", "values are padded with spaces") if name == "character" else NONE
    if name == "numeric":
        return _numeric_change(old, new)
    if name in _TIMES or name == "interval":
        digits, was = _precision(after), _precision(before)
        fields, had = _fields(after), _fields(before)
        if digits < was or (fields and fields != had):
            if fields and fields != had:
                return TypeChange("lossy", f"what is finer than {fields} is cut off")
            return TypeChange("lossy", f"seconds are rounded to {_places(digits)}")
        return NONE
    if old != new and new:
        return TypeChange("may fail", f"values that do not fit {after.sql} fail")
    return NONE


def _length(parameters: tuple[str, ...], fixed: bool) -> int | None:
    return int(parameters[0]) if parameters else (1 if fixed else None)


def _precision(type_: ColumnType) -> int:
    parameters = split_type(type_.sql)[1]
    return int(parameters[0]) if parameters and parameters[0].isdigit() else 6


def _fields(type_: ColumnType) -> str:
    return split_type(type_.sql)[0].removeprefix("interval").strip()


def _numeric_change(old: tuple[str, ...], new: tuple[str, ...]) -> TypeChange:
    if not new:
        return NONE
    precision, scale = _numeric(new)
    if not old:
        return TypeChange("lossy", f"values are rounded to {_places(scale)}, too large ones fail")
    was_precision, was_scale = _numeric(old)
    if scale < was_scale:
        return TypeChange("lossy", f"values are rounded from {was_scale} to {_places(scale)}")
    if precision - scale < was_precision - was_scale:
        return TypeChange("narrowing", f"values with more than {precision - scale} integer digits fail")
    return NONE


def _numeric(parameters: tuple[str, ...]) -> tuple[int, int]:
    return int(parameters[0]), int(parameters[1]) if len(parameters) > 1 else 0


def _string_change(
    old: str, new: str, old_parameters: tuple[str, ...], new_parameters: tuple[str, ...], after: ColumnType
) -> TypeChange:
    if old not in STRINGS:
        if new_parameters or new == "character":
            return TypeChange("narrowing", f"values longer than {(*new_parameters, '1')[0]} fail")
        return TypeChange("none", "bytes become their hex text") if old == "bytea" else NONE
    if new not in STRINGS:
        return TypeChange("may fail", f"text that is no {after.sql} fails")
    if new == "citext":
        return TypeChange("may fail", "values that differ only in case become equal, also to unique indexes")
    if old == "citext" and not new_parameters:
        return TypeChange("none", "comparisons become case-sensitive")
    room = _length(new_parameters, new == "character")
    was = _length(old_parameters, old == "character")
    if room is not None and (was is None or room < was):
        return TypeChange("narrowing", f"values longer than {room} fail")
    if old == "character":
        return TypeChange("lossy", "trailing spaces are removed")
    return NONE


def _number_change(
    old: str, new: str, old_parameters: tuple[str, ...], new_parameters: tuple[str, ...]
) -> TypeChange:
    if old in INTEGERS and new in INTEGERS:
        if _RANGES[new] < _RANGES[old]:
            return TypeChange("narrowing", f"values out of the range of {new} fail")
        return NONE
    if new in INTEGERS:
        whole = old == "numeric" and bool(old_parameters) and _numeric(old_parameters)[1] <= 0
        if whole:
            return TypeChange("narrowing", f"values out of the range of {new} fail")
        return TypeChange("lossy", "fractions are rounded away")
    if new == "numeric":
        if not new_parameters:
            return NONE
        precision, scale = _numeric(new_parameters)
        if old not in INTEGERS or scale < 0:
            return TypeChange("lossy", f"values are rounded to {_places(scale)}, too large ones fail")
        if precision - scale < _DIGITS[old]:
            return TypeChange("narrowing", f"values with more than {precision - scale} digits fail")
        return NONE
    if old == "real" or (old in INTEGERS and _DIGITS[old] <= _DIGITS[new]):
        return NONE
    return TypeChange("lossy", f"values are rounded to the {_DIGITS[new]} digits of {new}")


def _time_change(old: str, new: str) -> TypeChange:
    lost = _TIMES[old] - _TIMES[new]
    if "day" in lost or "time" in lost:
        return TypeChange("lossy", f"the {'date' if 'day' in lost else 'time of day'} is lost")
    if "zone" in lost:
        return TypeChange("lossy", "the time zone is lost: values become local to the session's TimeZone")
    if "zone" in _TIMES[new] and "zone" not in _TIMES[old]:
        return TypeChange("none", "values are taken as local to the session's TimeZone")
    return NONE


_LOSSLESS = frozenset(
    {("cidr", "inet"), ("macaddr", "macaddr8"), ("boolean", "integer"), ("uuid", "bytea"), ("integer", "oid")}
)


def _other_change(old: str, new: str, after: ColumnType) -> TypeChange:
    pair = (old, new)
    if pair == ("json", "jsonb"):
        return TypeChange("lossy", "the order of keys, duplicate keys and white space are lost")
    if new == "boolean" and old in NUMBERS:
        return TypeChange("lossy", "every number but 0 becomes true")
    if old == "boolean" and new in NUMBERS:
        return NONE
    if pair == ("inet", "cidr"):
        return TypeChange("lossy", "host bits are removed")
    if pair == ("bit", "bit varying") or pair == ("jsonb", "json") or pair in _LOSSLESS:
        return NONE
    if new in ("json", "jsonb"):
        return NONE
    if old in _TIMES and new in INTEGERS:
        return TypeChange("lossy", "fractions of a second are rounded away")
    if old in INTEGERS and new in _TIMES:
        return TypeChange("may fail", "numbers are taken as seconds since 1970")
    return TypeChange("may fail", f"values that are no {after.sql} fail")
