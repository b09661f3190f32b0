"""Drivers, read-only transactions, and errors that say what to do without a password."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from autogen.dialects.postgresql import PostgreSQL, connection
from autogen.errors import AutogenError
from autogen.schema import Key


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d?connect_timeout=10"),
        (
            "postgresql+asyncpg://u@h/d?ssl=true",
            "postgresql+psycopg://u@h/d?connect_timeout=10&sslmode=require",
        ),
        (
            "postgresql+asyncpg://u@h/d?statement_cache_size=0",
            "postgresql+psycopg://u@h/d?connect_timeout=10",
        ),
        ("postgresql+psycopg://u@h/d?connect_timeout=3", "postgresql+psycopg://u@h/d?connect_timeout=3"),
    ],
)
def test_any_url_is_opened_with_a_synchronous_driver(given: str, used: str) -> None:
    assert connection.sync_url(make_url(given)) == make_url(used)


def test_a_missing_driver_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
    with pytest.raises(AutogenError, match=r"pip install 'psycopg\[binary\]'"):
        connection.sync_url(make_url("postgresql://h/d"))


def test_psycopg2_is_kept_where_it_is_named_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda name: object())
    assert connection.sync_url(make_url("postgresql+psycopg2://h/d")).drivername == "postgresql+psycopg2"
    assert connection.sync_url(make_url("postgresql://h/d")).drivername == "postgresql+psycopg"


def test_the_connection_only_reads(pg_url: URL) -> None:
    with PostgreSQL.connect(pg_url) as (dialect, live):
        assert dialect.default_schema == "public"
        assert dialect.server_label(live).startswith("PostgreSQL 1")
        assert live.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            live.exec_driver_sql("CREATE TABLE t (a int)")


def test_has_rows(pg_url: URL) -> None:
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    with engine.begin() as writer:
        writer.exec_driver_sql('CREATE TABLE "we:ird %% x" (a int); CREATE TABLE full_ AS SELECT 1 AS a')
    with PostgreSQL.connect(pg_url) as (dialect, live):
        assert dialect.has_rows(live, Key("table", "", "", "full_")) is True
        assert dialect.has_rows(live, Key("table", "", "", "absent")) is None
        assert live.exec_driver_sql("SELECT 1").scalar() == 1


def test_an_unknown_database_is_named(pg_url: URL) -> None:
    with (
        pytest.raises(AutogenError, match="There is no database 'absent'"),
        PostgreSQL.connect(pg_url.set(database="absent", password="hidden-word")),
    ):
        pass


def test_an_unreachable_server_is_said_without_the_password() -> None:
    url = make_url("postgresql://user:hidden-word@127.0.0.1:1/d?sslpassword=hidden-too")
    with pytest.raises(AutogenError) as caught, PostgreSQL.connect(url):
        pass
    assert "Cannot reach" in str(caught.value)
    assert "hidden" not in str(caught.value)
