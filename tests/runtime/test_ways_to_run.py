"""env.py in other forms: asynchronous engines, transactions of its own, several in one run, interrupted."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from tests.runtime.killing import WHOLE, found, revisions
from tests.runtime.project import ENV, Deployed, interrupted_at

ASYNC = """
import asyncio
import os
from alembic import context
from sqlalchemy import make_url, pool
from sqlalchemy.ext.asyncio import create_async_engine

def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    url = make_url(os.environ["PROJECT_URL"])
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "mysql": "mysql+pymysql"}
    engine = create_async_engine(url.set(drivername=drivers[url.get_backend_name()]), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()

asyncio.run(main())
"""


@pytest.fixture
def asynchronous(deployed: Deployed) -> Deployed:
    if deployed.url.get_backend_name() != "mysql":  # aiomysql is none of the tests' packages
        deployed.write("migrations/env.py", ASYNC)
    return deployed


def test_asynchronous_engines(asynchronous: Deployed) -> None:
    revisions(asynchronous)
    ran = asynchronous.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert found(asynchronous) == WHOLE
    asynchronous.revision("d4", ["CREATE TABLE more (id INTEGER)", "DROP TABLE missing"])
    ran = asynchronous.autogen("upgrade")
    assert ran.code == 1
    assert "DROP TABLE missing" in ran.err
    stands = asynchronous.url.get_backend_name() == "mysql"
    assert ("1 statement of revision d4 stands" in ran.err) == stands
    assert ("more" in asynchronous.tables()) == stands


@pytest.mark.parametrize(
    "env",
    [
        ENV.replace("{options}", ", transaction_per_migration=True"),
        ENV.replace("{options}", "").replace("engine.connect()", "engine.begin()"),
        ENV.replace("{options}", ", transactional_ddl=True"),
    ],
    ids=["a transaction each", "one of env.py's own", "transactional_ddl"],
)
def test_transactions_of_all_kinds(deployed: Deployed, env: str) -> None:
    deployed.write("migrations/env.py", env)
    revisions(deployed)
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert found(deployed) == WHOLE


def test_pragmas_of_sqlite_do_what_they_did(local: Deployed) -> None:
    """foreign_keys is switched outside of transactions alone: what was done before is committed for it, as
    it would have been without autogen. Else the rows that refer to the old table would go with it."""
    local.revision(
        "a1",
        [
            "CREATE TABLE users (id INTEGER PRIMARY KEY, old INTEGER)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, u INTEGER REFERENCES users (id) ON DELETE CASCADE)",
            "INSERT INTO users VALUES (1, 2)",
            "INSERT INTO orders VALUES (1, 1)",
        ],
    )
    local.revision(
        "b2",
        [
            "CREATE TABLE unrelated (id INTEGER)",
            "PRAGMA foreign_keys=OFF",
            "CREATE TABLE new_users (id INTEGER PRIMARY KEY)",
            "INSERT INTO new_users SELECT id FROM users",
            "DROP TABLE users",
            "ALTER TABLE new_users RENAME TO users",
        ],
    )
    env = ENV.replace("{options}", "").replace(
        "    with engine.connect() as connection:",
        "    with engine.connect() as connection:\n"
        "        connection.connection.dbapi_connection.execute('PRAGMA foreign_keys=ON')",
    )
    local.write("migrations/env.py", env)
    ran = local.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert local.sql("SELECT id, u FROM orders") == [(1, 1)]


def test_interrupted_politely(deployed: Deployed) -> None:
    """SIGTERM in the middle ends the run with an account of it; the next one reaches head."""
    revisions(deployed)
    pid = os.fork()
    if not pid:
        code = 99
        try:
            left = 7

            def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
                nonlocal left
                counts = statement.startswith(("UPDATE", "ALTER", "CREATE", "INSERT"))
                left -= counts
                if counts and left == 0:
                    os.kill(os.getpid(), signal.SIGTERM)

            sa.event.listen(Engine, "after_cursor_execute", count)
            ran = deployed.autogen("upgrade")
            deployed.write("said.txt", ran.err)
            code = ran.code
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    said = (deployed.root / "said.txt").read_text()
    assert "was interrupted" in said
    assert "The database is at " in said
    assert deployed.autogen("upgrade").code == 0
    assert found(deployed) == WHOLE


def test_interrupted_outside_of_a_transaction(tmp_path: Path, pg_url: URL) -> None:
    """What is told is the interruption, not what SQLAlchemy makes of the block that was left by it."""
    deployed = Deployed(tmp_path / "project", pg_url)
    deployed.begin()
    deployed.revision(
        "a1",
        "op.execute('CREATE TABLE IF NOT EXISTS t (id INTEGER)')\n"
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (id)')\n"
        "    op.execute('SELECT pg_sleep(60)')",
    )

    with interrupted_at("pg_sleep"):
        ran = deployed.autogen("upgrade")
        logged = deployed.autogen("upgrade", "--log-json").events[-1]
    assert ran.code == 1
    assert "Revision a1 was interrupted at:\n  SELECT pg_sleep(60)\n" in ran.err
    assert "2 statements of revision a1 stand:" in ran.err
    assert "PendingRollback" not in ran.err
    assert "Correct the cause" not in ran.err
    assert deployed.tables() == {"t", "alembic_version"}
    assert (logged["event"], logged["error"]) == ("failed", "interrupted")
