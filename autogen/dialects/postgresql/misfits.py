"""Which values a change of a column's type fails on or changes, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autogen.dialects.postgresql.casts import INTEGERS, NUMBERS, STRINGS, base, using
from autogen.dialects.postgresql.number_changes import parameters
from autogen.dialects.postgresql.sqltext import split_type, string
from autogen.dialects.postgresql.time_changes import FRACTIONS
from autogen.dialects.probing import Attempt, Misfit
from autogen.schema import Column, ColumnType

_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_LENGTHS = ("character varying", "character")
_BITS_OF = ("bit", "bit varying")
_CHANGES = "no value changes"
_FLOATS = {
    "real": ("7.006492321624085e-46", "3.4028235677973366e38"),
    "double precision": ("2.4703282292062327e-324", "1.797693134862315807e308"),
}
"""What is no farther from 0, or as far or farther, is refused: it would become 0 or infinite."""
_OVERFLOWING = frozenset({("double precision", "real"), ("numeric", "real"), ("numeric", "double precision")})
_BACK = frozenset({("timestamp without time zone", "date"), ("timestamp without time zone", FRACTIONS[0])})
"""Pairs whose loss shows when a value is converted there and back; that of others is one of meaning."""


def misfits(
    before: Column, after: Column, sql: str, labels: Sequence[str] | None, *, checks_input: bool
) -> Sequence[Misfit] | Attempt:
    """What to ask about the values; ``checks_input`` says whether the server has pg_input_is_valid()."""
    old, new = base(before.type), base(after.type)
    name, stated, dimensions = split_type(after.type.sql)
    arrays = bool(dimensions or split_type(before.type.sql)[2])
    if labels is not None:
        if arrays:
            return ()
        listed = ", ".join(map(string, labels)) or "NULL"
        return [
            Misfit(f"({sql})::text NOT IN ({listed})", "outside the labels", clean="every value is a label")
        ]
    made = using(before.type, after.type, sql) or sql
    if name in _LENGTHS:
        room = _room(name, stated)
        if room is None:
            return Attempt(made) if made != sql else ()
        if dimensions:
            return [_length_inside(f"({made})::text[]", room)]
        return [_length(f"({made})::text", room)]
    if arrays:
        return Attempt(_converted(before.type, after.type, sql))
    if old in NUMBERS and new in NUMBERS:
        return list(_numbers(old, new, stated, sql))
    if old in STRINGS or old in ("json", "jsonb") or before.type.enum:
        expression = using(before.type, after.type, sql)
        plain = old in STRINGS and not before.type.enum and expression == f"{sql}::{name}"
        if plain and checks_input and not stated:
            valid = f"pg_input_is_valid(({sql})::text, {string(after.type.sql)})"
            return [Misfit(f"NOT {valid}", "that cannot be converted", clean="every value converts")]
        return Attempt(_converted(before.type, after.type, sql))
    if (old == new and old in FRACTIONS) or (old, new) in _BACK:
        there = f"({sql})::{after.type.sql}::{before.type.sql}"
        return [Misfit(f"{there} IS DISTINCT FROM {sql}", "that would change", False, _CHANGES)]
    if old in _BITS_OF and new in _BITS_OF:
        room = _room(new, stated)
        unequal = "<>" if new == "bit" else ">"
        words = f"of another length than {room} bits" if new == "bit" else f"longer than {room}"
        return [] if room is None else [Misfit(f"length({sql}) {unequal} {room}", words)]
    return ()


def _room(name: str, stated: tuple[str, ...]) -> int | None:
    """How many characters or bits a type takes; without a number some take one, the others any."""
    return int((*stated, "1")[0]) if stated or name in ("character", "bit") else None


def assigned(before: ColumnType, after: ColumnType, sql: str) -> str | None:
    """A value as ALTER COLUMN … TYPE makes it. A cast in a query cuts what is too long, which ALTER refuses:
    such a value is left whole here. None where that cannot be said."""
    name, stated, dimensions = split_type(after.sql)
    made = using(before, after, sql) or sql
    room = _room(name, stated) if name in (*_LENGTHS, *_BITS_OF) else None
    if room is None:
        return f"({made})::{after.sql}"
    if dimensions or split_type(before.sql)[2]:
        return None
    if name in _BITS_OF:
        return f"({made})::bit varying"
    whole = "bpchar" if name == "character" else name
    cut = f"char_length(rtrim(({made})::text, ' ')) <= {room}"
    return f"(CASE WHEN {cut} THEN ({made})::{after.sql} ELSE ({made})::{whole} END)"


def _converted(before: ColumnType, after: ColumnType, sql: str) -> str:
    return f"({using(before, after, sql) or sql})::{after.sql}"


def _length(text: str, room: int) -> Misfit:
    # blanks at the end are cut without an error
    return Misfit(
        f"char_length(rtrim({text}, ' ')) > {room}",
        f"longer than {room}",
        clean="longest value has {} characters",
        measure=f"max(char_length({text}))",
        limit=room,
    )


def _length_inside(array: str, room: int) -> Misfit:
    return Misfit(
        f"EXISTS (SELECT FROM unnest({array}) AS held (item) WHERE char_length(rtrim(item, ' ')) > {room})",
        f"with an element longer than {room}",
        clean="every element fits",
    )


def _numbers(old: str, new: str, stated: tuple[str, ...], sql: str) -> Iterator[Misfit]:
    value = sql if old in ("numeric", *INTEGERS) else f"({sql})::numeric"
    if new in INTEGERS:
        limit = 2 ** (_BITS[new] - 1)
        fits = f"round({value}::numeric) BETWEEN {-limit} AND {limit - 1}"
        if old in _FLOATS:
            # compared as the server's cast does: as numeric a float has no more than 15 digits
            value = f"({sql})::double precision"
            fits = f"round({value}) >= {-limit}::double precision AND round({value}) < {limit}"
        yield Misfit(f"NOT ({fits})", f"out of the range of {new}", clean=f"every value fits {new}")
        if old not in INTEGERS:
            yield Misfit(f"{value} <> round({value})", "that would be rounded", False, _CHANGES)
    elif new == "numeric":
        if stated:
            precision, scale = parameters(stated)
            exact = f"{value}::numeric"
            too_large = f"abs(round({exact}, {scale})) >= 10::numeric ^ {precision - scale}"
            fits = f"every value fits numeric({precision},{scale})"
            words = f"too large for numeric({precision},{scale})"
            yield Misfit(f"{exact} <> 'NaN' AND {too_large}", words, clean=fits)
            if old not in INTEGERS or scale < 0:
                yield Misfit(f"{exact} <> round({exact}, {scale})", "that would be rounded", False, _CHANGES)
        elif old not in INTEGERS:
            yield Misfit(f"({sql})::numeric::{old} <> {sql}", "that would be rounded", False, _CHANGES)
    else:
        yield from _to_float(old, new, sql)


def _to_float(old: str, new: str, sql: str) -> Iterator[Misfit]:
    low, high = _FLOATS[new]
    beyond = "FALSE"
    if (old, new) in _OVERFLOWING:
        special = f"({sql})::text IN ('NaN', 'Infinity', '-Infinity')"
        size = f"abs({sql})"
        beyond = f"{sql} <> 0 AND NOT {special} AND ({size} <= {low} OR {size} >= {high})"
        yield Misfit(beyond, f"out of the range of {new}", clean=f"every value fits {new}")
    # by way of text, which has all the digits of the number: a cast gives few, and may not fit
    back = f"({sql})::{new}::{old}" if old in _FLOATS else f"({sql})::{new}::text::numeric"
    changes = f"CASE WHEN {beyond} THEN FALSE ELSE {back} <> {sql} END"
    yield Misfit(changes, "that would be rounded", False, _CHANGES)
