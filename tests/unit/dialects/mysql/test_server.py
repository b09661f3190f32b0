"""What depends on the server's settings and on the user's rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.conftest import fresh
from tests.harness import build, connect, diff, differences, run

USER = "autogen_test_reader"


def models(kind: type[sa.types.TypeEngine[int]] = sa.Integer, other: str | None = None) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", kind))
    if other:
        sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=other)
    return metadata


def execute(url: URL, *statements: str) -> None:
    with connect(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def reader(mariadb_url: URL) -> Iterator[URL]:
    """The URL of a user who may read the database and nothing else."""
    build(mariadb_url, models())
    account = f"'{USER}'@'127.0.0.1'"
    grant = f"GRANT SELECT, SHOW VIEW, TRIGGER ON `{mariadb_url.database}`.* TO {account}"
    execute(mariadb_url, f"CREATE OR REPLACE USER {account} IDENTIFIED BY 'secret'", grant)
    yield mariadb_url.set(username=USER, password="secret", host="127.0.0.1")
    execute(mariadb_url, f"DROP USER {account}")


def test_without_the_right_to_create_a_database_nothing_is_proven(reader: URL) -> None:
    drafted = diff(reader, models(sa.BigInteger))
    assert drafted.changes == ("alter column t.a: type",)
    assert drafted.not_compared == ()
    assert drafted.verified is None
    assert USER in drafted.reason and "secret" not in drafted.reason


def test_a_draft_for_another_database_is_never_run_in_a_proof(mariadb_url: URL, tmp_path: Path) -> None:
    build(mariadb_url, models())
    with fresh("mariadb", tmp_path) as other:
        drafted = diff(mariadb_url, models(other=other.database))
        assert (drafted.verified, "more than one database" in drafted.reason) == (None, True)
        with connect(other) as connection:
            assert sa.inspect(connection).get_table_names() == []
        run(mariadb_url, drafted.text, "upgrade")
        assert differences(mariadb_url, models(other=other.database)) == ()
        run(mariadb_url, drafted.text, "downgrade")
        with connect(other) as connection:
            assert sa.inspect(connection).get_table_names() == []


@pytest.mark.parametrize("mode", ["", "ANSI_QUOTES,PIPES_AS_CONCAT", "ANSI"])
def test_another_sql_mode_makes_no_difference(mode: str, mariadb_url: URL) -> None:
    metadata = models()
    column = sa.Column("s", sa.String(20), server_default="it's", comment='"c"')
    sa.Table("u", metadata, sa.Column("id", sa.Integer, primary_key=True), column)
    sa.Table("u", metadata, sa.CheckConstraint("s <> 'x'", name="ck"), extend_existing=True)
    build(mariadb_url, metadata)
    url = mariadb_url.update_query_dict({"init_command": f"SET SESSION sql_mode = '{mode}'"})
    assert differences(url, metadata) == ()
    drafted = diff(url, models(sa.BigInteger))
    assert (drafted.verified, drafted.reason) == (True, "")
