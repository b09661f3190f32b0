"""On a terminal: production is asked about, and what a downgrade takes away."""

from __future__ import annotations

from tests.cli.project import UserProject
from tests.cli.terminal import Session
from tests.runtime.project import Deployed


def test_questions_and_answers(local: Deployed) -> None:
    local.write("pyproject.toml", '[tool.autogen]\nurl = "env:PROJECT_URL"\nproduction = true\n')
    local.revision("a1", ["CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (1)"], ["DROP TABLE t"])
    user = UserProject(local.root, {"PROJECT_URL": local.database})
    with Session(user, "upgrade") as session:
        assert "is marked as production" in session.until("Type yes to go on: ")
        session.type("no\n")
        assert session.end() == 2
    assert local.applied() == []
    with Session(user, "upgrade") as session:
        session.until("Type yes to go on: ")
        session.type("yes\n")
        assert session.end() == 0
        assert "migrating a1 revision a1 … migrated (" in session.seen
    with Session(user, "downgrade", "base") as session:
        assert "a1 drops table t, which holds 1 row" in session.until("Type yes to go on: ")
        session.type("yes\n")
        assert "is marked as production" in session.until("Type yes to go on: ")
        session.type("\x03")
        assert session.end() == 2
    assert local.applied() == ["a1"]
