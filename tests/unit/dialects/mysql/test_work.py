"""What is said to lock writes out, held against what the server does with LOCK=NONE."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.changes import Change, Create, Drop
from autogen.dialects.mysql.work import work
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    ForeignKey,
    Index,
    IndexElement,
    PrimaryKey,
    Unique,
)
from tests.harness import connect


def column(type_: str = "int", **more: object) -> Create:
    return Create(Column("", "t", "c", ColumnType(type_), **more))  # type: ignore[arg-type]


STATEMENTS: list[tuple[str, Change]] = [
    ("ADD c int", column()),
    ("ADD c int DEFAULT 5", column(default="5")),
    ("ADD c varchar(9) DEFAULT 'x'", column("varchar(9)", default="'x'")),
    ("ADD c datetime DEFAULT current_timestamp()", column("datetime", default="current_timestamp()")),
    ("ADD c char(36) DEFAULT uuid()", column("char(36)", default="uuid()")),
    ("ADD c double DEFAULT rand()", column("double", default="rand()")),
    ("ADD c int DEFAULT (a + 1)", column(default="`a` + 1")),
    ("ADD c varchar(9) DEFAULT concat('a', 'b')", column("varchar(9)", default="concat('a','b')")),
    ("ADD c int AS (a + 1) VIRTUAL", column(computed=Computed("a + 1", False))),
    ("ADD c int AS (a + 1) STORED", column(computed=Computed("a + 1", True))),
    ("ADD KEY i (a)", Create(Index("", "t", "i", (IndexElement("a"),)))),
    ("ADD FULLTEXT KEY i (b)", Create(Index("", "t", "i", (IndexElement("b"),), method="fulltext"))),
    ("ADD UNIQUE KEY u (a)", Create(Unique("", "t", "u", ("a",)))),
    ("ADD CONSTRAINT k CHECK (a > 0)", Create(Check("", "t", "k", "a > 0"))),
    ("ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
     Create(ForeignKey("", "t", "f", ("a",), "", "p", ("id",)))),
    ("DROP PRIMARY KEY", Drop(PrimaryKey("", "t", None, ("id",)))),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "change"), STATEMENTS, ids=[sql for sql, _ in STATEMENTS])
def test_writes_wait_where_it_is_said(mariadb_url: URL, sql: str, change: Change) -> None:
    with connect(mariadb_url) as connection:
        connection.exec_driver_sql("CREATE TABLE p (id int PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE t (id int PRIMARY KEY, a int, b text)")
        said = work(change, frozenset({"id", "a", "b"}), is_mariadb=True)
        assert (said is not None) == refused(connection, f"ALTER TABLE t {sql}, LOCK=NONE")


def refused(connection: sa.Connection, statement: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.OperationalError as error:
        assert error.orig is not None and error.orig.args[0] in (1845, 1846), error
        return True
    return False
