"""What is said of rewriting, held against the files that the server makes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.postgresql.rewrites import depends_on_zone, rewritten
from autogen.schema import ColumnType
from tests.harness import connect

TSTZ, TS = "timestamp with time zone", "timestamp without time zone"
PAIRS = [
    ("character varying(10)", "character varying(20)"),
    ("character varying(10)", "character varying"),
    ("character varying(10)", "text"),
    ("character varying(20)", "character varying(10)"),
    ("text", "character varying"),
    ("text", "character varying(10)"),
    ("character(5)", "text"),
    ("text", "character(5)"),
    ("character(5)", "character(6)"),
    ("smallint", "integer"),
    ("integer", "bigint"),
    ("bigint", "integer"),
    ("integer", "numeric"),
    ("integer", "text"),
    ("integer", "oid"),
    ("numeric(8,2)", "numeric(10,2)"),
    ("numeric(8,2)", "numeric"),
    ("numeric(8,2)", "numeric(8,3)"),
    ("numeric(8,2)", "numeric(7,2)"),
    ("numeric", "numeric(8,2)"),
    ("real", "double precision"),
    ("timestamp(3) without time zone", TS),
    (TS, "timestamp(3) without time zone"),
    ("timestamp(3) without time zone", "timestamp(6) without time zone"),
    ("timestamp(6) without time zone", "timestamp(3) without time zone"),
    ("time(3) without time zone", "time without time zone"),
    ("interval(3)", "interval"),
    ("interval", "interval(3)"),
    (TS, TSTZ),
    (TSTZ, TS),
    (TS, "date"),
    ("date", TS),
    ("json", "jsonb"),
    ("jsonb", "text"),
    ("uuid", "text"),
    ("text", "uuid"),
    ("boolean", "integer"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("bit varying(5)", "bit varying(8)"),
    ("bit varying(8)", "bit varying(5)"),
    ("bit varying(8)", "bit varying"),
    ("bit(5)", "bit(6)"),
    ("character varying(10)[]", "text[]"),
    ("integer[]", "bigint[]"),
    ("xml", "text"),
]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_new_files_are_foretold(pg_url: URL, zone: str) -> None:
    with connect(pg_url) as connection:
        connection.exec_driver_sql(f"SET timezone = '{zone}'")
        for before, after in PAIRS:
            connection.exec_driver_sql("DROP TABLE IF EXISTS t")
            connection.exec_driver_sql(f"CREATE TABLE t (c {before})")
            indexed = before not in ("json", "xml")
            if indexed:
                connection.exec_driver_sql("CREATE INDEX i ON t (c)")
            was = files(connection)
            using = "" if (before, after) not in USING else f" USING c::{after}"
            connection.exec_driver_sql(f"ALTER TABLE t ALTER c TYPE {after}{using}")
            now = files(connection)
            old, new = ColumnType(before), ColumnType(after)
            said = rewritten(old, new)
            if depends_on_zone(old, new) and zone != "UTC":
                said = "table"
            seen = "table" if now["t"] != was["t"] else "indexes" if now != was else ""
            assert (before, after, said) == (before, after, seen)


USING = {("text", "uuid"), ("boolean", "integer")}


def files(connection: sa.Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql("SELECT relname, relfilenode FROM pg_class WHERE relname IN ('t', 'i')")
    return dict(map(tuple, rows))
