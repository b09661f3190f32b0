"""What is said of copying, held against what the server refuses to do without."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.mysql.copies import copied
from autogen.schema import ColumnType
from tests.harness import connect

PLAIN = [
    ("varchar(10)", "varchar(20)"),
    ("varchar(31)", "varchar(64)"),
    ("varchar(32)", "varchar(63)"),
    ("varchar(32)", "varchar(64)"),
    ("varchar(63)", "varchar(64)"),
    ("varchar(64)", "varchar(65)"),
    ("varchar(64)", "varchar(300)"),
    ("varchar(20)", "varchar(10)"),
    ("varchar(20)", "text"),
    ("text", "mediumtext"),
    ("char(5)", "char(6)"),
    ("int", "bigint"),
    ("bigint", "int"),
    ("int", "int unsigned"),
    ("decimal(8,2)", "decimal(10,2)"),
    ("float", "double"),
    ("date", "datetime"),
    ("datetime", "datetime(6)"),
    ("datetime", "timestamp"),
    ("enum('a','b')", "enum('a','b','c')"),
    ("enum('a','b')", "enum('a','c','b')"),
    ("enum('a','b')", "enum('b','a')"),
    ("enum('a','b')", "enum('a')"),
    ("set('a','b')", "set('a','b','c')"),
    ("json", "longtext"),
    ("char(36)", "uuid"),
]
CHARACTERS = [
    ("utf8mb3", "utf8mb3_general_ci", "utf8mb4", "utf8mb4_general_ci"),
    ("latin1", "latin1_swedish_ci", "utf8mb4", "utf8mb4_general_ci"),
    ("utf8mb4", "utf8mb4_general_ci", "utf8mb4", "utf8mb4_unicode_ci"),
]


@pytest.mark.parametrize("indexed", [False, True])
def test_copies_are_foretold(mariadb_url: URL, indexed: bool) -> None:
    with connect(mariadb_url) as connection:
        for before, after in PLAIN:
            if indexed and "text" in before + after:
                continue
            said = copied(ColumnType(before), ColumnType(after), True)
            assert (before, after, said) == (before, after, copies(connection, before, after, indexed))
        for charset, collation, new_charset, new_collation in CHARACTERS:
            old = ColumnType("varchar(20)", collation, charset)
            new = ColumnType("varchar(20)", new_collation, new_charset)
            said = copied(old, new, True)
            seen = copies(connection, old.words, new.words, indexed)
            assert (old.words, new.words, said) == (old.words, new.words, seen)


def copies(connection: sa.Connection, before: str, after: str, indexed: bool) -> bool:
    connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    connection.exec_driver_sql(f"CREATE TABLE t (c {before}{', KEY i (c)' if indexed else ''})")
    connection.exec_driver_sql("INSERT INTO t VALUES (NULL)")
    try:
        connection.exec_driver_sql(f"ALTER TABLE t MODIFY c {after}, ALGORITHM=INPLACE, LOCK=NONE")
    except sa.exc.OperationalError as error:
        assert error.orig is not None and error.orig.args[0] in (1845, 1846), error
        return True
    return False


@pytest.mark.parametrize(("before", "after", "copies"), [(63, 64, True), (64, 65, False), (5, 9, False)])
def test_mysql_copies_where_the_length_needs_a_byte_more(before: int, after: int, copies: bool) -> None:
    old, new = (ColumnType(f"varchar({n})") for n in (before, after))
    assert copied(old, new, is_mariadb=False) is copies
