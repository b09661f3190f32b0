"""Which values a changed type does not suit, as conditions. SQLite stores them all the same: none fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autogen.dialects.probing import Misfit
from autogen.dialects.sqlite.conversions import NUMBERS, TEXTS, kind
from autogen.dialects.sqlite.text_forms import misread, number, outside_labels
from autogen.dialects.sqlite.types import affinity
from autogen.schema import ColumnType

_LENGTH = re.compile(r"(?:CHAR|VARYING|BINARY)\((\d+)\)")
_PARAMETERS = re.compile(r"\((\d+)(?:, (\d+))?\)")
_EXACT = 2**53


def misfits(old: ColumnType, new: ColumnType, sql: str) -> Sequence[Misfit]:
    return [*_length(new, sql), *_converted(old, new, sql)]


def _length(new: ColumnType, sql: str) -> Iterator[Misfit]:
    room = _LENGTH.search(new.sql)
    if room and kind(new) not in ("uuid", "enum"):
        clean, measure = "longest value has {} characters", f"max(length({sql}))"
        longer = f"longer than {room[1]}"
        yield Misfit(f"length({sql}) > {room[1]}", longer, False, clean, measure, int(room[1]))


def _converted(old: ColumnType, new: ColumnType, sql: str) -> Iterator[Misfit]:
    was, becomes = kind(old), kind(new)
    if becomes == "enum" and was in TEXTS | NUMBERS:
        yield from outside_labels(new, sql)
    elif was in TEXTS:
        yield from _from_text(new, sql)
    elif becomes == "boolean" and was in NUMBERS:
        yield Misfit(f"{sql} NOT IN (0, 1)", "other than 0 and 1", False, "every value is 0 or 1")
    elif becomes == "integer" and was in ("real", "numeric"):
        yield Misfit(f"{sql} <> CAST({sql} AS INTEGER)", "with a fraction", False, "no value has a fraction")
    elif becomes == "real" and was == "integer":
        yield _beyond(sql)
    elif becomes == "numeric" and was in NUMBERS:
        yield from _numeric(new, sql)
    elif (was, becomes) == ("datetime", "date"):
        cut = f"substr({sql}, 12) NOT IN ('', '00:00:00.000000')"
        yield Misfit(cut, "with a time of day", False, "no value has a time of day")


def _from_text(new: ColumnType, sql: str) -> Iterator[Misfit]:
    yield from misread(new, sql)
    if affinity(new.sql) in ("TEXT", "BLOB"):
        return
    if kind(new) == "real":
        yield _beyond(number(sql))
    elif kind(new) == "numeric":
        yield from _numeric(new, number(sql))


def _beyond(sql: str) -> Misfit:
    return Misfit(f"abs({sql}) > {_EXACT}", "beyond 2^53", False, "no value is beyond 2^53")


def _numeric(new: ColumnType, sql: str) -> Iterator[Misfit]:
    stated = _PARAMETERS.search(new.sql)
    if stated:
        digits, places = int(stated[1]), int(stated[2] or 0)
        limit = "1" + "0" * max(digits - places, 0)
        wide = f"too large for {new.sql}"
        yield Misfit(f"abs({sql}) >= {limit}", wide, False, f"every value fits {new.sql}")
        yield Misfit(
            f"{sql} <> round({sql}, {places})",
            "that would be read rounded",
            False,
            "no value is read rounded",
        )
