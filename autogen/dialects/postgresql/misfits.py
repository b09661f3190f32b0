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
_CHANGES = "no value changes"
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
    if name in _LENGTHS and not dimensions:
        room = int((*stated, "1")[0]) if stated or name == "character" else None
        return [] if room is None else [_length(f"({sql})::text", room)]
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
    if old in ("bit varying", "bit") and new in ("bit varying", "bit"):
        room = int((*stated, "1")[0]) if stated or new == "bit" else None
        unequal = "<>" if new == "bit" else ">"
        words = f"of another length than {room} bits" if new == "bit" else f"longer than {room}"
        return [] if room is None else [Misfit(f"length({sql}) {unequal} {room}", words)]
    return ()


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


def _numbers(old: str, new: str, stated: tuple[str, ...], sql: str) -> Iterator[Misfit]:
    value = sql if old in ("numeric", *INTEGERS) else f"({sql})::numeric"
    if new in INTEGERS:
        limit = 2 ** (_BITS[new] - 1)
        fits = f"round({value}::numeric) BETWEEN {-limit} AND {limit - 1}"
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
        yield Misfit(f"({sql})::{new}::{old} <> {sql}", "that would be rounded", False, _CHANGES)
