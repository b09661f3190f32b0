"""Which changes of type copy the table: what the server refuses to do without, and what is said of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from autogen.dialects.mysql.transition import MySQLTransition
from autogen.schema import Column, ColumnType
from tests.harness import connect

PAIRS = [
    ("varchar(5)", "varchar(9)"),
    ("varchar(63)", "varchar(64)"),
    ("varchar(31)", "varchar(64)"),
    ("varchar(32)", "varchar(64)"),
    ("varchar(64)", "varchar(65)"),
    ("varchar(9)", "varchar(5)"),
    ("varchar(9)", "text"),
    ("text", "mediumtext"),
    ("char(5)", "char(9)"),
    ("int(11)", "bigint(20)"),
    ("bigint(20)", "int(11)"),
    ("int(11)", "int(10) unsigned"),
    ("decimal(5,2)", "decimal(9,2)"),
    ("float", "double"),
    ("datetime", "datetime(3)"),
    ("datetime", "timestamp"),
    ("enum('a','b')", "enum('a','b','c')"),
    ("enum('a','b')", "enum('c','a','b')"),
    ("enum('a','b')", "enum('a')"),
]


def test_as_the_server_does(mariadb_url: URL) -> None:
    with connect(mariadb_url) as connection:
        found = {pair: copied(connection, *pair) for pair in PAIRS}
    transition = MySQLTransition(is_mariadb=True)
    said = {pair: transition.rewrites(*(Column("", "t", "c", ColumnType(t)) for t in pair)) for pair in PAIRS}
    assert said == found


def copied(connection: Connection, before: str, after: str) -> bool:
    run = connection.exec_driver_sql
    run(f"CREATE TABLE t (c {before} NULL)")
    try:
        run(f"ALTER TABLE t MODIFY c {after} NULL, ALGORITHM=NOCOPY")
    except sa.exc.DBAPIError as error:
        assert "is not supported" in str(error.orig), error
        return True
    finally:
        run("DROP TABLE t")
    return False


@pytest.mark.parametrize(("before", "after", "copies"), [(63, 64, True), (64, 65, False), (5, 9, False)])
def test_mysql_copies_where_the_length_needs_a_byte_more(before: int, after: int, copies: bool) -> None:
    old, new = (Column("", "t", "c", ColumnType(f"varchar({n})")) for n in (before, after))
    assert MySQLTransition(is_mariadb=False).rewrites(old, new) is copies
