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
    ],
)
def test_loss(before: str, after: str, loss: str) -> None:
    old, new = (Column("", "t", "c", ColumnType(sql)) for sql in (before, after))
    assert type_change(old, new).loss == loss


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
