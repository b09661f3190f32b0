"""What a change between dates, times and intervals does to the values."""

from __future__ import annotations

from dataclasses import replace

from autogen.dialects.base import TypeChange
from autogen.dialects.postgresql.sqltext import split_type
from autogen.schema import ColumnType

NONE = TypeChange("none")
DATE, TIME, TIMETZ = "date", "time without time zone", "time with time zone"
TIMESTAMP, TIMESTAMPTZ = "timestamp without time zone", "timestamp with time zone"
FRACTIONS = (TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ, "interval")
"""Types that keep fractions of a second, to a number of digits that can be stated."""

_ZONE = "the session's TimeZone, whichever runs the upgrade"


def time_change(old: str, new: str, before: ColumnType, after: ColumnType, column: str) -> TypeChange | None:
    """Between two different types; None where there is no cast."""
    change = _CHANGES.get((old, new))
    if change is None:
        return None
    change = replace(change, why=change.why.replace("{c}", column))
    less = rounded(before, after)
    if not less:
        return change
    return TypeChange("lossy", f"{change.why}, and {less}" if change.why else less)


def rounded(before: ColumnType, after: ColumnType) -> str:
    """What becomes of fractions of a second; empty where nothing does."""
    digits = _digits(after)
    return f"fractions of a second are rounded to {digits} digits" if digits < _digits(before) else ""


def _digits(type_: ColumnType) -> int:
    name, stated, _ = split_type(type_.sql)
    if name == DATE:
        return 0
    return int(stated[0]) if stated and stated[0].isdigit() else 6


def _stated(using: str) -> str:
    return f"to state another zone, give postgresql_using={using!r}"


_DAY_OF = "the time of day is lost"
_TIME_OF = "the date is lost"
_CHANGES = {
    (DATE, TIMESTAMP): NONE,
    (DATE, TIMESTAMPTZ): TypeChange(
        "may fail",
        f"dates become midnight in {_ZONE}; " + _stated("{c}::timestamp AT TIME ZONE 'UTC'"),
    ),
    (TIMESTAMP, DATE): TypeChange("lossy", _DAY_OF),
    (TIMESTAMP, TIMESTAMPTZ): TypeChange(
        "may fail", f"values are read as local to {_ZONE}; " + _stated("{c} AT TIME ZONE 'UTC'")
    ),
    (TIMESTAMP, TIME): TypeChange("lossy", _TIME_OF),
    (TIMESTAMPTZ, DATE): TypeChange(
        "lossy", f"{_DAY_OF}, and the day is that of {_ZONE}; " + _stated("({c} AT TIME ZONE 'UTC')::date")
    ),
    (TIMESTAMPTZ, TIMESTAMP): TypeChange(
        "lossy",
        f"the time zone is lost: values become local to {_ZONE}; " + _stated("{c} AT TIME ZONE 'UTC'"),
    ),
    (TIMESTAMPTZ, TIME): TypeChange(
        "lossy", f"{_TIME_OF}, and the time is that of {_ZONE}; " + _stated("({c} AT TIME ZONE 'UTC')::time")
    ),
    (TIMESTAMPTZ, TIMETZ): TypeChange("lossy", f"{_TIME_OF}, and the offset becomes that of {_ZONE}"),
    (TIME, TIMETZ): TypeChange("may fail", f"values get the offset of {_ZONE}"),
    (TIMETZ, TIME): TypeChange("lossy", "the offset is lost"),
    (TIME, "interval"): NONE,
    ("interval", TIME): TypeChange("lossy", "days, months and the sign are lost: a time of day stays"),
}
