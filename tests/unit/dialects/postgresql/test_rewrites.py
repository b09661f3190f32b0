"""Which changes of type write every row again: what the server does, and what is said of it."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL, Connection

from autogen.dialects.postgresql.casts import using
from autogen.dialects.postgresql.transition import rewrites
from autogen.schema import ColumnType
from tests.harness import connect

PAIRS = [
    ("character varying(5)", "character varying(9)"),
    ("character varying(9)", "character varying(5)"),
    ("character varying(5)", "character varying"),
    ("character varying(5)", "text"),
    ("text", "character varying(5)"),
    ("text", "character varying"),
    ("character(5)", "text"),
    ("text", "character(5)"),
    ("smallint", "integer"),
    ("integer", "bigint"),
    ("bigint", "integer"),
    ("integer", "numeric"),
    ("integer", "text"),
    ("numeric(5,2)", "numeric(9,2)"),
    ("numeric(9,2)", "numeric(5,2)"),
    ("numeric(9,2)", "numeric(9,3)"),
    ("numeric(9,2)", "numeric"),
    ("numeric", "numeric(9,2)"),
    ("real", "double precision"),
    ("timestamp(3) without time zone", "timestamp(6) without time zone"),
    ("timestamp(6) without time zone", "timestamp(3) without time zone"),
    ("timestamp(3) without time zone", "timestamp without time zone"),
    ("timestamp without time zone", "date"),
    ("json", "jsonb"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("bit varying(4)", "bit varying(8)"),
    ("bit varying(8)", "bit varying(4)"),
    ("character varying(5)[]", "text[]"),
    ("text", "uuid"),
    ("uuid", "text"),
    ("boolean", "integer"),
]


@pytest.fixture
def connection(pg_url: URL) -> object:
    with connect(pg_url) as connection:
        yield connection


def test_as_the_server_does(connection: Connection) -> None:
    found = {pair: rewritten(connection, *pair) for pair in PAIRS}
    said = {pair: rewrites(ColumnType(pair[0]), ColumnType(pair[1])) for pair in PAIRS}
    assert said == found


def rewritten(connection: Connection, before: str, after: str) -> bool:
    run = connection.exec_driver_sql
    run(f"CREATE TEMP TABLE t (c {before})")
    clause = using(ColumnType(before), ColumnType(after), "c")
    files = []
    for sql in ("SELECT 1", f"ALTER TABLE t ALTER c TYPE {after}" + (f" USING {clause}" if clause else "")):
        run(sql)
        files.append(run("SELECT pg_relation_filenode('t')").scalar())
    run("DROP TABLE t")
    return files[0] != files[1]
