"""What a column of SQLAlchemy's types holds on SQLite, and how a copy of rows brings it to another type.

SQLite converts a value to the affinity of its new column and stores the rest as it is, which is not always
what SQLAlchemy reads there. A conversion is an expression in the copy; it leaves alone what it does not
know, so that no value is lost in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from autogen.dialects.sqlite.types import affinity
from autogen.schema import ColumnType

NUMBERS = frozenset(("integer", "real", "numeric"))
TEMPORAL = frozenset(("date", "datetime", "time", "interval"))
TEXTS = frozenset(("text", "enum", "uuid"))

_DECLARED = {
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "DATE": "date",
    "DATETIME": "datetime",
    "TIMESTAMP": "datetime",
    "TIME": "time",
    "NUMERIC": "numeric",
    "DECIMAL": "numeric",
    "JSON": "json",
    "BLOB": "blob",
    "BINARY": "blob",
    "VARBINARY": "blob",
    "UUID": "uuid",
}
_BY_AFFINITY = {"INTEGER": "integer", "TEXT": "text", "REAL": "real"}
_CODED = {
    "sa.Uuid": "uuid",
    "sa.UUID": "uuid",
    "sa.Interval": "interval",
    "sa.Enum": "enum",
    "sa.PickleType": "pickle",
}
"""Types that share their declaration with another one; only the models can tell them apart."""

_DIGITS = (
    "CASE WHEN typeof({c}) = 'real' AND CAST(CAST({c} AS TEXT) AS REAL) <> {c} "
    "THEN printf('%!.17g', {c}) ELSE {c} END"
)
"""SQLite writes 15 digits of a floating-point number; where these are another number it takes 17.
(Beyond 10^100 its own reading and writing may miss the very last bit.)"""
_TO_DATETIME = "CASE WHEN {c} LIKE '____-__-__' THEN {c} || ' 00:00:00.000000' ELSE {c} END"
_TO_DATE = "CASE WHEN {c} LIKE '____-__-__%' THEN substr({c}, 1, 10) ELSE {c} END"


def kind(type_: ColumnType) -> str:
    """What SQLAlchemy stores in such a column; ``unknown`` where the declaration does not say."""
    coded = _CODED.get(type_.code.text.partition("(")[0]) if type_.code else None
    return coded or _declared(type_.sql)


@lru_cache(maxsize=1024)
def _declared(sql: str) -> str:
    read = re.match(r"\w+", sql)
    named = _DECLARED.get(read[0].upper()) if read else None
    return named or _BY_AFFINITY.get(affinity(sql), "unknown")


def copied(column: str, old: ColumnType, new: ColumnType) -> str:
    """What the copy selects for a column (its name as SQL): the name itself where SQLite's affinities do."""
    was, becomes = kind(old), kind(new)
    if was == becomes or "unknown" in (was, becomes):
        as_text = was == "unknown" and affinity(old.sql) == "NUMERIC" and affinity(new.sql) == "TEXT"
        return _DIGITS.format(c=column) if as_text else column
    fractions = was in ("real", "numeric", "json")
    if becomes in ("blob", "pickle"):
        return column if was in ("blob", "pickle") else f"CAST({_text(column, fractions)} AS BLOB)"
    if was == "blob":
        return f"CAST({column} AS TEXT)"
    if (was, becomes) == ("date", "datetime"):
        return _TO_DATETIME.format(c=column)
    if (was, becomes) == ("datetime", "date"):
        return _TO_DATE.format(c=column)
    return _text(column, fractions and affinity(new.sql) == "TEXT")


def _text(column: str, fractions: bool) -> str:
    return _DIGITS.format(c=column) if fractions else column
