"""What depends on the server's settings and on the user's rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.errors import AutogenError
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


@contextmanager
def account(url: URL, *grants: str) -> Iterator[URL]:
    """The URL of a user who has these rights and no others."""
    user = f"'{USER}'@'127.0.0.1'"
    given = (f"GRANT {grant} TO {user}" for grant in grants)
    execute(url, f"CREATE OR REPLACE USER {user} IDENTIFIED BY 'secret'", *given)
    yield url.set(username=USER, password="secret", host="127.0.0.1")
    execute(url, f"DROP USER {user}")


@pytest.fixture
def reader(mariadb_url: URL) -> Iterator[URL]:
    """The URL of a user who may read the database and nothing else."""
    build(mariadb_url, models())
    with account(mariadb_url, f"SELECT, SHOW VIEW, TRIGGER ON `{mariadb_url.database}`.*") as url:
        yield url


def test_without_the_right_to_create_a_database_nothing_is_proven(reader: URL) -> None:
    drafted = diff(reader, models(sa.BigInteger))
    assert drafted.changes == ("alter column t.a: type",)
    assert drafted.not_compared == ()
    assert drafted.verified is None
    assert USER in drafted.reason and "secret" not in drafted.reason


HOSTILE = 'it\'s `CONSTRAINT` a\n"x" \\\\ %(c)s'


def with_everything() -> sa.MetaData:
    """Tables with all that a right may hide: checks, JSON, foreign keys with actions and odd names."""
    metadata = models()
    comment = "CONSTRAINT `fk` FOREIGN KEY (`x`) REFERENCES `t` (`id`) ON DELETE SET NULL"
    fk = sa.ForeignKeyConstraint(["x"], ["t.id"], "fk", ondelete="CASCADE", onupdate="SET NULL")
    odd = sa.ForeignKeyConstraint([HOSTILE], ["t.id"], "odd ` it's", onupdate="CASCADE")
    sa.Table(
        "c",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.Integer, comment=comment),
        sa.Column(HOSTILE, sa.Integer),
        sa.Column("j", sa.JSON),
        sa.Column("y", sa.Integer),
        fk,
        odd,
        sa.ForeignKeyConstraint(["x"], ["c.id"], "plain"),
        sa.CheckConstraint("y > 0", name="ck"),
        comment=comment,
    )
    return metadata


@pytest.mark.parametrize("rights", ["SELECT", "UPDATE, CREATE"])
@pytest.mark.parametrize("where", ["`{}`.*", "*.*", "`autogen%`.*"])
def test_an_account_that_sees_the_database_sees_no_difference(
    rights: str, where: str, mariadb_url: URL
) -> None:
    build(mariadb_url, with_everything())
    database = str(mariadb_url.database)
    where = where.replace("autogen%", database[:4].replace("_", "\\_") + "%").format(database)
    with account(mariadb_url, f"{rights} ON {where.replace('%', '%%')}") as url:
        assert differences(url, with_everything()) == ()


@pytest.mark.parametrize(
    "grants",
    [
        ["SELECT ON `{}`.t"],
        ["SELECT (id) ON `{}`.t", "EXECUTE ON `{}`.*"],
        ["CREATE ON `{}`.*"],
        ["PROCESS ON *.*", "SELECT ON `{}`.t", "SELECT ON `{}x`.*"],
    ],
)
def test_an_account_that_sees_a_part_of_the_database_is_told(grants: list[str], mariadb_url: URL) -> None:
    build(mariadb_url, with_everything())
    given = [grant.format(mariadb_url.database) for grant in grants]
    with account(mariadb_url, *given) as url, pytest.raises(AutogenError) as caught:
        differences(url, with_everything())
    assert f"GRANT SELECT ON `{mariadb_url.database}`.*" in str(caught.value)
    assert USER in str(caught.value) and "secret" not in str(caught.value)


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
