"""A revision that was cut short half-way: whoever compares is told so, before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.runtime.killing import KILLED, upgrade_killed
from tests.runtime.project import Deployed

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


def test_what_it_advises_runs_nothing_twice(half_done: Deployed) -> None:
    ran = half_done.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert half_done.sql("SELECT id FROM t") == [(7,)]
    assert half_done.autogen("check").code == 0


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
