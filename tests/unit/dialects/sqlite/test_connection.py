"""Opening the live database: read-only, and what is wrong with it said clearly."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from autogen.dialects.base import Scope
from autogen.dialects.sqlite import SQLite
from autogen.errors import AutogenError
from autogen.schema import Key


def make(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id))")
    connection.execute("CREATE TABLE u (id INTEGER NOT NULL, PRIMARY KEY (id))")
    connection.execute("INSERT INTO u VALUES (1)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("name", ["app.db", "a b.db", "100%.db", "what?.db", "no#1.db", "ä&x=1.db", "%41.db"])
@pytest.mark.parametrize("driver", ["sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"])
def test_any_path_opens(tmp_path: Path, name: str, driver: str) -> None:
    make(tmp_path / name)
    url = URL.create(driver, database=str(tmp_path / name))
    with SQLite.connect(url) as (dialect, connection):
        assert dialect.server_label(connection) == f"SQLite {sqlite3.sqlite_version}"
        assert [t.name for t in dialect.introspect(connection, Scope()).tables] == ["t", "u"]
        assert dialect.has_rows(connection, Key("table", "", "", "t")) is False
        assert dialect.has_rows(connection, Key("table", "", "", "u")) is True
        assert dialect.has_rows(connection, Key("table", "", "", "missing")) is None


def test_a_file_uri_opens(tmp_path: Path) -> None:
    make(tmp_path / "app.db")
    url = make_url(f"sqlite:///file:{tmp_path}/app.db?uri=true&mode=rwc")
    with SQLite.connect(url) as (dialect, connection):
        assert len(dialect.introspect(connection, Scope()).tables) == 2


def test_nothing_is_written(tmp_path: Path) -> None:
    make(tmp_path / "app.db")
    with SQLite.connect(URL.create("sqlite", database=str(tmp_path / "app.db"))) as (_, connection):
        for statement in ("CREATE TABLE x (a)", "DELETE FROM u", "PRAGMA user_version = 5"):
            with pytest.raises(sa.exc.DBAPIError, match="readonly"):
                connection.exec_driver_sql(statement)
            connection.rollback()


def test_a_missing_file_is_an_error_and_stays_missing(tmp_path: Path) -> None:
    path = tmp_path / "absent.db"
    with (
        pytest.raises(AutogenError, match="does not exist"),
        SQLite.connect(URL.create("sqlite", database=str(path))),
    ):
        pass
    assert not path.exists()


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is no database, only a long enough text" * 50)
    with (
        pytest.raises(AutogenError, match="not an SQLite database"),
        SQLite.connect(URL.create("sqlite", database=str(path))),
    ):
        pass


def test_a_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(AutogenError, match="folder"),
        SQLite.connect(URL.create("sqlite", database=str(tmp_path))),
    ):
        pass


def test_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autogen.dialects.sqlite import connection as module

    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.0)
    path = tmp_path / "app.db"
    make(path)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    with (
        pytest.raises(AutogenError, match="locked"),
        SQLite.connect(URL.create("sqlite", database=str(path))),
    ):
        pass
    writer.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    make(path)
    path.chmod(0)
    with (
        pytest.raises(AutogenError, match="cannot be opened"),
        SQLite.connect(URL.create("sqlite", database=str(path))),
    ):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite://"])
def test_in_memory_is_an_empty_database(url: str) -> None:
    with SQLite.connect(make_url(url)) as (dialect, connection):
        assert dialect.introspect(connection, Scope()).objects == ()


def test_errors_inside_the_block_are_not_swallowed(tmp_path: Path) -> None:
    make(tmp_path / "app.db")
    with (
        pytest.raises(ZeroDivisionError),
        SQLite.connect(URL.create("sqlite", database=str(tmp_path / "app.db"))),
    ):
        raise ZeroDivisionError


@pytest.mark.parametrize("failing", [False, True])
def test_one_connection_is_opened_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: bool
) -> None:
    opened: list[sqlite3.Connection] = []
    real = sqlite3.connect

    def connect(*args: object, **options: object) -> sqlite3.Connection:
        opened.append(real(*args, **options))  # type: ignore[call-overload]
        return opened[-1]

    path = tmp_path / "app.db"
    if failing:
        path.write_text("no database" * 100)
    else:
        make(path)
    monkeypatch.setattr(sqlite3, "connect", connect)
    try:
        with SQLite.connect(URL.create("sqlite", database=str(path))) as (dialect, connection):
            dialect.introspect(connection, Scope())
    except AutogenError:
        assert failing
    assert len(opened) == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
