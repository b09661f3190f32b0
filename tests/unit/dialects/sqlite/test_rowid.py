"""A new INTEGER PRIMARY KEY: SQLite numbers the rows that stand, whatever the column says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.sqlite.ddl import is_rowid
from autogen.schema import Column, ColumnType, PrimaryKey, Schema, Table
from tests.harness import build, connect, diff, differences, run


def lines(*key: str) -> sa.MetaData:
    metadata = sa.MetaData()
    own = [sa.Column("id", sa.Integer, primary_key=True)] if key == ("id",) else []
    sa.Table(
        "line",
        metadata,
        *own,
        *(
            sa.Column(name, sa.Integer, primary_key=name in key, nullable=False)
            for name in ("order_id", "no")
        ),
    )
    return metadata


def test_rows_that_stand_are_numbered_and_nothing_is_said_against_it(sqlite_url: URL) -> None:
    before, after = lines("order_id", "no"), lines("id")
    rows = "INSERT INTO line (order_id, no) VALUES (7, 1), (7, 2), (8, 1)"
    build(sqlite_url, before, [rows])
    drafted = diff(sqlite_url, after)
    assert (drafted.verified, drafted.reason) == (True, "")
    assert "add-not-null-no-default" not in drafted.rules
    run(sqlite_url, drafted.text, "upgrade", after)
    assert differences(sqlite_url, after) == ()
    with connect(sqlite_url) as connection:
        found = connection.exec_driver_sql("SELECT id, order_id, no FROM line ORDER BY id").all()
    assert found == [(1, 7, 1), (2, 7, 2), (3, 8, 1)]
    run(sqlite_url, drafted.text, "downgrade", after)
    assert differences(sqlite_url, before) == ()


@pytest.mark.parametrize(
    ("type_", "key", "options", "expected"),
    [
        ("INTEGER", ("id",), (), True),
        ("BIGINT", ("id",), (), False),
        ("INTEGER", ("id", "n"), (), False),
        ("INTEGER", ("n",), (), False),
        ("INTEGER", (), (), False),
        ("INTEGER", ("id",), (("without_rowid", "true"),), False),
    ],
)
def test_what_is_the_rowid(
    type_: str, key: tuple[str, ...], options: tuple[tuple[str, str], ...], expected: bool
) -> None:
    column = Column("", "t", "id", ColumnType(type_), nullable=False)
    parts = [PrimaryKey("", "t", None, key)] if key else []
    schema = Schema([Table("", "t", options=options), column, *parts])
    assert is_rowid(column, schema) is expected
