from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from autogen.dialects.base import Scope, ScratchUnavailable
from autogen.dialects.mysql import MySQL
from autogen.dialects.mysql.connection import sync_url
from autogen.dialects.mysql.scratch import scratch, unqualified
from autogen.errors import AutogenError
from autogen.schema import Key


@pytest.mark.parametrize("driver", ["mysql", "mysql+pymysql", "mysql+aiomysql", "mysql+asyncmy"])
def test_a_sync_driver_is_found(driver: str) -> None:
    assert sync_url(make_url(f"{driver}://u@h/d")).drivername == "mysql+pymysql"


def test_a_missing_driver_names_its_package() -> None:
    with pytest.raises(AutogenError, match="pip install mysql-connector-python"):
        sync_url(make_url("mysql+mysqlconnector://u@h/d"))


def test_an_unreachable_server_is_said() -> None:
    with (
        pytest.raises(AutogenError, match=r"No MySQL or MariaDB server could be reached at 127\.0\.0\.1:1"),
        MySQL.connect(make_url("mysql+pymysql://u:secret@127.0.0.1:1/d")),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "words"),
    [({"password": "wrong-secret"}, "refused the user"), ({"database": "no_such_database"}, "no database")],
)
def test_a_refused_connection_is_said_without_the_password(
    mariadb_url: URL, change: dict[str, str], words: str
) -> None:
    with pytest.raises(AutogenError, match=words) as caught, MySQL.connect(mariadb_url.set(**change)):  # type: ignore[arg-type]
        pass
    assert "wrong-secret" not in str(caught.value)


def test_the_live_database_is_only_read(mariadb_url: URL) -> None:
    with MySQL.connect(mariadb_url) as (dialect, connection):
        assert dialect.server_label(connection).startswith("MariaDB 10.")
        assert dialect.introspect(connection, Scope()).objects == ()
        with pytest.raises(sa.exc.DBAPIError, match="READ ONLY"):
            connection.exec_driver_sql("CREATE TABLE t (id int)")


def test_rows_are_seen(mariadb_url: URL) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE `a%%b` (id int)")
        connection.exec_driver_sql("CREATE TABLE full (id int)")
        connection.exec_driver_sql("INSERT INTO full VALUES (1)")
    engine.dispose()
    with MySQL.connect(mariadb_url) as (dialect, connection):
        names = ("a%b", "full", "missing")
        assert [dialect.has_rows(connection, Key("table", "", "", n)) for n in names] == [False, True, None]


def databases(url: URL) -> set[str]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = set(connection.exec_driver_sql("SHOW DATABASES").scalars())
    engine.dispose()
    return found


def test_a_scratch_database_goes_even_when_interrupted(mariadb_url: URL) -> None:
    name = ""
    with pytest.raises(KeyboardInterrupt), scratch(mariadb_url) as connection:
        name = str(connection.exec_driver_sql("SELECT DATABASE()").scalar())
        connection.exec_driver_sql("CREATE TABLE t (id int)")
        assert name in databases(mariadb_url)
        raise KeyboardInterrupt
    assert name not in databases(mariadb_url)


def test_leftovers_are_dropped_and_databases_in_use_are_not(mariadb_url: URL) -> None:
    leftover = "autogen_scratch_1_0123456789ab"
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE IF NOT EXISTS {leftover}")
    engine.dispose()
    with scratch(mariadb_url) as first, scratch(mariadb_url):
        in_use = first.exec_driver_sql("SELECT DATABASE()").scalar()
        assert leftover not in databases(mariadb_url)
        assert in_use in databases(mariadb_url)


def test_no_server_for_a_scratch_database_is_said() -> None:
    with pytest.raises(ScratchUnavailable), scratch(make_url("mysql+pymysql://u@127.0.0.1:1/d")):
        pass


def test_the_live_name_is_taken_off_identifiers_only() -> None:
    sql = "CREATE TABLE `t` (`a` int DEFAULT nextval(`live`.`s`) COMMENT '`live`.x')"
    assert unqualified(sql, "live") == ("CREATE TABLE `t` (`a` int DEFAULT nextval(`s`) COMMENT '`live`.x')")
