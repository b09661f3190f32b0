"""What can be wrong before anything runs: one paragraph, exit code 2, and nothing is changed."""

from __future__ import annotations

import pytest

from tests.runtime.project import Deployed


def refused(project: Deployed, *args: str) -> str:
    before = project.tables()
    ran = project.autogen(*args)
    assert (ran.code, ran.out) == (2, ""), (ran.out, ran.err)
    assert "Traceback" not in ran.err
    assert "internal error" not in ran.err
    assert project.tables() == before
    return ran.err


def chain(project: Deployed) -> None:
    project.revision("a1b2")
    project.revision("a1c3")
    project.revision("d4e5")


@pytest.mark.parametrize("command", ["upgrade", "show", "downgrade", "verify"])
def test_no_such_revision(local: Deployed, command: str) -> None:
    chain(local)
    assert "There is no revision 'a1b9'. Did you mean a1b2?" in refused(local, command, "a1b9")
    assert "'a1' may be any of the revisions a1b2, a1c3" in refused(local, command, "a1")


@pytest.mark.parametrize(("command", "name"), [("verify", "base"), ("verify", "a1:base"), ("show", "base")])
def test_base_is_no_revision(local: Deployed, command: str, name: str) -> None:
    local.revision("a1")
    said = refused(local, command, name)
    assert "base is where a database stands that has run nothing" in said
    assert "base:REV" in said


def test_relative_targets_that_lead_nowhere(local: Deployed) -> None:
    chain(local)
    assert "cannot go +4: there are 3 left to run" in refused(local, "upgrade", "+4")
    assert "+0 leads nowhere." in refused(local, "upgrade", "+0")
    assert "-0 leads nowhere." in refused(local, "downgrade", "-0")
    assert "+1 is for autogen upgrade." in refused(local, "downgrade", "+1")
    assert "cannot go back by 1: it has run none" in refused(local, "downgrade", "-1")
    assert "has not run revision a1c3" in refused(local, "downgrade", "a1c3")


def test_several_heads(local: Deployed) -> None:
    chain(local)
    local.revision("f6", down="a1c3")
    assert "2 heads: d4e5, f6. Name one" in refused(local, "upgrade")
    assert "may lead to any of d4e5, f6" in refused(local, "upgrade", "+3")
    assert local.autogen("upgrade", "heads").code == 0
    assert local.applied() == ["d4e5", "f6"]
    assert "may mean several revisions" in refused(local, "downgrade", "-1")
    assert local.autogen("downgrade", "d4e5").code == 0  # f6 does not follow it


@pytest.mark.parametrize("command", ["upgrade", "status", "history", "show d4e5", "verify", "new -m x"])
def test_files_that_make_no_history(local: Deployed, command: str) -> None:
    chain(local)
    args = command.split()
    lost = local.revision("z9", down="gone")
    assert "follows the revision gone, which is in none of the revision files" in refused(local, *args)
    lost.unlink()
    empty = local.write("migrations/versions/e.py", "revision = 'e1'\ndown_revision = ''\n")
    assert "e.py has an empty down_revision, which names no revision." in refused(local, *args)
    empty.unlink()
    twice = local.revision("a1b2", down=None)
    assert "Two files have the revision id a1b2" in refused(local, *args)
    twice.unlink()
    one, two = local.revision("x1", down="x2"), local.revision("x2", down="x1")
    assert "in a circle" in refused(local, *args)
    one.unlink()
    two.unlink()
    broken = local.write("migrations/versions/broken.py", "revision = 'q1'\ndown_revision = 'd4e5' +\n")
    assert "broken.py, line 2 is not valid Python" in refused(local, *args)
    broken.unlink()


def test_a_revision_that_does_not_load(local: Deployed) -> None:
    chain(local)
    path = local.revision("e7")
    path.write_text(path.read_text().replace("import sqlalchemy as sa", "import no_such_module"))
    said = refused(local, "upgrade")
    assert (
        "A revision could not be loaded: ModuleNotFoundError" in said and "Put back what it imports" in said
    )
    assert path.name in said
    path.write_text(
        path.read_text().replace("import no_such_module", "").replace("def upgrade", "def upgrad")
    )
    assert "has no function upgrade()" in refused(local, "upgrade")


def test_a_version_table_that_names_what_nobody_has(local: Deployed) -> None:
    chain(local)
    local.sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    local.sql("INSERT INTO alembic_version VALUES ('feedc0de')")
    for command in (["upgrade"], ["downgrade", "base"], ["status"]):
        assert "The database is at revision feedc0de, which is in none" in refused(local, *command)
    ran = local.autogen("history")
    assert ran.code == 0
    assert "What is applied is not known: The database is at revision feedc0de" in ran.err
    assert [line.split()[0] for line in ran.out.splitlines()] == ["d4e5", "a1c3", "a1b2"]
    assert len(local.autogen("history", "--format", "json").json["revisions"]) == 3


def test_an_env_that_is_wrong(local: Deployed) -> None:
    chain(local)
    env = local.root / "migrations" / "env.py"
    good = env.read_text()
    env.write_text("raise RuntimeError('no settings')")
    assert "env.py could not be run: RuntimeError: no settings" in refused(local, "upgrade")
    env.write_text("input('which? ')")
    assert "it asks for input" in refused(local, "upgrade")
    env.write_text("import os")
    assert "ran no revision" in refused(local, "upgrade")
    other = local.root / "other.db"
    env.write_text(good.replace("create_engine(url,", f"create_engine('sqlite:///{other}',"))
    said = refused(local, "upgrade")
    assert "env.py connects to sqlite:///" in said
    assert "another database" in said
    assert local.autogen("upgrade", "--url", local.database).code == 0  # then every engine leads there
    env.unlink()
    assert "env.py does not exist" in refused(local, "downgrade", "base")


def test_no_password_is_shown(local: Deployed) -> None:
    chain(local)
    for command in ("upgrade", "status"):
        ran = local.autogen(command, "--url", "postgresql+psycopg://me:s3cret@127.0.0.1:1/none")
        assert ran.code == 2
        assert "s3cret" not in ran.err + ran.out
        assert ran.err.count("running") == 1  # libpq asks the same
    ran = local.autogen("history", "--url", "postgresql+psycopg://me:s3cret@127.0.0.1:1/none")
    assert ran.code == 0  # the revisions are there without the database
    assert "s3cret" not in ran.err
