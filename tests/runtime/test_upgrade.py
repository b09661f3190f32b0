"""upgrade and downgrade on every backend: what runs, what is told, what stands when something fails."""

from __future__ import annotations

import re

import pytest

from tests.runtime.project import Deployed

USERS = ["CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50))"]
ROWS = ["INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob')"]
AGE = ["ALTER TABLE users ADD COLUMN age INTEGER"]


def three(project: Deployed) -> None:
    project.revision("a1", USERS, ["DROP TABLE users"], message="users")
    project.revision("b2", ROWS, ["DELETE FROM users"], message="first users")
    project.revision("c3", AGE, ["ALTER TABLE users DROP COLUMN age"], message="their age")


def test_upgrade_says_what_it_does(deployed: Deployed) -> None:
    three(deployed)
    ran = deployed.autogen("upgrade")
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert [re.sub(r"\d+\.\d{3}", "N", line) for line in ran.out.splitlines()] == [
        "migrating a1 users … migrated (N s)",
        "migrating b2 first users … migrated (N s)",
        "migrating c3 their age … migrated (N s)",
    ]
    assert deployed.applied() == ["c3"]
    assert deployed.tables() == {"users", "alembic_version"}
    again = deployed.autogen("upgrade")
    assert (again.code, again.out) == (0, "Nothing to run: the database is at c3 (their age).\n")


def test_alembic_goes_on_from_there(deployed: Deployed) -> None:
    from alembic import command
    from alembic.config import Config

    three(deployed)
    assert deployed.autogen("upgrade", "+2").code == 0
    assert deployed.applied() == ["b2"]
    config = Config()
    config.set_main_option("script_location", str(deployed.root / "migrations"))
    with deployed.inside():
        command.upgrade(config, "head")
        assert deployed.applied() == ["c3"]
        command.downgrade(config, "-1")
    assert deployed.autogen("upgrade", "c3").code == 0
    assert deployed.applied() == ["c3"]


def test_a_line_of_json_a_step(deployed: Deployed) -> None:
    three(deployed)
    ran = deployed.autogen("upgrade", "b2", "--log-json")
    assert ran.code == 0, ran.err
    events = ran.events
    assert [event["event"] for event in events] == ["begins", "ends", "begins", "ends", "done"]
    assert [event.get("revision") for event in events[:4]] == ["a1", "a1", "b2", "b2"]
    assert events[1]["seconds"] > 0
    assert (events[-1]["revisions"], events[-1]["at"]) == (["a1", "b2"], "b2")


def test_status_and_history_follow(deployed: Deployed) -> None:
    three(deployed)
    deployed.autogen("upgrade", "b2")
    ran = deployed.autogen("status", "--format", "json")
    assert ran.code == 0, ran.err
    assert [(r["revision"], r["state"]) for r in ran.json["revisions"]] == [
        ("c3", "pending"),
        ("b2", "current"),
        ("a1", "applied"),
    ]
    assert (ran.json["at"], ran.json["pending"], ran.json["cut_short"]) == (["b2"], ["c3"], None)
    assert ran.json["drift"] == {"changes": None, "reason": "1 revision is pending"}
    history = deployed.autogen("history")
    assert [line.split() for line in history.out.splitlines()] == [
        ["c3", "2026-01-03", "10:00", "their", "age", "+", "pending", "head"],
        ["b2", "2026-01-02", "10:00", "first", "users", "*", "current"],
        ["a1", "2026-01-01", "10:00", "users", "applied"],
    ]


def test_a_failure_tells_what_stands(deployed: Deployed) -> None:
    """The second statement fails; what the first did stands on MariaDB alone, and is passed over later."""
    deployed.revision("a1", USERS, ["DROP TABLE users"])
    broken = deployed.revision("b2", [*AGE, "ALTER TABLE missing ADD COLUMN age INTEGER", *ROWS])
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert ran.out.splitlines()[-1].endswith("migrating b2 revision b2 … failed")
    assert "Revision b2 failed: " in ran.err
    assert "ALTER TABLE missing ADD COLUMN age" in ran.err
    status = deployed.autogen("status", "--format", "json").json
    if deployed.url.get_backend_name() == "mysql":
        assert "1 statement of revision b2 stands:\n  ALTER TABLE users ADD COLUMN age INTEGER" in ran.err
        assert status["cut_short"]["done"] == AGE
        assert status["cut_short"]["failed"].startswith("ALTER TABLE missing")
    else:
        assert "Nothing of revision b2 stands." in ran.err
        assert status["cut_short"] is None
    stands = [] if deployed.url.get_backend_name() == "postgresql" else ["a1"]
    assert status["at"] == deployed.applied() == stands
    if not stands:
        assert "a1 ran before it in the same transaction, and was undone with it." in ran.err
    broken.write_text(
        broken.read_text()
        .replace("ALTER TABLE missing", "ALTER TABLE users")
        .replace("age INTEGER'", "size INTEGER'", 2)
        .replace("size", "age", 1)
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT id, name, age, size FROM users ORDER BY id") == [
        (1, "Ann", None, None),
        (2, "Bob", None, None),
    ]
    assert deployed.tables() == {"users", "alembic_version"}
    assert deployed.applied() == ["b2"]


def test_a_file_changed_under_a_half_done_revision(tmp_path, mariadb_url) -> None:  # type: ignore[no-untyped-def]
    deployed = Deployed(tmp_path / "project", mariadb_url)
    deployed.begin()
    deployed.revision("a1", USERS)
    broken = deployed.revision("b2", [*AGE, "ALTER TABLE missing ADD COLUMN age INTEGER"])
    assert deployed.autogen("upgrade").code == 1
    broken.write_text(broken.read_text().replace("ADD COLUMN age", "ADD COLUMN years"))
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "its statement 1 is not what it was then. It was:\n  ALTER TABLE users ADD COLUMN age" in ran.err
    assert "DROP TABLE autogen_journal" in ran.err
    deployed.sql("ALTER TABLE users DROP COLUMN age")
    deployed.sql("DROP TABLE autogen_journal")
    broken.write_text(
        broken.read_text().replace("TABLE missing ADD COLUMN years", "TABLE users ADD COLUMN size")
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err


def test_what_was_outside_of_the_transaction_is_told(tmp_path, pg_url) -> None:  # type: ignore[no-untyped-def]
    deployed = Deployed(tmp_path / "project", pg_url)
    deployed.begin()
    deployed.revision("a1", USERS)
    deployed.revision(
        "b2",
        "op.execute('ALTER TABLE users ADD COLUMN age INTEGER')\n"
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE INDEX CONCURRENTLY ix ON users (age)')\n"
        "op.execute('ALTER TABLE missing ADD COLUMN x INTEGER')",
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "2 statements of revision b2 stand:" in ran.err
    assert "  CREATE INDEX CONCURRENTLY ix ON users (age)\n" in ran.err
    assert "These were committed on their way." in ran.err
    assert deployed.applied() == ["a1"]


def test_going_on_behind_statements_of_all_forms(deployed: Deployed) -> None:
    """Many rows at once, parameters, several in one transaction: each is run once and no more."""
    deployed.revision(
        "a1",
        [
            "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n INTEGER, s VARCHAR(50))",
            "CREATE TABLE u (id INTEGER)",
        ],
    )
    body = """
t = sa.table("t", sa.column("id", sa.Integer), sa.column("n", sa.Integer), sa.column("s", sa.String))
op.bulk_insert(t, [{"id": k, "n": 0, "s": "50 % 'x' :y"} for k in range(1, 4)])
op.execute(t.update().where(t.c.id == 2).values(n=t.c.n + 5))
op.execute("ALTER TABLE u ADD COLUMN a INTEGER")
op.get_bind().execute(sa.text("UPDATE t SET n = n + :k WHERE id IN (1, 2)"), {"k": 7})
op.execute("ALTER TABLE u ADD COLUMN b INTEGER")
op.execute("ALTER TABLE missing ADD COLUMN c INTEGER")
op.execute(t.update().values(n=t.c.n + 100))
"""
    path = deployed.revision("b2", body)
    assert deployed.autogen("upgrade").code == 1
    assert deployed.autogen("upgrade").code == 1
    path.write_text(path.read_text().replace("TABLE missing", "TABLE u"))
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert deployed.sql("SELECT id, n, s FROM t ORDER BY id") == [
        (1, 107, "50 % 'x' :y"),
        (2, 112, "50 % 'x' :y"),
        (3, 100, "50 % 'x' :y"),
    ]


def test_what_an_earlier_run_left_outside_of_the_transaction(tmp_path, pg_url) -> None:  # type: ignore[no-untyped-def]
    """A second run that fails at once knows nothing of the first, and does not say that nothing stands."""
    deployed = Deployed(tmp_path / "project", pg_url)
    deployed.begin()
    deployed.revision("a1", [*USERS, "INSERT INTO users (id) VALUES (1), (2)", "CREATE TABLE u (id INTEGER)"])
    deployed.revision(
        "b2",
        "op.execute('CREATE TABLE g1 (id INTEGER)')\n"
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE UNIQUE INDEX CONCURRENTLY ix ON users ((id > 0))')",
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "1 statement of revision b2 stands:\n  CREATE TABLE g1 (id INTEGER)\n" in ran.err
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert 'relation "g1" already exists' in ran.err
    assert (
        "Nothing that this run did of revision b2 stands. But the revision leaves its transaction" in ran.err
    )
    assert "an earlier run that was cut short may have left a part of it" in ran.err
    assert "g1" in deployed.tables()


def test_what_failed_outside_of_a_transaction_may_have_left_something(tmp_path, pg_url) -> None:  # type: ignore[no-untyped-def]
    deployed = Deployed(tmp_path / "project", pg_url)
    deployed.begin()
    deployed.revision("a1", [*USERS, "INSERT INTO users (id) VALUES (1), (2)"])
    deployed.revision(
        "b2",
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE UNIQUE INDEX CONCURRENTLY ix ON users ((id > 0))')",
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "Nothing that this run finished of revision b2 stands; what it failed at ran outside" in ran.err
    assert deployed.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass") == [(False,)]


def test_a_failure_that_leaves_nothing_leaves_no_record(deployed: Deployed) -> None:
    """The record is no table of the project's, and whoever compares without autogen would take it for one."""
    deployed.revision("a1", USERS)
    deployed.revision("b2", ["ALTER TABLE missing ADD COLUMN age INTEGER"])
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "Nothing of revision b2 stands." in ran.err
    assert "autogen_journal" not in deployed.tables()


def test_a_log_ends_whatever_comes(local: Deployed) -> None:
    three(local)
    assert local.autogen("upgrade").code == 0
    for command in (["upgrade"], ["downgrade", "c3"]):
        events = local.autogen(*command, "--log-json").events
        assert [(e["event"], e["revisions"], e["at"]) for e in events] == [("done", [], "c3")]
    ran = local.autogen("upgrade", "nothing", "--log-json")
    assert ran.code == 2
    assert [(e["event"], e["revision"]) for e in ran.events] == [("failed", None)]
    assert "There is no revision 'nothing'" in ran.events[0]["error"]


def test_interrupted_before_anything_ran(local: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    three(local)

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autogen.runtime.deployment.standing", interrupted)
    for command in (["upgrade"], ["downgrade", "base"]):
        ran = local.autogen(*command)
        assert (ran.code, ran.err) == (2, "\nautogen: error: Interrupted; nothing was run.\n")
        ran = local.autogen(*command, "--log-json")
        assert [(e["event"], e["error"]) for e in ran.events] == [("failed", "interrupted")]
