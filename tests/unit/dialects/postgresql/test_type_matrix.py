"""Every pair of common types that carries no finding keeps its values, there and back, in any session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from autogen.dialects.postgresql import casts
from autogen.dialects.postgresql.type_changes import type_change
from autogen.schema import Column, ColumnType, Key

VALUES = {
    "smallint": ("0", "-7", "32767"),
    "integer": ("0", "1", "-7", "2147483647"),
    "bigint": ("0", "-7", "9223372036854775807"),
    "numeric": ("1.5", "123456789012345678901234567890.5", "1e400"),
    "numeric(10,2)": ("0", "12345678.91"),
    "numeric(4,0)": ("0", "-9999"),
    "real": ("0.1", "3e38"),
    "double precision": ("0.30000000000000004", "1e300"),
    "money": ("0", "-7.25"),
    "boolean": ("t", "f"),
    "date": ("2024-02-29",),
    "timestamp without time zone": ("2024-02-29 23:34:56.123456",),
    "timestamp(0) without time zone": ("2024-02-29 12:34:56",),
    "timestamp with time zone": ("2024-02-29 12:34:56.123456+00",),
    "time without time zone": ("12:34:56.123456",),
    "time with time zone": ("12:34:56.123456+05",),
    "interval": ("1 day", "36:00:00", "1 mon -2 days 03:04:05.5"),
    "json": ('{"a": 1, "a":2}', '"x"', "[1, 2]", "null"),
    "jsonb": ('{"a": 1}', '"x"', "[1, 2]", "null"),
    "uuid": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",),
    "bytea": (r"\x00ff41", r"\xc3a9"),
    "text": ("", "  x ", "é", r"a\b", "007", "{a}"),
    "character varying(5)": ("ab  ", "é"),
    "character varying(20)": ("abcdefghijk", "ab  "),
    "character(5)": ("abc", "ab"),
    "bit(1)": ("0", "1"),
    "bit(3)": ("101", "000"),
    "bit(40)": ("1" * 40,),
    "bit varying": ("101",),
    "inet": ("10.0.0.1", "10.0.0.1/24", "::1"),
    "cidr": ("10.0.0.0/24",),
    "st": ("a", "b"),
    "st[]": ("{a,b}", "{}"),
    "integer[]": ("{1,2}", "{}"),
    "text[]": ("{a,b}", "{x}", '{"[1]"}'),
    "bytea[]": (r'{"\\x41"}',),
    "timestamp with time zone[]": ('{"2024-01-01 00:00+00"}',),
}


def column(name: str) -> Column:
    enum = Key("enum", "", "", "st") if name in ("st", "st[]") else None
    return Column("", "t", "c", ColumnType(name, enum=enum))


@pytest.fixture
def connection(pg_url: URL) -> Iterator[Connection]:
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TYPE st AS ENUM ('a', 'b')")
        yield connection


def test_silence_means_kept(connection: Connection) -> None:
    wrong = {}
    for old, new in permutations(VALUES, 2):
        if type_change(column(old), column(new)).loss == "none":
            savepoint = connection.begin_nested()
            try:
                before, after = there_and_back(connection, old, new)
            except sa.exc.DBAPIError as error:
                before, after = [], [str(error.orig)]
            savepoint.rollback()
            if before != after:
                wrong[f"{old} -> {new}"] = (before, after)
    assert wrong == {}


def there_and_back(connection: Connection, old: str, new: str) -> tuple[list[str], list[str]]:
    """The values before, and after an upgrade in a session of one zone and a downgrade in one of another."""
    run = connection.exec_driver_sql
    run("SET LOCAL TimeZone = 'America/New_York'")
    run(f"CREATE TABLE t (c {old})")
    for value in VALUES[old]:
        run(f"INSERT INTO t VALUES (%(v)s::text::{old})", {"v": value})
    before = values(connection)
    retype(connection, old, new)
    run("SET LOCAL TimeZone = 'Asia/Tokyo'")
    retype(connection, new, old)
    return before, values(connection)


def values(connection: Connection) -> list[str]:
    connection.exec_driver_sql("SET LOCAL TimeZone = 'America/New_York'")
    return list(connection.exec_driver_sql("SELECT c::text FROM t").scalars())


def retype(connection: Connection, old: str, new: str) -> None:
    clause = casts.using(column(old).type, column(new).type, "c")
    using = f" USING {clause}" if clause else ""
    connection.exec_driver_sql(f"ALTER TABLE t ALTER c TYPE {new}{using}")


def test_casts_are_those_of_the_server(connection: Connection) -> None:
    found = connection.exec_driver_sql(
        "SELECT format_type(castsource, NULL), format_type(casttarget, NULL), castcontext FROM pg_cast"
    )
    known = {(old, new): context for old, new, context in found}
    for old, new in permutations({casts.base(column(n).type) for n in VALUES} - {"st"}, 2):
        if not casts.STRINGS.isdisjoint((old, new)):
            continue
        context = known.get((old, new))
        before, after = ColumnType(old), ColumnType(new)
        assert casts.assigns(before, after) == (context in ("a", "i")), (old, new)
        if context == "e" and "bytea" not in (old, new):  # of integers, since PostgreSQL 18 alone
            assert casts.has_cast(before, after), (old, new)


@pytest.mark.parametrize(("fits", "fails"), [("7", "8"), ("0", "-1")])
def test_a_number_that_needs_more_bits_fails(connection: Connection, fits: str, fails: str) -> None:
    run = connection.exec_driver_sql
    for number in ("smallint", "integer", "bigint"):
        clause = casts.using(ColumnType(number), ColumnType("bit(3)"), "c")
        run(f"CREATE TABLE t (c {number})")
        run(f"INSERT INTO t VALUES ({fits})")
        with connection.begin_nested():
            run(f"ALTER TABLE t ALTER c TYPE bit(3) USING {clause}")
            run("DELETE FROM t")
            retype(connection, "bit(3)", number)
            run(f"INSERT INTO t VALUES ({fails})")
        savepoint = connection.begin_nested()
        with pytest.raises(sa.exc.DBAPIError, match="does not match type bit"):
            run(f"ALTER TABLE t ALTER c TYPE bit(3) USING {clause}")
        savepoint.rollback()
        run("DROP TABLE t")
