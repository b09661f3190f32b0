"""What a change of a column's type does to its values, in strict sql_mode (measured on MariaDB 10.11)."""

from __future__ import annotations

from dataclasses import replace

from autogen.dialects.base import TypeChange
from autogen.dialects.mysql import types
from autogen.dialects.mysql.number_changes import from_approximate, from_decimal, from_integer
from autogen.dialects.mysql.text_changes import (
    BYTES,
    STRINGS,
    characters_of,
    clash,
    from_bytes,
    from_string,
    printed,
)
from autogen.dialects.mysql.types import TypeParts
from autogen.schema import Column, ColumnType, Object

NONE = TypeChange("none")
_LABELS = frozenset({"enum", "set"})
_MOMENTS = frozenset({"datetime", "timestamp"})
_ADDRESSES = {"inet4": 15, "inet6": 39, "uuid": 36}
_WEIGHT = ("none", "may fail", "narrowing", "lossy")


def type_change(before: Object, after: Object, is_mariadb: bool = True) -> TypeChange:
    """For two versions of a column; anything else, and an equal type, changes no value.

    A character set that a type does not state is taken for utf8mb4.
    """
    if not (isinstance(before, Column) and isinstance(after, Column)) or before.type == after.type:
        return NONE
    old, new = _parts(before.type), _parts(after.type)
    found = _change(old, new, is_mariadb)
    if old.name in STRINGS | _LABELS and new.name in STRINGS | _LABELS:
        characters = characters_of(old, new)
        if _WEIGHT.index(characters.loss) > _WEIGHT.index(found.loss):
            found = characters
    return replace(found, clash=clash(old, new))


def _parts(type_: ColumnType) -> TypeParts:
    """The type with the character set and collation that stand beside its text."""
    parts = types.parse(type_.sql)
    return replace(parts, charset=type_.charset, collation=type_.collation)


def _change(old: TypeParts, new: TypeParts, is_mariadb: bool) -> TypeChange:
    if old.name not in STRINGS and old.sql == new.sql:
        return NONE
    if new.name == "json" and not is_mariadb and old.name not in STRINGS:
        return TypeChange("may fail", f"{old.name} values are converted to JSON")
    if old.name in types.INTEGERS:
        return from_integer(old, new)
    if old.name == "decimal":
        return from_decimal(old, new)
    if old.name in ("float", "double"):
        return from_approximate(old, new)
    if old.name in _LABELS:
        return _from_labels(old, new)
    if old.name in STRINGS or old.name == "json":
        return from_string(old, new)
    if old.name in BYTES:
        return from_bytes(old, new)
    if old.name in _MOMENTS | {"date", "time"}:
        return _from_moment(old, new)
    return _from_other(old, new)


def _from_labels(old: TypeParts, new: TypeParts) -> TypeChange:
    gone = [label for label in old.args if label not in new.args]
    if new.name == old.name or (old.name, new.name) == ("enum", "set"):
        if gone:
            return TypeChange("narrowing", f"rows that hold {', '.join(map(repr, gone[:3]))} are refused")
        return NONE
    if new.name in STRINGS | BYTES:
        longest = ",".join(old.args) if old.name == "set" else max(old.args, key=len, default="")
        return printed(longest, new, "labels")
    return TypeChange("may fail", f"labels are converted to {new.name}")


def _from_other(old: TypeParts, new: TypeParts) -> TypeChange:
    if old.name == "year":
        return _from_year(old, new)
    if old.name == "bit":
        return _from_bits(old, new)
    if old.name in _ADDRESSES and new.name in STRINGS:
        return printed("x" * _ADDRESSES[old.name], new, f"{old.name} values")
    return TypeChange("may fail", f"{old.name} values are converted to {new.name}")


def _from_year(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name in STRINGS | BYTES:
        return printed("2024", new, "years", fixed=True)
    if new.name in types.INTEGERS | {"decimal", "float", "double"}:
        return from_integer(TypeParts("year"), new)
    return TypeChange("may fail", f"years are converted to {new.name}")


def _from_bits(old: TypeParts, new: TypeParts) -> TypeChange:
    bits = int(old.args[0])
    if new.name == "bit":
        if int(new.args[0]) >= bits:
            return NONE
        return TypeChange("narrowing", f"values of more than {new.args[0]} bits are refused")
    if new.name in types.INTEGERS:
        fits = types.integer_range(new)[1] >= 2**bits - 1
        return NONE if fits else TypeChange("narrowing", "larger values are refused")
    return TypeChange("may fail", f"bits are converted to {new.name}")


# -- dates and times -----------------------------------------------------------------------------------


def _from_moment(old: TypeParts, new: TypeParts) -> TypeChange:
    if new.name in STRINGS | BYTES:
        width = {"date": 10, "time": 10}.get(old.name, 19)
        digits = _fraction(old)
        text = "x" * (width + (digits + 1 if digits else 0))
        return printed(text, new, f"{old.name} values", fixed=old.name != "time")
    if new.name not in _MOMENTS | {"date", "time"}:
        return TypeChange("may fail", f"{old.name} values are converted to {new.name}")
    return _between_moments(old, new)


def _between_moments(old: TypeParts, new: TypeParts) -> TypeChange:
    if old.name == "time" != new.name:
        return TypeChange("lossy", "times get the current date" if new.name in _MOMENTS else "times are lost")
    if new.name in ("date", "time") and old.name != new.name:
        return TypeChange("lossy", f"the {'date' if new.name == 'time' else 'time of day'} is lost")
    if old.name != "date" and _fraction(new) < _fraction(old):
        return TypeChange("lossy", "fractions of a second are cut off or rounded")
    if new.name == "timestamp" != old.name:
        return TypeChange(
            "may fail", "values are read in the session's time zone; outside 1970 to 2038 they are refused"
        )
    if old.name == "timestamp" != new.name:
        return TypeChange("lossy", "values become local to the session's time zone")
    return NONE


def _fraction(parts: TypeParts) -> int:
    return int(parts.args[0]) if parts.args else 0
