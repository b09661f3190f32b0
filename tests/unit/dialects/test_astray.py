"""Statements that cannot be kept inside a scratch database are told from those that can."""

from __future__ import annotations

import pytest

from autogen.dialects.mysql.astray import astray as mysql
from autogen.dialects.postgresql.astray import astray as postgresql
from autogen.dialects.sqlite.own_server import astray as sqlite


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE app",
        "  -- the application's\n/* user */ create user app",
        "DROP DATABASE shop",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "DROP OWNED BY app",
        "CREATE TABLESPACE fast LOCATION '/x'",
    ],
)
def test_what_belongs_to_the_whole_postgresql_server(statement: str) -> None:
    assert postgresql(statement).startswith("runs ")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE role (id int)",
        "CREATE USER MAPPING FOR app SERVER other",
        "COMMENT ON TABLE t IS 'CREATE ROLE x'",
        "ALTER TABLE t ADD COLUMN database text",
        "DROP TABLE users",
        "SELECT 1",
    ],
)
def test_what_stays_inside_a_postgresql_database(statement: str) -> None:
    assert postgresql(statement) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE billing.orders (id int)",
        "ALTER TABLE `billing` . `orders` ADD x int",
        "DROP TABLE IF EXISTS billing.orders",
        "INSERT INTO billing.orders VALUES (1)",
        "UPDATE billing.orders SET x = 1",
        "DELETE FROM billing.orders",
        "RENAME TABLE orders TO billing.orders",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES billing.orders (id)",
        "CREATE INDEX i ON billing.orders (id)",
        "GRANT SELECT ON billing.* TO app",
        "USE billing",
        "DROP DATABASE shop",
        "create user app",
        "SET GLOBAL sql_mode = ''",
    ],
)
def test_what_reaches_another_mariadb_database(statement: str) -> None:
    assert mysql(statement, "scratch")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE scratch.orders (id int)",
        "CREATE TABLE `scratch`.`orders` (id int)",
        "UPDATE orders SET x = 'UPDATE billing.orders'",
        "UPDATE orders o JOIN users u ON o.user_id = u.id SET o.x = u.x",
        "SELECT EXTRACT(YEAR FROM o.made) FROM orders o",
        "INSERT INTO orders SELECT u.id FROM users u",
        "ALTER TABLE t COMMENT 'see TABLE billing.orders' -- TABLE billing.orders\n",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES orders (id) ON UPDATE CASCADE",
        "DELETE FROM t WHERE EXISTS (SELECT 1)",
        "SELECT 1 FROM information_schema.tables",
    ],
)
def test_what_stays_inside_a_mariadb_database(statement: str) -> None:
    assert mysql(statement, "scratch") == ""


def test_attached_files() -> None:
    assert sqlite("ATTACH DATABASE 'other.db' AS other") == "attaches the file 'other.db'"
    assert sqlite("attach '/x/y.db' as y")
    assert sqlite("ATTACH ':memory:' AS m") == ""
    assert sqlite("CREATE TABLE attach (id)") == ""
