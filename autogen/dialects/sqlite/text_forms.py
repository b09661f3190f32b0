"""Which text SQLAlchemy reads as a value of another type, after SQLite has made numbers of some of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autogen.dialects.probing import Misfit
from autogen.dialects.sqlite.conversions import kind
from autogen.dialects.sqlite.sqltext import string
from autogen.dialects.sqlite.types import affinity
from autogen.schema import ColumnType

_DAY = (
    "substr({c}, 1, 10) GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' "
    "AND date(substr({c}, 1, 10), '+0 days') IS substr({c}, 1, 10) AND {c} >= '0001'"
)
"""Without the modifier SQLite gives 30 February back as it is."""
_CLOCK = (
    "{c} GLOB '[0-2][0-9]:[0-5][0-9]*' AND {c} < '24' AND {c} NOT GLOB '*[^0-9:.]*' AND time({c}) IS NOT NULL"
)
_MOMENT = (
    f"{_DAY} AND (length({{c}}) = 10 OR "
    f"(substr({{c}}, 11, 1) IN (' ', 'T') AND {_CLOCK.replace('{c}', 'substr({c}, 12)')}))"
)
_NUMBER = "CAST({c} AS NUMERIC)"
_IS_NUMBER = f"{_NUMBER} = {{c}}"
"""SQLite converts the other side of this comparison just as it does what is stored in a numeric column."""
_WITHOUT_ZEROS = "CASE WHEN {c} GLOB '*.*' THEN rtrim(rtrim({c}, '0'), '.') ELSE {c} END"
_HEXADECIMAL = "length({c}) = 32 AND {c} NOT GLOB '*[^0-9a-fA-F]*'"

_READ = {
    "date": (f"length({{c}}) = 10 AND {_DAY}", "dates like 2024-01-02", "a date"),
    "datetime": (_MOMENT, "dates and times like 2024-01-02 03:04:05", "a date and time"),
    "interval": (_MOMENT, "dates and times like 1970-01-02 03:04:05", "a date and time"),
    "time": (_CLOCK, "times like 03:04:05", "a time"),
    "json": ("json_valid({c})", "JSON documents", "JSON"),
    "uuid": (_HEXADECIMAL, "32 hexadecimal digits", "a UUID"),
    "boolean": (f"{_IS_NUMBER} AND {_NUMBER} IN (0, 1)", "0 and 1", "0 or 1"),
    "real": (f"CAST({_NUMBER} AS TEXT) = {_WITHOUT_ZEROS}", "plain numbers", "a plain number"),
    "numeric": (f"CAST({_NUMBER} AS TEXT) = {_WITHOUT_ZEROS}", "plain numbers", "a plain number"),
    "integer": (
        f"CAST({_NUMBER} AS TEXT) = {{c}} AND typeof({_NUMBER}) = 'integer'",
        "plain integers",
        "a plain integer",
    ),
}
"""By what the column holds then: the text that is read well, what such text is, and what one of them is."""
_PLAIN = (f"CAST({_NUMBER} AS TEXT) = {{c}}", "plain numbers", "a plain number")
_TEXTS = ("uuid", "date", "datetime", "interval", "time")


def misread(new: ColumnType, sql: str) -> Iterator[Misfit]:
    """Text other than what SQLAlchemy reads well as the new type; none fails."""
    numeric = affinity(new.sql) not in ("TEXT", "BLOB")
    read = _READ.get(kind(new), _PLAIN if numeric else None)
    if read is None:
        return
    form, those, each = read
    if numeric and kind(new) in _TEXTS:
        form += f" AND NOT {_IS_NUMBER}"
    condition = f"{sql} IS NOT NULL AND NOT ({form.format(c=sql)})"
    yield Misfit(condition, f"other than {those}", False, f"every value is {each}")


def number(sql: str) -> str:
    """The number that SQLite makes of text."""
    return _NUMBER.format(c=sql)


def outside_labels(new: ColumnType, sql: str) -> Iterator[Misfit]:
    """Values that are none of an Enum's labels."""
    known = _labels(new)
    if known:
        listed = ", ".join(map(string, known))
        condition = f"CAST({sql} AS TEXT) NOT IN ({listed})"
        yield Misfit(condition, "outside the labels", False, "every value is a label")


def _labels(type_: ColumnType) -> list[str]:
    """The labels of an Enum, which are only in the models' own words."""
    if type_.code is None:
        return []
    call = ast.parse(type_.code.text, mode="eval").body
    if not isinstance(call, ast.Call):
        return []
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
