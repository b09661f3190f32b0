"""downgrade says what goes, and asks where rows go with it."""

from __future__ import annotations

from tests.runtime.project import Deployed

SHOP = """
op.create_table(
    "users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50))
)
op.create_table("empty", sa.Column("id", sa.Integer, primary_key=True))
"""


def shop(project: Deployed) -> None:
    project.revision("a1", SHOP, "op.drop_table('empty')\nop.drop_table('users')")
    project.revision(
        "b2",
        "op.add_column('users', sa.Column('mail', sa.String(50)))",
        "op.drop_column('users', 'mail')",
    )
    project.revision(
        "c3",
        "op.alter_column('users', 'mail', new_column_name='email', existing_type=sa.String(50))",
        "op.alter_column('users', 'email', new_column_name='mail', existing_type=sa.String(50))",
    )
    ran = project.autogen("upgrade")
    assert ran.code == 0, ran.err
    project.sql("INSERT INTO users (id, name, email) VALUES (1, 'Ann', 'a@x'), (2, 'Bob', NULL)")


def test_rows_do_not_go_unasked(deployed: Deployed) -> None:
    shop(deployed)
    ran = deployed.autogen("downgrade", "base")
    assert (ran.code, ran.out) == (2, "")
    assert "b2 drops column users.mail, which holds 1 value" in ran.err  # by its name of today
    assert "a1 drops table users, which holds 2 rows" in ran.err
    assert (
        "\nWhat else it takes away is empty:\n  a1 drops table empty, which is empty\nNothing was" in ran.err
    )
    assert ran.err.count(" drops column ") == 1  # those of the tables go without saying
    assert "Nothing was run. Where that is meant, say so: --yes" in ran.err
    assert deployed.applied() == ["c3"]
    ran = deployed.autogen("downgrade", "base", "--yes")
    assert ran.code == 0, ran.err
    assert "a1 drops table users, which holds 2 rows" in ran.err
    assert [line.split(" … ")[0] for line in ran.out.splitlines()] == [
        "undoing c3 revision c3",
        "undoing b2 revision b2",
        "undoing a1 revision a1",
    ]
    assert deployed.applied() == []
    assert deployed.tables() == {"alembic_version"}


def test_nothing_is_asked_where_nothing_goes(deployed: Deployed) -> None:
    shop(deployed)
    ran = deployed.autogen("downgrade", "-1")
    assert (ran.code, ran.err) == (0, "")
    deployed.sql("UPDATE users SET mail = NULL")
    ran = deployed.autogen("downgrade", "a1")
    assert ran.code == 0, ran.err
    assert (
        ran.err == "What this downgrade takes away is empty:\n  b2 drops column users.mail, which is empty\n"
    )
    assert deployed.applied() == ["a1"]


def test_raw_sql_is_read_too(deployed: Deployed) -> None:
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)"], ["DROP TABLE t"])
    deployed.revision("b2", ["INSERT INTO t (id) VALUES (1), (2)"], ["DELETE FROM t WHERE id < 3"])
    assert deployed.autogen("upgrade").code == 0
    ran = deployed.autogen("downgrade", "base")
    assert ran.code == 2
    assert "b2 deletes rows of t" in ran.err
    assert "a1 drops table t, which holds 2 rows" in ran.err


def test_a_production_database_is_asked_about(local: Deployed) -> None:
    local.write("pyproject.toml", '[tool.autogen]\nurl = "env:PROJECT_URL"\nproduction = true\n')
    local.revision("a1", ["CREATE TABLE t (id INTEGER)"], ["DROP TABLE t"])
    ran = local.autogen("upgrade")
    assert (ran.code, ran.out) == (2, "")
    assert "is marked as production; 1 revision would be run: a1." in ran.err
    assert "--yes" in ran.err
    assert local.applied() == []
    assert local.autogen("upgrade", "--yes").code == 0
    ran = local.autogen("downgrade", "base")
    assert ran.code == 2
    assert local.applied() == ["a1"]
    assert local.autogen("downgrade", "base", "--yes").code == 0


def test_open_boxes_hold_an_upgrade_back(local: Deployed) -> None:
    local.revision("a1", ["CREATE TABLE t (id INTEGER)"], ["DROP TABLE t"])
    drafted = "\nDrafted by autogen 0.1 from models:Base against SQLite 3.\n\nReview:\n\n"
    drafted += "- [ ] drop-table t\n      Gone.\n"
    path = local.revision("b2", ["DROP TABLE t"], "pass", docstring=drafted)
    ran = local.autogen("upgrade")
    assert (ran.code, ran.out) == (2, "")
    assert "1 box of a draft is still open" in ran.err
    assert "002_b2.py:11 drop-table t" in ran.err
    assert local.applied() == []
    assert local.autogen("upgrade", "a1").code == 0
    status = local.autogen("status")
    assert "1 open box" in status.out
    shown = local.autogen("show", "b2")
    assert "[ ] drop-table t" in shown.out
    settings = '[tool.autogen]\nurl = "env:PROJECT_URL"\n'
    local.write("pyproject.toml", f'{settings}[tool.autogen.rules]\ndrop-table = "off"\n')
    assert "open box" not in local.autogen("status").out
    local.write("pyproject.toml", settings)
    assert local.autogen("upgrade").code == 2
    path.write_text(path.read_text().replace("[ ]", "[x]"))
    assert local.autogen("upgrade").code == 0


def test_sql_instead_of_running(deployed: Deployed) -> None:
    shop(deployed)
    before = deployed.applied()
    ran = deployed.autogen("upgrade", "--sql", "a1:b2")
    assert ran.code == 0, ran.err
    assert "ADD COLUMN mail" in ran.out
    assert "CREATE TABLE users" not in ran.out
    ran = deployed.autogen("downgrade", "--sql", "b2:base")
    assert "DROP TABLE users" in ran.out
    assert deployed.autogen("downgrade", "--sql", "head:base").out.count("DROP TABLE users") == 1
    ran = deployed.autogen("upgrade", "--sql", "head:c3")
    assert (ran.code, "ALTER" in ran.out) == (0, False)
    ran = deployed.autogen("downgrade", "--sql", "base")
    assert (ran.code, "needs both ends" in ran.err) == (2, True)
    shown = deployed.autogen("show", "b2", "--sql")
    assert "-- upgrade" in shown.out
    assert "ADD COLUMN mail" in shown.out
    assert "DROP COLUMN mail" in shown.out
    assert deployed.applied() == before


def test_a_downgrade_that_fails_is_told_as_one(deployed: Deployed) -> None:
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER)"], ["DROP TABLE missing"])
    assert deployed.autogen("upgrade").code == 0
    ran = deployed.autogen("downgrade", "base", "--yes")
    assert ran.code == 1
    assert "The downgrade of revision a1 failed: " in ran.err
    assert "The database is at a1 (revision a1).\nNothing of the downgrade of revision a1 stands. " in ran.err
    assert "Nothing of revision" not in ran.err
