"""Upgrades that are killed, and what must be there in the end."""

from __future__ import annotations

import os
import signal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from autogen.dialects.deploying import defines, writes
from tests.runtime.project import Deployed

KILLED = -signal.SIGKILL
Moment = Literal["before_cursor_execute", "after_cursor_execute", "commit"]


def upgrade_killed(project: Deployed, moment: Moment, left: int) -> int:
    """An upgrade in a process of its own, which ends itself without a word before or after the n-th statement
    that changes something, or at the n-th commit. Returns how it ended."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)
    code = 99
    try:

        def count(*given: Any) -> None:
            nonlocal left
            if len(given) > 2 and not (defines(given[2]) or writes(given[2])):
                return
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(Engine, moment, count)
        code = project.autogen("upgrade", "--lock-timeout", "30").code
    finally:
        os._exit(code)


def revisions(project: Deployed) -> None:
    """Every kind of step, several in a revision; what runs twice, or not at all, shows in the rows."""
    project.revision(
        "a1",
        [
            "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50), visits INTEGER,"
            " old INTEGER)",
            "INSERT INTO users (id, name, visits, old) VALUES (1, 'Ann', 0, 7), (2, 'Bob', 10, 8)",
            "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER, total INTEGER)",
            "INSERT INTO orders (id, user_id, total) VALUES (1, 1, 5), (2, 2, 6), (3, 2, 7)",
        ],
    )
    project.revision(
        "b2",
        [
            "UPDATE users SET visits = visits + 1",
            "ALTER TABLE users ADD COLUMN spent INTEGER",
            "UPDATE users SET spent = (SELECT sum(total) FROM orders WHERE user_id = users.id)",
            "CREATE INDEX ix_orders_user ON orders (user_id)",
            "UPDATE users SET visits = visits + 100",
        ],
    )
    project.revision(
        "c3",
        [
            "ALTER TABLE users RENAME COLUMN name TO full_name",
            "UPDATE orders SET total = total * 2",
            "CREATE TABLE log (id INTEGER NOT NULL PRIMARY KEY, what VARCHAR(20))",
            "INSERT INTO log (id, what) VALUES (1, 'moved')",
            "ALTER TABLE users DROP COLUMN old",
        ],
    )


def found(project: Deployed) -> dict[str, Any]:
    return {
        "users": project.sql("SELECT id, full_name, visits, spent FROM users ORDER BY id"),
        "orders": project.sql("SELECT id, user_id, total FROM orders ORDER BY id"),
        "log": project.sql("SELECT id, what FROM log"),
        "applied": project.applied(),
        "tables": project.tables(),
    }


WHOLE = {
    "users": [(1, "Ann", 101, 5), (2, "Bob", 111, 13)],
    "orders": [(1, 1, 10), (2, 2, 12), (3, 2, 14)],
    "log": [(1, "moved")],
    "applied": ["c3"],
    "tables": {"users", "orders", "log", "alembic_version"},
}
