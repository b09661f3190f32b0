"""upgrade and downgrade on every backend: what runs, what is told, what stands when something fails."""

from __future__ import annotations

import re

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
