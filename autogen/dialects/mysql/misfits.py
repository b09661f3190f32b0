"""Which values a change of a column's type is refused for in strict sql_mode, or changes, as conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from autogen.dialects.mysql import types
from autogen.dialects.mysql.text_changes import BYTES, STRINGS, capacity, characters_of
from autogen.dialects.mysql.tokens import string
from autogen.dialects.mysql.types import TypeParts
from autogen.dialects.probing import Misfit
from autogen.schema import Column

_BY_CHARACTERS = ("char", "varchar")
_NUMBERS = types.INTEGERS | {"decimal", "float", "double"}
_CHANGES = "no value changes"
_CONVERTS = "every value converts"


def misfits(before: Column, after: Column, sql: str) -> Sequence[Misfit]:
    old = replace(types.parse(before.type.sql), charset=before.type.charset)
    new = replace(types.parse(after.type.sql), charset=after.type.charset)
    if new.name in STRINGS | BYTES:
        found = [_length(old, new, sql)]
        if old.name in STRINGS and new.name in STRINGS and characters_of(old, new).loss != "none":
            found.append(_characters(old, new, sql))
        return found
    if new.name == "enum":
        return list(_labels(old, new, sql))
    if new.name == "set" and old.name == "set":
        gone = [f"FIND_IN_SET({string(a)}, {sql}) > 0" for a in old.args if a not in new.args]
        words = "with a label that goes"
        return [Misfit(" OR ".join(gone), words, clean="no value has a label that goes")] if gone else []
    if old.name in _NUMBERS and (new.name in types.INTEGERS or (new.name == "decimal" and new.args)):
        return list(_numbers(old, new, sql))
    if old.name in STRINGS:
        return list(_from_string(new, sql))
    if old.name in ("datetime", "timestamp", "time") and new.name in ("date", old.name):
        there = f"DATE({sql})" if new.name == "date" else f"CAST({sql} AS {_moment(new)})"
        return [Misfit(f"{sql} <> {there}", "that would change", False, _CHANGES)]
    if (old.name, new.name) == ("bit", "bit"):
        bits = int(new.args[0])
        return [Misfit(f"{sql} + 0 > {2**bits - 1}", f"of more than {bits} bits")]
    return ()


def _labels(old: TypeParts, new: TypeParts, sql: str) -> Iterator[Misfit]:
    """A number stands for the label at that place, and so do digits that are no label."""
    last = len(new.args)
    if old.name in _NUMBERS:
        condition = f"ROUND({sql}) NOT BETWEEN 1 AND {last}"
        yield Misfit(condition, "that number no label", clean="every value is the number of a label")
        return
    text = as_text(old, sql)
    unknown = f"{text} NOT IN ({', '.join(map(string, new.args))})"
    counts = f"({text} REGEXP '^ *[+]?[0-9]{{1,9}} *$' AND CAST({text} AS SIGNED) BETWEEN 1 AND {last})"
    yield Misfit(f"{unknown} AND NOT {counts}", "outside the labels", clean="every value is a label")
    words = "that become the label of that number"
    yield Misfit(f"{unknown} AND {counts}", words, False, "every value is a label")


def as_text(old: TypeParts, sql: str) -> str:
    return sql if old.name in STRINGS else f"CAST({sql} AS CHAR)"


def in_charset(sql: str, charset: str) -> str:
    return f"CONVERT({sql} USING {charset})"


def _length(old: TypeParts, new: TypeParts, sql: str) -> Misfit:
    room = capacity(new)
    text = sql if old.name in BYTES else as_text(old, sql)
    if new.name in _BY_CHARACTERS and old.name not in BYTES:
        # blanks at the end are cut without an error
        condition, length = f"CHAR_LENGTH(RTRIM({text})) > {room}", f"CHAR_LENGTH({text})"
        unit = "characters"
    else:
        if new.name in STRINGS and old.name in STRINGS and new.charset:
            text = in_charset(text, new.charset)
        condition, length, unit = f"OCTET_LENGTH({text}) > {room}", f"OCTET_LENGTH({text})", "bytes"
    words = f"longer than {room}" + ("" if unit == "characters" else f" {unit}")
    clean = f"longest value has {{}} {unit}"
    return Misfit(condition, words, clean=clean, measure=f"MAX({length})", limit=room)


def _characters(old: TypeParts, new: TypeParts, sql: str) -> Misfit:
    charset = new.charset or "utf8mb4"
    there = in_charset(in_charset(sql, charset), old.charset or "utf8mb4")
    condition = f"CAST({there} AS BINARY) <> CAST({sql} AS BINARY)"
    return Misfit(condition, f"with characters that {charset} lacks", clean=f"{charset} has every character")


def _numbers(old: TypeParts, new: TypeParts, sql: str) -> Iterator[Misfit]:
    if new.name in types.INTEGERS:
        low, high = types.integer_range(new)
        outside, places, fits = f"ROUND({sql}) NOT BETWEEN {low} AND {high}", 0, new.sql
    else:
        digits, places = (int(a) for a in new.args)
        limit = "1" + "0" * (digits - places)
        outside, fits = f"ABS(ROUND({sql}, {places})) >= {limit}", new.sql
        if new.unsigned:
            outside = f"({outside} OR {sql} < 0)"
    yield Misfit(outside, f"out of the range of {fits}", clean=f"every value fits {fits}")
    scale = int(old.args[1]) if old.name == "decimal" and old.args else 0
    if old.name in ("float", "double") or scale > places:
        yield Misfit(f"{sql} <> ROUND({sql}, {places})", "that would be rounded", False, _CHANGES)


def _from_string(new: TypeParts, sql: str) -> Iterator[Misfit]:
    if new.name in types.INTEGERS:
        low, high = types.integer_range(new)
        plain = f"{sql} REGEXP '^ *[+-]?[0-9]+ *$'"
        inside = f"CAST({sql} AS DECIMAL(65, 0)) BETWEEN {low} AND {high}"
        yield Misfit(f"NOT ({plain} AND {inside})", f"that cannot be read as {new.sql}", clean=_CONVERTS)
    elif new.name == "json":
        yield Misfit(f"NOT JSON_VALID({sql})", "that cannot be read as JSON", clean="every value is JSON")
    elif new.name in ("date", "datetime", "uuid", "inet4", "inet6"):
        target = _moment(new) if new.name == "datetime" else new.name
        yield Misfit(
            f"CAST({sql} AS {target}) IS NULL AND {sql} IS NOT NULL", f"that cannot be read as {new.name}"
        )


def _moment(new: TypeParts) -> str:
    kind = "time" if new.name == "time" else "datetime"
    return f"{kind}({new.args[0] if new.args else 0})"
