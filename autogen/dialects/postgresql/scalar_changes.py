"""What a change between types of different kinds does to the values."""

from __future__ import annotations

from autogen.dialects.base import TypeChange
from autogen.dialects.postgresql.casts import INTEGERS, NUMBERS, has_cast, using
from autogen.dialects.postgresql.number_changes import numeric_change
from autogen.dialects.postgresql.sqltext import split_type
from autogen.dialects.postgresql.time_changes import TIMESTAMP, TIMESTAMPTZ
from autogen.schema import ColumnType

NONE = TypeChange("none")
_LOSSLESS = {
    ("cidr", "inet"),
    ("macaddr", "macaddr8"),
    ("uuid", "bytea"),
    ("smallint", "oid"),
    ("oid", "bigint"),
    ("oid", "regclass"),
    ("regclass", "oid"),
    ("jsonb", "json"),
}
_PAIRS = {
    ("json", "jsonb"): TypeChange("lossy", "the order of keys, duplicate keys and white space are lost"),
    ("inet", "cidr"): TypeChange("lossy", "host bits are removed"),
    ("macaddr8", "macaddr"): TypeChange("may fail", "addresses that are not of six bytes fail"),
    ("bytea", "uuid"): TypeChange("may fail", "values that are not 16 bytes long fail"),
    ("integer", "oid"): TypeChange("lossy", "negative numbers become large ones"),
    ("oid", "integer"): TypeChange("lossy", "numbers above 2147483647 become negative ones"),
    ("bigint", "oid"): TypeChange("narrowing", "negative numbers and those above 4294967295 fail"),
}
_WIDTHS = {"boolean": 1, "smallint": 32, "integer": 32, "bigint": 64}
_LOCALE = "the session's lc_monetary, whichever runs the upgrade,"


def scalar_change(old: str, new: str, before: ColumnType, after: ColumnType) -> TypeChange:
    """Between types neither of which is text, and which are not both numbers or both times."""
    if "::text[]" in (using(before, after, "c") or ""):
        why = f"items go through text, and those that are no {after.sql.rstrip('[]')} fail"
        return TypeChange("may fail", why)
    if (old, new) in _LOSSLESS:
        return NONE
    for change in (
        _PAIRS.get((old, new)),
        _json(old, new, after),
        _money(old, new, after),
        _bits(old, new, before, after),
        _boolean(old, new, after),
        _epoch(old, new),
    ):
        if change is not None:
            return change
    if has_cast(before, after) is False:
        return _uncast(before, after)
    return TypeChange("may fail", f"values that are no {after.sql} fail")


def _uncast(before: ColumnType, after: ColumnType) -> TypeChange:
    return TypeChange(
        "may fail",
        f"PostgreSQL has no cast from {before.sql} to {after.sql}, and the draft goes through text, which "
        "fails or gives another meaning, in downgrade() too: write what you mean into postgresql_using",
    )


def _json(old: str, new: str, after: ColumnType) -> TypeChange | None:
    if new in ("json", "jsonb"):
        if old in ("money", TIMESTAMPTZ):
            setting = "lc_monetary" if old == "money" else "TimeZone"
            return TypeChange("may fail", f"values become text in the session's {setting}")
        return NONE
    if old in ("json", "jsonb"):
        return TypeChange(
            "may fail", f"JSON that is no {after.sql} fails, its spelling is lost, and JSON null becomes NULL"
        )
    return None


def _money(old: str, new: str, after: ColumnType) -> TypeChange | None:
    if new == "money" and old in NUMBERS:
        fail = "those out of the range of money fail"
        if old in ("real", "double precision"):
            fail += ", and digits beyond those of the cast to numeric are lost"
        return TypeChange(
            "lossy",
            f"values are rounded to the fraction digits of {_LOCALE} and shown in its currency; {fail}",
        )
    if old == "money" and new in NUMBERS:
        why = f"values are read with the fraction digits of {_LOCALE} and the currency is lost"
        if new in INTEGERS:
            why += "; fractions are rounded away"
        elif new == "numeric":
            limits = numeric_change((), split_type(after.sql)[1])
            why += f"; {limits.why}" if limits.why else ""
        else:
            why += f"; values are rounded to the digits of {new}"
        return TypeChange("lossy", why)
    return None


def _bits(old: str, new: str, before: ColumnType, after: ColumnType) -> TypeChange | None:
    if (old, new) == ("bit", "bit varying"):
        length, room = _length(before), split_type(after.sql)[1]
        if room and int(room[0]) < length:
            return TypeChange("narrowing", f"values longer than {room[0]} fail")
        return NONE
    if (old, new) == ("bit varying", "bit"):
        return TypeChange("narrowing", f"values that are not {_length(after)} bits long fail")
    if new == "bit" and old in _WIDTHS:
        length, width = _length(after), _WIDTHS[old]
        if length < width:
            return TypeChange(
                "narrowing", f"negative numbers, and those that need more than {length} bits, fail"
            )
        if length > width and old != "boolean":
            return TypeChange("may fail", "negative numbers get bits that downgrade() fails on")
        return NONE
    if old == "bit" and new in INTEGERS:
        room_for = 16 if new == "smallint" else _WIDTHS[new]
        if _length(before) < room_for or (_length(before) == room_for and new != "smallint"):
            return NONE
        return TypeChange("narrowing", f"values out of the range of {new} fail")
    if (old, new) == ("bit", "boolean"):
        return NONE if _length(before) == 1 else TypeChange("lossy", "all values but zeros become true")
    return None


def _length(bits: ColumnType) -> int:
    return int((*split_type(bits.sql)[1], "1")[0])


def _boolean(old: str, new: str, after: ColumnType) -> TypeChange | None:
    if new == "boolean" and old in NUMBERS:
        return TypeChange("lossy", "every number but 0 becomes true")
    if old == "boolean" and new in NUMBERS:
        stated = split_type(after.sql)[1]
        room = int(stated[0]) - int((*stated, "0")[1]) if stated else 1
        return NONE if room > 0 else TypeChange("narrowing", "true fails")
    return None


def _epoch(old: str, new: str) -> TypeChange | None:
    """The pairs that are taken for seconds since 1970."""
    if new in ("integer", "bigint") and old in (TIMESTAMP, TIMESTAMPTZ):
        fail = "; values beyond January 2038 fail" if new == "integer" else ""
        return TypeChange("lossy", f"values become seconds since 1970, fractions are rounded away{fail}")
    if old in ("integer", "bigint") and new in (TIMESTAMP, TIMESTAMPTZ):
        return TypeChange("may fail", "numbers are taken as seconds since 1970, in UTC")
    return None
