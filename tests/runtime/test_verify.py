"""Revisions written by hand, proven on a scratch database of every backend."""

from __future__ import annotations

from typing import Any

from tests.runtime.project import Deployed

USERS = ["CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, old INTEGER)"]
ORDERS = [
    "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL,"
    " state VARCHAR(8) NOT NULL CHECK (state IN ('new', 'paid')),"
    " FOREIGN KEY (user_id) REFERENCES users (id))"
]
TAGGED = [
    "CREATE TABLE tagged (user_id INTEGER NOT NULL PRIMARY KEY, FOREIGN KEY (user_id) REFERENCES users (id))"
]
_USERS_GO = ["DROP TABLE users"]


def verdicts(project: Deployed, *args: str) -> tuple[int, dict[str, dict[str, Any]]]:
    ran = project.autogen("verify", *args, "--format", "json")
    assert ran.code in (0, 1), ran.err
    return ran.code, {found["revision"]: found for found in ran.json["revisions"]}


def test_good_revisions_and_what_they_cost(deployed: Deployed) -> None:
    deployed.revision("a1", USERS, ["DROP TABLE users"])
    deployed.revision("b2", ORDERS, ["DROP TABLE orders"])
    deployed.revision("c3", ["CREATE INDEX ix ON orders (state)"], _drop_index(deployed))
    deployed.revision(
        "d4", ["ALTER TABLE users DROP COLUMN old"], ["ALTER TABLE users ADD COLUMN old INTEGER"]
    )
    code, found = verdicts(deployed, "all")
    assert code == 0
    assert [(r, v["verdict"]) for r, v in found.items()] == [
        ("a1", "proven"),
        ("b2", "proven"),
        ("c3", "proven"),
        ("d4", "loses"),
    ]
    assert found["d4"]["lost"] == [{"table": "users", "column": "old", "count": 6}]
    assert all(not v["without_rows"] for v in found.values())
    assert deployed.tables() == set()  # the database itself was not touched
    ran = deployed.autogen("verify", "b2:d4")
    assert ran.code == 0, ran.err
    assert "downgrade() does not bring back 6 values of users.old" in ran.out
    assert "1 proven, 1 loses rows" in ran.out


def test_revisions_that_do_not_come_back(deployed: Deployed) -> None:
    """Each goes wrong in its own way, and the next is judged all the same."""
    deployed.revision("a1", USERS, ["DROP TABLE users"])
    deployed.revision("b2", ["CREATE INDEX ix ON users (name)"], "pass")
    deployed.revision("c3", ["ALTER TABLE users ADD COLUMN age INTEGER"], "raise NotImplementedError()")
    deployed.revision("d4", ["DELETE FROM users WHERE id = 2"], "pass")
    deployed.revision("e5", ["CREATE UNIQUE INDEX ux ON users (old)"], _drop_index(deployed, "ux", "users"))
    code, found = verdicts(deployed, "all")
    assert code == 1
    assert [v["verdict"] for v in found.values()] == ["proven", "fails", "fails", "loses", "proven"]
    assert "downgrade() does not restore the schema: drop index ix" in found["b2"]["reason"].replace(
        "users.", ""
    )
    assert "downgrade() fails: NotImplementedError" in found["c3"]["reason"]
    assert found["d4"]["lost"] == [{"table": "users", "column": None, "count": 1}]


def test_rows_that_are_deleted_at_the_end_or_altogether(deployed: Deployed) -> None:
    """Nothing that is put in later stands in for them, be it the same row once more."""
    deployed.revision(
        "a1", [*USERS, *ORDERS, *TAGGED], ["DROP TABLE tagged", "DROP TABLE orders", *_USERS_GO]
    )
    cases = {
        "b2": ("DELETE FROM orders", "orders"),
        "c3": ("DELETE FROM orders WHERE id = (SELECT max(id) FROM (SELECT id FROM orders) o)", "orders"),
        "d4": ("DELETE FROM tagged", "tagged"),
    }
    if deployed.url.get_backend_name() == "postgresql":
        cases["e5"] = ("TRUNCATE users CASCADE", "users")
    for id_, (statement, _) in cases.items():
        deployed.revision(id_, [statement])
    code, found = verdicts(deployed, "all")
    assert code == 0
    assert found.pop("a1")["verdict"] == "proven"
    assert {id_: v["verdict"] for id_, v in found.items()} == dict.fromkeys(cases, "loses")
    for id_, (_, table) in cases.items():
        assert table in [lost["table"] for lost in found[id_]["lost"] if lost["column"] is None], id_
    assert found["c3"]["lost"] == [{"table": "orders", "column": None, "count": 1}]


def test_rows_that_come_back_and_rows_that_cannot(deployed: Deployed) -> None:
    """What is put in behind the upgrade is the downgrade's to remove; what was there before is not."""
    deployed.revision("a1", [*USERS, *TAGGED], ["DROP TABLE tagged", *_USERS_GO])
    deployed.revision(
        "b2",
        ["CREATE TABLE kept AS SELECT * FROM tagged", "DELETE FROM tagged"],
        ["DELETE FROM tagged", "INSERT INTO tagged SELECT * FROM kept", "DROP TABLE kept"],
    )
    code, found = verdicts(deployed, "all")
    assert code == 0
    assert {id_: (v["verdict"], v["lost"]) for id_, v in found.items()} == {
        "a1": ("proven", []),
        "b2": ("proven", []),
    }


def test_a_downgrade_that_new_rows_refuse(deployed: Deployed) -> None:
    """It passes while the new table is empty, and not when it is in use."""
    deployed.revision("a1", USERS, _USERS_GO)
    check = ["INSERT INTO users (id, name) SELECT id, NULL FROM notes", "DROP TABLE notes"]
    deployed.revision("b2", ["CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY)"], check)
    code, found = verdicts(deployed, "all")
    assert code == 1
    assert found["b2"]["verdict"] == "fails"
    assert "downgrade() fails with rows that came after the upgrade: " in found["b2"]["reason"]


def test_an_upgrade_that_rows_refuse(deployed: Deployed) -> None:
    """It would pass on empty tables; what comes behind it is told as not run."""
    deployed.revision("a1", USERS, ["DROP TABLE users"])
    deployed.revision("b2", "op.execute('INSERT INTO users (id, name) VALUES (2, NULL)')", "pass")
    deployed.revision("c3", "pass", "pass")
    code, found = verdicts(deployed, "all")
    assert code == 1
    assert found["b2"]["verdict"] == "fails"
    assert "upgrade() fails: " in found["b2"]["reason"]
    assert found["c3"]["verdict"] == "not run"
    assert "revision b2 before it fails" in found["c3"]["reason"]


def _drop_index(project: Deployed, name: str = "ix", table: str = "orders") -> list[str]:
    on = f" ON {table}" if project.url.get_backend_name() == "mysql" else ""
    return [f"DROP INDEX {name}{on}"]
