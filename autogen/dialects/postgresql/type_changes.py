"""What a change of a column's type does to its values (measured on PostgreSQL 15 and 18)."""

from __future__ import annotations

from dataclasses import replace

from autogen.dialects.base import TypeChange
from autogen.dialects.postgresql.casts import NUMBERS, STRINGS, base, has_cast
from autogen.dialects.postgresql.number_changes import number_change, numeric_change
from autogen.dialects.postgresql.scalar_changes import scalar_change
from autogen.dialects.postgresql.sqltext import identifier, split_type
from autogen.dialects.postgresql.time_changes import FRACTIONS, TIMESTAMPTZ, rounded, time_change
from autogen.schema import Column, ColumnType, Object

NONE = TypeChange("none")
_WIDTHS = {
    "smallint": 6,
    "integer": 11,
    "bigint": 20,
    "real": 15,
    "double precision": 24,
    "oid": 10,
    "boolean": 5,
    "uuid": 36,
    "date": 16,
    "time without time zone": 15,
    "time with time zone": 24,
    "timestamp without time zone": 40,
    "timestamp with time zone": 48,
    "macaddr": 17,
    "macaddr8": 23,
    "inet": 49,
    "cidr": 49,
}
"""The longest text of types whose text has a limit."""

_SAID = {
    TIMESTAMPTZ: "values become text in the session's TimeZone",
    "money": "values become text in the session's lc_monetary",
}
_READ = {
    "date": "a time of day in the text is dropped, and what is ambiguous is read in the session's DateStyle",
    "timestamp without time zone": "an offset in the text is dropped",
    "timestamp with time zone": "text without an offset is read in the session's TimeZone",
    "time without time zone": "an offset in the text is dropped",
    "money": "the text is read in the session's lc_monetary",
    "tsvector": "the text is taken for lexemes as they are, which to_tsvector() would make of it",
    "tsquery": "the text is taken for lexemes as they are, which to_tsquery() would make of it",
}


def type_change(before: Object, after: Object) -> TypeChange:
    """For two versions of a column; anything else, and an equal type, changes no value, and a generated
    column has no values of its own."""
    if not isinstance(before, Column) or not isinstance(after, Column) or before.type == after.type:
        return NONE
    if after.computed:
        return NONE
    change = _change(before.type, after.type, identifier(after.name))
    if change.loss == "none" and _no_way_back(before.type, after.type):
        why = f"PostgreSQL has no cast from {after.type.sql} back to {before.type.sql}"
        return TypeChange("may fail", f"{why}: downgrade() fails on rows unless you write it one")
    return replace(change, clash=_clash(change, base(before.type), base(after.type)))


def _clash(change: TypeChange, old: str, new: str) -> str:
    """Why values that differed may be equal now."""
    if new == "citext":
        return "values that differ only in case become equal"
    if change.loss == "lossy" and old != "character":
        return "values that differ may become equal"
    if change.loss == "may fail" and old in STRINGS and new not in STRINGS:
        return "different spellings of one value become equal"
    return ""


def _change(before: ColumnType, after: ColumnType, column: str) -> TypeChange:
    old, old_parameters, old_dimensions = split_type(before.sql)
    new, new_parameters, new_dimensions = split_type(after.sql)
    if bool(old_dimensions) != bool(new_dimensions):
        return _array_change(before, after, column)
    if before.enum or after.enum:
        return _enum_change(before, after)
    old, new = base(before), base(after)
    if old == new:
        return _parameters_change(new, old_parameters, new_parameters, before, after)
    if "bytea" in (old, new) and not STRINGS.isdisjoint((old, new)):
        return _bytes_change(old, new_parameters, bool(old_dimensions), after)
    if old in STRINGS or new in STRINGS:
        if old not in STRINGS:
            return _to_string(old, old_parameters, _length(new_parameters, new == "character"))
        return _string_change(old, new, old_parameters, new_parameters, after)
    if old in NUMBERS and new in NUMBERS:
        return number_change(old, new, old_parameters, new_parameters)
    change = time_change(old, new, before, after, column)
    return change or scalar_change(old, new, before, after)


def _no_way_back(before: ColumnType, after: ColumnType) -> bool:
    had, has = split_type(before.sql)[2], split_type(after.sql)[2]
    if had or has:
        return not has and base(after) in ("json", "jsonb")
    return not before.enum and not after.enum and has_cast(after, before) is False


# -- arrays and enum types -------------------------------------------------------------------------------


def _array_change(before: ColumnType, after: ColumnType, column: str) -> TypeChange:
    """Between a type and an array: the one item that is there already or that there is room for."""
    if not split_type(after.sql)[2]:
        new, parameters, _ = split_type(after.sql)
        if new in STRINGS:
            fail = f"arrays whose text is longer than {(*parameters, '1')[0]} fail"
            if parameters or new == "character":
                return TypeChange("narrowing", fail)
            said = _SAID.get(base(before))
            return TypeChange("may fail", said) if said else NONE
        if new in ("json", "jsonb"):
            return NONE
        return TypeChange(
            "lossy", "an empty array becomes NULL, one item becomes the value, and several fail"
        )
    if base(before) in STRINGS and not before.enum:
        return TypeChange("may fail", f"text that is no {after.sql}, as in '{{…}}', fails")
    if base(before) in ("json", "jsonb"):
        return TypeChange("may fail", f"PostgreSQL has no cast from JSON to {after.sql}: state one")
    item = ColumnType(after.sql.rstrip("[]"), enum=after.enum)
    return NONE if item.sql == before.sql else _change(before, item, column)


def _enum_change(before: ColumnType, after: ColumnType) -> TypeChange:
    if after.enum is None:
        name, length, _ = split_type(after.sql)
        if name == "character":
            return TypeChange("narrowing", f"labels longer than {(*length, '1')[0]} fail, others are padded")
        if base(after) in STRINGS:
            return TypeChange("narrowing", f"labels longer than {length[0]} fail") if length else NONE
        if name in ("json", "jsonb", "bytea") and not split_type(after.sql)[2]:
            return NONE
        return TypeChange("may fail", f"labels that are no {after.sql} fail")
    return TypeChange("may fail", f"values that are no label of {after.enum.label} fail")


# -- other parameters of the same type -------------------------------------------------------------------


def _parameters_change(
    name: str, old: tuple[str, ...], new: tuple[str, ...], before: ColumnType, after: ColumnType
) -> TypeChange:
    if name in ("character varying", "bit varying", "character", "bit"):
        fixed = name in ("character", "bit")
        room, was = _length(new, fixed), _length(old, fixed)
        if room is not None and (was is None or room < was or (name == "bit" and room != was)):
            return TypeChange("narrowing", _longer(room, name))
        return TypeChange("none", "values are padded with spaces") if name == "character" else NONE
    if name == "numeric":
        return numeric_change(old, new)
    if name in FRACTIONS:
        fields, had = _fields(after), _fields(before)
        if rounded(before, after) or (fields and fields != had):
            return TypeChange("lossy", f"values are rounded to {after.sql}")
        return NONE
    if old != new and new:
        return TypeChange("may fail", f"values that do not fit {after.sql} fail")
    return NONE


def _longer(room: int, name: str) -> str:
    if name == "bit":
        return f"values that are not {room} bits long fail"
    cut = "" if name == "bit varying" else ", but for blanks at their end, which are cut"
    return f"values longer than {room} fail{cut}"


def _length(parameters: tuple[str, ...], fixed: bool) -> int | None:
    return int(parameters[0]) if parameters else (1 if fixed else None)


def _fields(type_: ColumnType) -> str:
    return split_type(type_.sql)[0].removeprefix("interval").strip()


# -- text ------------------------------------------------------------------------------------------------


def _bytes_change(old: str, parameters: tuple[str, ...], array: bool, after: ColumnType) -> TypeChange:
    """Text of a column is taken for UTF-8; the items of an array are cast, in bytea's own notation."""
    if array:
        why = f"items become {after.sql} in the hex and escape notation of bytea, not in UTF-8"
        return TypeChange("lossy", why)
    if old != "bytea":
        return NONE if old != "character" else TypeChange("lossy", "blanks at the end are removed")
    fail = "bytes that are no UTF-8 text fail"
    if parameters or base(after) == "character":
        return TypeChange("narrowing", f"{fail}, and so does text longer than {(*parameters, '1')[0]}")
    return TypeChange("may fail", fail)


def _string_change(
    old: str, new: str, old_parameters: tuple[str, ...], new_parameters: tuple[str, ...], after: ColumnType
) -> TypeChange:
    room = _length(new_parameters, new == "character")
    if new not in STRINGS:
        more = f"; {_READ[new]}" if new in _READ else ""
        return TypeChange(
            "may fail", f"text that is no {after.sql} fails, and its own spelling is lost{more}"
        )
    was = _length(old_parameters, old == "character")
    if new == "character":
        pads = "values are padded, and blanks at their end no longer count"
        fail = f"; {_longer(room or 1, new)}" if was is None or was > (room or 1) else ""
        return TypeChange("lossy", pads + fail)
    if room is not None and (was is None or room < was):
        return TypeChange("narrowing", _longer(room, new))
    if old == "character":
        return TypeChange("lossy", "blanks at the end are removed")
    if new == "citext":
        return TypeChange("may fail", "values that differ only in case become equal, also to unique indexes")
    if new == "name":
        return TypeChange("lossy", "values longer than 63 bytes are cut")
    if old == "citext":
        return TypeChange("none", "comparisons become case-sensitive")
    return NONE


def _to_string(old: str, parameters: tuple[str, ...], room: int | None) -> TypeChange:
    said, width = _SAID.get(old, ""), _width(old, parameters)
    if room is not None and (width is None or width > room):
        fail = f"values whose text is longer than {room} fail"
        return TypeChange("narrowing", f"{fail}, and {said}" if said else fail)
    return TypeChange("may fail", said) if said else NONE


def _width(name: str, parameters: tuple[str, ...]) -> int | None:
    """The length of the longest text; None where it has no limit."""
    if name in ("bit", "bit varying"):
        return _length(parameters, name == "bit")
    if name == "numeric" and parameters:
        return int(parameters[0]) + 3  # sign, point, and the zero before it
    return _WIDTHS.get(name)
