"""What a type change loses, and where it needs USING."""

from __future__ import annotations

import pytest

from autogen.dialects.postgresql.casts import using
from autogen.dialects.postgresql.type_changes import type_change
from autogen.schema import Column, ColumnType, Key


@pytest.mark.parametrize(
    ("before", "after", "loss"),
    [
        ("character varying(5)", "character varying(9)", "none"),
        ("character varying(5)", "text", "none"),
        ("text", "character varying(5)", "narrowing"),
        ("character varying(9)", "character varying(5)", "narrowing"),
        ("integer", "bigint", "none"),
        ("bigint", "integer", "narrowing"),
        ("numeric(10,2)", "numeric(12,2)", "none"),
        ("numeric(10,2)", "numeric(12,1)", "lossy"),
        ("numeric(10,2)", "numeric(9,2)", "narrowing"),
        ("numeric", "numeric(9,2)", "lossy"),
        ("double precision", "real", "lossy"),
        ("double precision", "integer", "lossy"),
        ("timestamp with time zone", "date", "lossy"),
        ("timestamp with time zone", "timestamp without time zone", "lossy"),
        ("timestamp without time zone", "timestamp(0) without time zone", "lossy"),
        ("text", "integer", "may fail"),
        ("json", "jsonb", "lossy"),
        ("uuid", "text", "none"),
        ("integer", "integer", "none"),
        ("double precision", "numeric", "lossy"),
        ("double precision", "numeric(10,2)", "lossy"),
        ("numeric(9,0)", "integer", "none"),
        ("numeric(10,0)", "integer", "narrowing"),
        ("numeric", "money", "lossy"),
        ("money", "numeric", "lossy"),
        ("interval", "time without time zone", "lossy"),
        ("time without time zone", "interval", "none"),
        ("bytea", "text", "may fail"),
        ("text", "bytea", "none"),
        ("text", "character(5)", "lossy"),
        ("character varying(5)", "character(5)", "lossy"),
        ("date", "timestamp with time zone", "may fail"),
        ("timestamp without time zone", "timestamp with time zone", "may fail"),
        ("timestamp with time zone", "text", "may fail"),
        ("integer", "interval", "may fail"),
        ("integer", "bit(8)", "narrowing"),
        ("integer", "bit(32)", "none"),
        ("bit(8)", "integer", "none"),
        ("bit(40)", "integer", "narrowing"),
        ("integer", "character varying(11)", "none"),
        ("integer", "character varying(10)", "narrowing"),
        ("boolean", "numeric(2,2)", "narrowing"),
        ("integer[]", "integer", "lossy"),
        ("integer", "integer[]", "none"),
        ("jsonb", "integer[]", "may fail"),
        ("integer[]", "jsonb", "may fail"),
    ],
)
def test_loss(before: str, after: str, loss: str) -> None:
    old, new = (Column("", "t", "c", ColumnType(sql)) for sql in (before, after))
    assert type_change(old, new).loss == loss


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("double precision", "real", ["rounded to the 6 digits", "out of the range of real fail"]),
        ("timestamp without time zone", "timestamp with time zone", ["TimeZone", "c AT TIME ZONE 'UTC'"]),
        ("date", "timestamp with time zone", ["TimeZone", "c::timestamp AT TIME ZONE 'UTC'"]),
        ("timestamp with time zone", "date", ["TimeZone", "(c AT TIME ZONE 'UTC')::date"]),
        ("numeric", "money", ["rounded", "lc_monetary"]),
        ("text", "character(3)", ["blanks at their end no longer count", "longer than 3 fail"]),
        ("integer", "interval", ["has no cast from integer to interval", "postgresql_using"]),
        ("interval", "integer", ["has no cast from interval to integer", "postgresql_using"]),
        ("timestamp(6) without time zone", "timestamp(0) with time zone", ["TimeZone", "0 digits"]),
    ],
)
def test_what_is_said(before: str, after: str, words: list[str]) -> None:
    old, new = (Column("", "t", "c", ColumnType(sql)) for sql in (before, after))
    assert [w for w in words if w not in type_change(old, new).why] == []


@pytest.mark.parametrize(
    ("before", "after", "clash"),
    [
        ("text", "citext", True),
        ("text", "integer", True),
        ("numeric(4,2)", "numeric(4,1)", True),
        ("integer", "bigint", False),
        ("character(4)", "text", False),
    ],
)
def test_values_that_become_equal(before: str, after: str, clash: bool) -> None:
    old, new = (Column("", "t", "c", ColumnType(sql)) for sql in (before, after))
    assert bool(type_change(old, new).clash) == clash


@pytest.mark.parametrize(
    ("before", "after", "clause"),
    [
        ("character varying(9)", "character varying(5)", None),
        ("integer", "text", None),
        ("bigint", "integer", None),
        ("character varying[]", "text[]", None),
        ("timestamp without time zone", "timestamp with time zone", None),
        ("json", "jsonb", None),
        ("text", "integer", "c::integer"),
        ("text", "uuid", "c::uuid"),
        ("text", "numeric(5,2)", "c::numeric"),
        ("text", "bit(3)", "c::bit varying"),
        ("bigint", "boolean", "c <> 0"),
        ("boolean", "smallint", "c::integer::smallint"),
        ("integer", "jsonb", "to_jsonb(c)"),
        ("text", "bytea", "convert_to(c, 'UTF8')"),
        ("bytea", "text", "convert_from(c, 'UTF8')"),
        ("bytea", "character varying(5)", "convert_from(c, 'UTF8')"),
        ("integer", "bit(8)", "CASE WHEN c >> 8 = 0 THEN c::bit(8) ELSE c::bit(32) END"),
        ("integer", "bit(32)", "c::bit(32)"),
        ("bit(8)", "integer", "c::integer"),
        ("integer", "interval", "c::text::interval"),
        ("uuid", "bytea", "uuid_send(c)"),
        ("bytea", "uuid", "encode(c, 'hex')::uuid"),
        ("character(36)", "uuid", "c::text::uuid"),
        ("jsonb", "text[]", "c::text::text[]"),
        ("integer", "integer[]", "CASE WHEN c IS NOT NULL THEN ARRAY[c] END"),
    ],
)
def test_using_only_without_an_assignment_cast(before: str, after: str, clause: str | None) -> None:
    assert using(ColumnType(before), ColumnType(after), "c") == clause


def test_using_of_enums_goes_through_text() -> None:
    one, two = (ColumnType(name, enum=Key("enum", "", "", name)) for name in ("one", "two"))
    assert using(one, two, "c") == "c::text::two"
    assert using(ColumnType("text"), two, "c") == "c::two"
    assert using(one, ColumnType("text"), "c") is None
    assert using(one, ColumnType("jsonb"), "c") == "to_jsonb(c)"
    assert using(ColumnType("json"), one, "c") == "(c #>> '{}')::one"
    assert using(one, ColumnType("bytea"), "c") == "convert_to(c::text, 'UTF8')"
    assert using(ColumnType("bytea"), one, "c") == "convert_from(c, 'UTF8')::one"
