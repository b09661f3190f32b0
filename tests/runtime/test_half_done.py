"""A revision that was cut short half-way: whoever compares is told so, before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from autogen.dialects import dialect_class
from autogen.dialects.base import VERSION_TABLE
from tests.runtime.killing import KILLED, upgrade_killed
from tests.runtime.project import Deployed, interrupted_at

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
"""
HALF = ["CREATE TABLE half (id INTEGER NOT NULL PRIMARY KEY)", "INSERT INTO t (id) VALUES (7)"]


@pytest.fixture
def half_done(tmp_path: Path, mariadb_url: URL) -> Deployed:
    """b2 is behind its INSERT, and was killed at what came after."""
    deployed = Deployed(tmp_path / "project", mariadb_url)
    name = f"models_{tmp_path.name.replace('-', '_')}"
    deployed.begin(settings=f'models = "{name}:metadata"\n')
    deployed.write(f"{name}.py", MODELS)
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)"], ["DROP TABLE t"])
    deployed.revision(
        "b2", [*HALF, "DROP TABLE half", "CREATE TABLE half (id INTEGER)", "DROP TABLE half"], "pass"
    )
    assert deployed.autogen("upgrade", "a1").code == 0
    assert upgrade_killed(deployed, "before_cursor_execute", 5) == KILLED
    return deployed


@pytest.mark.parametrize(
    "command", ["check", "check --format json", "check --against database", "diff", "diff --sql", "snapshot"]
)
def test_a_comparison_says_that_a_revision_was_cut_short(half_done: Deployed, command: str) -> None:
    ran = half_done.autogen(*command.split())
    assert (ran.code, ran.out) == (2, ""), (ran.out, ran.err)
    assert "Revision b2 was cut short." in ran.err
    assert "INSERT INTO t (id) VALUES (7)" in ran.err
    assert "autogen upgrade goes on behind what stands. Run that first" in ran.err
    assert "alembic upgrade" not in ran.err
    assert "by hand" not in ran.err


def test_while_it_is_being_run_it_is_not_cut_short(half_done: Deployed) -> None:
    """Whoever looks at a run that is under way is told so, and to undo nothing."""
    deploying = dialect_class(half_done.url.get_backend_name()).deploying()
    with deploying.lock(half_done.url, VERSION_TABLE) as lock:
        assert lock.taken()
        shown = half_done.autogen("status")
        assert "Revision b2 is being run at this moment: user " in shown.out
        assert "running  b2" in shown.out and "cut short" not in shown.out
        told = half_done.autogen("status", "--format", "json").json
        assert told["running"]["revision"] == "b2" and told["cut_short"] is None
        ran = half_done.autogen("check")
        assert ran.code == 2 and "is being run at this moment: user " in ran.err
        ran = half_done.autogen("downgrade", "-1", "--yes", "--lock-timeout", "0.3")
        assert ran.code == 2 and "Another run of revisions has the lock" in ran.err
        for said in (shown.out, ran.err):
            assert "DROP TABLE" not in said
    assert "Revision b2 was cut short." in half_done.autogen("status").out


def test_what_it_advises_runs_nothing_twice(half_done: Deployed) -> None:
    ran = half_done.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert half_done.sql("SELECT id FROM t") == [(7,)]
    assert half_done.autogen("check").code == 0


def test_half_of_a_revision_that_commits_on_its_way(tmp_path: Path, sqlite_url: URL) -> None:
    deployed = Deployed(tmp_path / "project", sqlite_url)
    name = f"models_{tmp_path.name.replace('-', '_')}"
    deployed.begin(settings=f'models = "{name}:metadata"\n')
    deployed.write(f"{name}.py", MODELS)
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)", HALF[1]])
    body = f"op.execute({HALF[0]!r})\nop.get_bind().connection.commit()\nop.execute('DROP TABLE missing')"
    deployed.revision("b2", body)
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert f"1 statement of revision b2 stands:\n  {HALF[0]}\n" in ran.err
    for command in ("check", "diff"):
        ran = deployed.autogen(command)
        assert (ran.code, ran.out) == (2, "")
        assert "Revision b2 was cut short." in ran.err


def test_half_of_a_downgrade_at_head(tmp_path: Path, mariadb_url: URL) -> None:
    """The version table says head, which is why nobody else would notice."""
    deployed = Deployed(tmp_path / "project", mariadb_url)
    name = f"models_{tmp_path.name.replace('-', '_')}"
    deployed.begin(settings=f'models = "{name}:metadata"\n')
    deployed.write(f"{name}.py", MODELS)
    deployed.revision(
        "a1", ["CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)"], ["DROP TABLE t", "DROP TABLE missing"]
    )
    assert deployed.autogen("upgrade").code == 0
    assert deployed.autogen("check").code == 0
    assert deployed.autogen("downgrade", "base", "--yes").code == 1
    ran = deployed.autogen("check")
    assert (ran.code, ran.out) == (2, "")
    assert "The downgrade of revision a1 was cut short." in ran.err
    assert "autogen downgrade goes on behind what stands." in ran.err


FIRST = "CREATE TABLE h1 (id INTEGER NOT NULL PRIMARY KEY)"
ONE, TWO = "INSERT INTO h1 (id) VALUES (1)", "INSERT INTO h1 (id) VALUES (2)"
MORE, ALL = "ALTER TABLE h1 ADD COLUMN y INTEGER", "UPDATE h1 SET y = 5"
USER = "INSERT INTO users (id) VALUES (1)"


@pytest.mark.parametrize(
    ("statements", "stand", "rows"),
    [
        ([FIRST, ONE, TWO, MORE, ALL, "ALTER TABLE missing ADD COLUMN y INTEGER"], 5, [(1, 5), (2, 5)]),
        ([FIRST, ONE, TWO, MORE, "UPDATE missing SET y = 5"], 4, [(1, None), (2, None)]),
        ([USER, FIRST, MORE, ONE, TWO, TWO], 3, []),
        ([USER, FIRST, MORE, ONE, "raise KeyboardInterrupt"], 3, []),
    ],
    ids=["behind rows", "behind DDL", "rows undone", "interrupted"],
)
def test_what_is_told_is_what_stands(
    tmp_path: Path, mariadb_url: URL, statements: list[str], stand: int, rows: list[tuple[int, int | None]]
) -> None:
    """The error, the log, status and the rows themselves agree on it."""
    deployed = Deployed(tmp_path / "project", mariadb_url)
    deployed.begin()
    deployed.revision("a1", ["CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY)"])
    body = [text if text.startswith("raise") else f"op.execute({text!r})" for text in statements]
    path = deployed.revision("b2", "\n".join(body))
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    listed = "\n".join(f"  {text}" for text in statements[:stand])
    assert f"{stand} statements of revision b2 stand:\n{listed}\n" in ran.err
    assert "may have taken effect" not in ran.err
    left = deployed.autogen("status", "--format", "json").json["cut_short"]
    assert (left["done"], left["doubtful"]) == (statements[:stand], None)
    assert sorted(deployed.sql("SELECT id, y FROM h1")) == rows
    again = deployed.autogen("upgrade", "--log-json").events[-1]
    assert (again["event"], again["standing"]) == ("failed", statements[:stand])
    before, _, behind = path.read_text().rpartition(body[-1])
    path.write_text(f"{before}pass{behind}")
    assert deployed.autogen("upgrade").code == 0
    assert len(deployed.sql("SELECT id FROM h1")) == len({ONE, TWO} & set(statements))
    assert len(deployed.sql("SELECT id FROM users")) == (USER in statements)


def test_rows_outside_of_transactions(tmp_path: Path, mariadb_url: URL) -> None:
    """Nothing undoes them, and the record does not have them."""
    deployed = Deployed(tmp_path / "project", mariadb_url)
    deployed.begin()
    deployed.revision("a1", [FIRST])
    deployed.revision(
        "b2",
        f"with op.get_context().autocommit_block():\n    op.execute({ONE!r})\n"
        "op.execute('DROP TABLE missing')",
    )
    ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert f"run again with the rest:\n  {ONE}\nNothing else of revision b2 stands." in ran.err
    assert deployed.sql("SELECT id FROM h1") == [(1,)]


def test_interrupted_while_the_server_works(tmp_path: Path, mariadb_url: URL) -> None:
    deployed = Deployed(tmp_path / "project", mariadb_url)
    deployed.begin()
    deployed.revision("a1", [FIRST, ONE, MORE, "DO SLEEP(60)"])

    with interrupted_at("SLEEP"):
        ran = deployed.autogen("upgrade")
    assert ran.code == 1
    assert "Revision a1 was interrupted at:\n  DO SLEEP(60)\n" in ran.err
    assert (
        f"3 statements of revision a1 stand:\n  {FIRST}\n  {ONE}\n  {MORE}\nRun autogen upgrade again"
        in ran.err
    )
    assert deployed.sql("SELECT id, y FROM h1") == [(1, None)]
