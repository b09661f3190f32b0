"""Spelled differently but equal is equal; different stays different; text stays as it is the second time."""

from __future__ import annotations

import pytest

from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.type_names import type_name

TYPES = {
    "status": "character varying(20)",
    "name": "text",
    "price": "numeric(10,2)",
    "n": "integer",
    "b": "bigint",
    "d": "date",
    "c": "character(1)",
    "data": "jsonb",
    "f": "double precision",
}.get

EQUAL = [
    (
        "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "status IN ('a','b')",
    ),
    ("((name)::text <> ALL (ARRAY['a'::text, 'b'::text]))", "name NOT IN ('a', 'b')"),
    ("(b = ANY (ARRAY[(1)::bigint, (2)::bigint]))", "b in (1, 2)"),
    ("((status)::text = 'a'::text)", "(status IN ('a'))"),
    ("(price > (0)::numeric)", "price>0"),
    ("((n >= 1) AND (n <= 3))", "n BETWEEN 1 AND 3"),
    ("((n < 1) OR (n > 3))", "n NOT BETWEEN 1 AND 3"),
    ("((name <> ''::text) AND (n > '-1'::integer))", "name != '' AND n>-1"),
    ("(length((status)::text) > 3)", "LENGTH(status) > 3"),
    ("(TRIM(BOTH FROM name) <> ''::text)", "trim(name) <> ''"),
    (
        "to_tsvector('english'::regconfig, ((name || ' '::text) || name))",
        "to_tsvector('english', name || ' ' || name)",
    ),
    ("(d > '2020-01-01'::date)", "d > '2020-01-01'"),
    ("(name ~~ 'a%'::text)", "name LIKE 'a%'"),
    ("(name !~~* 'a%'::text)", "name not ilike 'a%'"),
    ("((data ->> 'a'::text))", "data->>'a'"),
    ("CASE\n    WHEN (n > 0) THEN 1\n    ELSE 0\nEND", "case when n>0 then 1 else 0 end"),
    ("((n IS NOT NULL) AND (NOT (f > (0)::double precision)))", '"n" is not null and not f > 0'),
    ("(now() - '1 day'::interval)", "now() - interval '1 day'"),
]
DIFFERENT = [
    ("n > 0", "n >= 0"),
    ("name = 'a'", "name = 'A'"),
    ("n - (1 - b)", "n - 1 - b"),
    ("(n = 1 OR b = 2) AND f > 0", "n = 1 OR b = 2 AND f > 0"),
    ('"N" > 0', "n > 0"),
    ("n::text = '1'", "n = '1'"),
    ("c::text = 'a'", "c = 'a'"),
    ("d > 'now'::text::date", "d > 'now'::date"),
    ("NOT (name LIKE 'a')", "NOT (name ILIKE 'a')"),
    ("status IN ('a', 'b')", "status NOT IN ('a', 'b')"),
    ("substring(name from 1 for 2)", "substring(name from 1 for 3)"),
    ("name = E'a\\nb'", "name = 'a\\nb'"),
]


@pytest.mark.parametrize(("stored", "written"), EQUAL)
def test_the_same_expression_has_one_spelling(stored: str, written: str) -> None:
    one = canonical.expression(stored, TYPES)
    assert one == canonical.expression(written, TYPES)
    assert canonical.expression(one, TYPES) == one


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_expressions_stay_different(one: str, other: str) -> None:
    assert canonical.expression(one, TYPES) != canonical.expression(other, TYPES)
    assert not canonical.same_expression(one, other, TYPES)


@pytest.mark.parametrize(
    ("stored", "written", "type_"),
    [
        ("'x'::character varying", "'x'", "character varying(50)"),
        ("'{}'::jsonb", "'{}'", "jsonb"),
        ("'{}'::integer[]", "'{}'", "integer[][]"),
        ("'-1'::integer", "-1", "integer"),
        ("nextval('sq'::regclass)", "nextval('sq')", "integer"),
        ("gen_random_uuid()", "gen_random_uuid( )", "uuid"),
        ("'A'::bpchar", "'A'", "character(1)"),
        ("'a'::mood", "'a'", "mood"),
        ("NULL::character varying", "NULL", "character varying(20)"),
    ],
)
def test_defaults_have_one_spelling(stored: str, written: str, type_: str) -> None:
    assert canonical.default(stored, type_) == canonical.default(written, type_)


@pytest.mark.parametrize(
    ("one", "other", "type_"),
    [
        ("now()", "CURRENT_TIMESTAMP", "timestamp with time zone"),
        ("false", "'0'", "boolean"),
        ("0", "'0'", "integer"),
        ("timezone('utc', now())", "now() AT TIME ZONE 'utc'", "timestamp without time zone"),
    ],
)
def test_defaults_equal_in_effect_keep_their_spelling(one: str, other: str, type_: str) -> None:
    assert canonical.default(one, type_) != canonical.default(other, type_)
    assert canonical.same_default(canonical.default(one, type_), canonical.default(other, type_), type_)


@pytest.mark.parametrize(
    ("one", "other", "type_"),
    [
        ("now()", "clock_timestamp()", "timestamp with time zone"),
        ("true", "'0'", "boolean"),
        ("'1'", "'01'", "text"),
        ("'abc'::character varying(2)", "'abc'", "character varying(2)"),
    ],
)
def test_other_defaults_are_not_equal(one: str, other: str, type_: str) -> None:
    assert not canonical.same_default(canonical.default(one, type_), canonical.default(other, type_), type_)


@pytest.mark.parametrize(
    ("ddl", "name"),
    [
        ("VARCHAR(50)", "character varying(50)"),
        ("FLOAT(24)", "real"),
        ("FLOAT", "double precision"),
        ("NUMERIC(10, 2)", "numeric(10,2)"),
        ("NUMERIC(10)", "numeric(10,0)"),
        ("TIMESTAMP(3) WITH TIME ZONE", "timestamp(3) with time zone"),
        ("TIMESTAMP WITHOUT TIME ZONE", "timestamp without time zone"),
        ("INTERVAL DAY TO SECOND (3)", "interval day to second(3)"),
        ("CHAR", "character(1)"),
        ("BIT VARYING(5)", "bit varying(5)"),
        ("INTEGER[][]", "integer[][]"),
        ("VECTOR(3)", "vector(3)"),
        ("geometry(POINT,4326)", "geometry(Point,4326)"),
        ("public.mood", "mood"),
        ('other."My Type"', 'other."My Type"'),
        ('"mood"', "mood"),
        ("JSON", "json"),
    ],
)
def test_types_are_spelled_as_format_type_does(ddl: str, name: str) -> None:
    assert type_name(ddl, "public") == name
    assert type_name(name, "public") == name


def test_exclusions_have_one_spelling() -> None:
    stored = (
        "EXCLUDE USING gist (room WITH =, tstzrange(a, b, '[]'::text) WITH &&) WHERE ((n > 0)) DEFERRABLE"
    )
    written = "EXCLUDE USING gist (room WITH =,tstzrange(a,b,'[]') WITH &&) WHERE (n>0) DEFERRABLE"
    assert canonical.exclude(stored, TYPES) == canonical.exclude(written, TYPES)
    assert canonical.exclude(stored, TYPES) != canonical.exclude(stored.replace("&&", "="), TYPES)


@pytest.mark.parametrize(
    "hostile", ["'", '"', "a = '\n", "((((", "$$;drop table x", "a b c", "", "x::", "\\", "("]
)
def test_what_is_not_understood_does_not_fail(hostile: str) -> None:
    assert isinstance(canonical.expression(hostile), str)
    assert isinstance(canonical.default(hostile, "text"), str)
    assert isinstance(canonical.exclude(hostile), str)
    assert isinstance(canonical.partition_key(hostile), str)


def test_deep_nesting_does_not_fail() -> None:
    assert canonical.expression("(" * 2000 + "1" + ")" * 2000)
