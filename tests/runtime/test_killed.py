"""An upgrade that is killed: status tells the truth, and the next upgrade reaches head with every row."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.runtime.killing import KILLED, WHOLE, Moment, found, revisions, upgrade_killed
from tests.runtime.project import Deployed


@pytest.mark.parametrize(
    ("moment", "times"),
    [
        ("before_cursor_execute", (9, 5, 6)),
        ("after_cursor_execute", (8, 4, 3, 2)),
        ("after_cursor_execute", (15, 2, 2)),
        ("commit", (1,)),
    ],
)
def test_killed_again_and_again(deployed: Deployed, moment: Moment, times: tuple[int, ...]) -> None:
    """Each number is how many statements, or commits, a run gets."""
    revisions(deployed)
    for count in times:
        assert upgrade_killed(deployed, moment, count) == KILLED
        told = deployed.autogen("status", "--format", "json")
        assert told.code == 0, told.err
        assert told.json["at"] == deployed.applied()
        left = told.json["cut_short"]
        if left is not None:
            assert left["revision"] == told.json["pending"][0]
            assert left["done"] or left["doubtful"]
    ran = deployed.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert found(deployed) == WHOLE
    assert deployed.autogen("status", "--format", "json").json["pending"] == []


def test_nothing_else_runs_over_half_a_revision(tmp_path: Path, mariadb_url: URL) -> None:
    """Neither back from where it stood, nor past it; a downgrade that was cut short goes on, too."""
    deployed = Deployed(tmp_path / "project", mariadb_url)
    deployed.begin()
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER)"], ["DROP TABLE t"])
    deployed.revision(
        "b2",
        ["ALTER TABLE t ADD COLUMN a INTEGER", "ALTER TABLE t ADD COLUMN b INTEGER"],
        ["ALTER TABLE t DROP COLUMN b", "ALTER TABLE t DROP COLUMN missing", "ALTER TABLE t DROP COLUMN a"],
    )
    assert deployed.autogen("upgrade", "a1").code == 0
    assert upgrade_killed(deployed, "after_cursor_execute", 2) == KILLED
    ran = deployed.autogen("downgrade", "base", "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert "Revision b2 was cut short" in ran.err
    assert "DROP TABLE autogen_journal" in ran.err
    assert deployed.autogen("upgrade").code == 0
    ran = deployed.autogen("downgrade", "a1", "--yes")
    assert ran.code == 1
    assert "1 statement of the downgrade of revision b2 stands:\n  ALTER TABLE t DROP COLUMN b\n" in ran.err
    ran = deployed.autogen("upgrade")
    assert ran.code == 2
    assert "The downgrade of revision b2 was cut short" in ran.err
    deployed.sql("ALTER TABLE t ADD COLUMN missing INTEGER")
    ran = deployed.autogen("downgrade", "a1", "--yes")
    assert ran.code == 0, ran.err
    assert deployed.applied() == ["a1"]
    assert deployed.tables() == {"t", "alembic_version"}


def test_a_record_that_nobody_needs_goes(deployed: Deployed) -> None:
    """Killed when all was done but the record: nothing is to run, and the table goes all the same."""
    deployed.revision("a1", ["CREATE TABLE t (id INTEGER)"], ["DROP TABLE t"])
    assert deployed.autogen("upgrade").code == 0
    deployed.sql(
        "CREATE TABLE autogen_journal (number INTEGER NOT NULL PRIMARY KEY, revision VARCHAR(64) NOT NULL,"
        " direction VARCHAR(16) NOT NULL, state VARCHAR(16) NOT NULL, digest CHAR(64) NOT NULL,"
        " statement TEXT NOT NULL, at VARCHAR(32) NOT NULL)"
    )
    deployed.sql("INSERT INTO autogen_journal VALUES (1, 'a1', 'upgrade', 'done', 'x', 'CREATE TABLE t', '')")
    assert deployed.autogen("status", "--format", "json").json["cut_short"] is None
    assert deployed.autogen("upgrade").code == 0
    kept = deployed.url.get_backend_name() == "postgresql"  # where no such table is ever made
    assert ("autogen_journal" in deployed.tables()) == kept
