"""What can be wrong with a database: one clear paragraph, exit 2, nothing written, no password."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.cli.project import MODELS, UserProject
from tests.databases.postgres import Postgres, older_binaries, packaged_binaries

PASSWORD = "p@ss/w:rd hunter2"
ENCODED = "p%40ss%2Fw%3Ard%20hunter2"


@pytest.fixture
def project(tmp_path: Path) -> UserProject:
    found = UserProject(tmp_path)
    found.write(".git/HEAD", "")
    found.write("models.py", MODELS)
    found.write("pyproject.toml", '[tool.autogen]\nmodels = "models:Base"\nurl = "env:DATABASE_URL"\n')
    found.write("migrations/versions/.gitkeep", "")
    return found


def refused(project: UserProject, url: str, command: str = "diff") -> str:
    """What is said, once it is clear that it is said properly."""
    before = project.files()
    ran = project.autogen(command, DATABASE_URL=url)
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.startswith("autogen: error: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert "internal error" not in ran.err
    for secret in (PASSWORD, ENCODED, "hunter2"):
        assert secret not in ran.err
    assert project.files() == before
    return ran.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///nosuch.db", "nosuch.db does not exist"),
        ("sqlite:///migrations", "is a folder"),
        ("sqlite:///models.py", "is not an SQLite database file"),
        (f"postgresql+psycopg://u:{ENCODED}@127.0.0.1:1/d", "Cannot reach the PostgreSQL server of"),
        (f"mysql+pymysql://u:{ENCODED}@127.0.0.1:1/d", "No MySQL or MariaDB server could be reached"),
        (f"mssql+pyodbc://u:{ENCODED}@h/d", "pyodbc"),
        (f"oracle+oracledb://u:{ENCODED}@h/d", "oracledb"),
    ],
)
def test_what_is_not_there(project: UserProject, url: str, said: str) -> None:
    assert said in refused(project, url)
    assert not (project.root / "nosuch.db").exists()


def test_what_postgresql_does_not_know(project: UserProject, pg_url: URL) -> None:
    shown = pg_url.set(password=PASSWORD)
    nobody = shown.set(username="autogen_test_nobody").render_as_string(False)
    assert "knows no user 'autogen_test_nobody'" in refused(project, nobody)
    missing = shown.set(database="autogen_test_none").render_as_string(False)
    assert "no database 'autogen_test_none'" in refused(project, missing)


@pytest.fixture(scope="module")
def asking() -> Iterator[URL]:
    """A PostgreSQL server of its own that asks everybody for a password, unlike the tests' other ones."""
    binaries = older_binaries() or packaged_binaries()
    if binaries is None:
        pytest.skip("this machine has no PostgreSQL")
    base = Path(tempfile.mkdtemp(prefix="autogen-tests-"))
    base.chmod(0o755)
    server = Postgres(binaries, base, "asking", PASSWORD)
    try:
        yield sa.make_url(server.start())
    finally:
        server.stop()
        shutil.rmtree(base)


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_wrong_password(project: UserProject, asking: URL, driver: str) -> None:
    url = asking.set(drivername=f"postgresql+{driver}")
    for wrong in (url.set(password="no " + PASSWORD), url):
        said = refused(project, wrong.render_as_string(False), "diff")
        assert "refused the user name or password of postgresql" in said
    right = project.autogen("check", DATABASE_URL=url.set(password=PASSWORD).render_as_string(False))
    assert right.code == 1, right
    assert "hunter2" not in right.out + right.err


def test_what_mariadb_refuses(project: UserProject, mariadb_url: URL) -> None:
    name = f"u{os.getpid()}"
    with role(mariadb_url, f"{name}@'%%'", f"IDENTIFIED BY '{PASSWORD}'"):
        wrong = mariadb_url.set(username=name, password="no " + PASSWORD).render_as_string(False)
        assert "refused the user" in refused(project, wrong)


def test_no_right_to_read(project: UserProject, pg_url: URL) -> None:
    """Neither the version table nor the catalog may be read."""
    name = f"autogen_test_{os.getpid()}"
    with role(pg_url, name, f"LOGIN PASSWORD '{PASSWORD}'"):
        url = pg_url.set(username=name, password=PASSWORD).render_as_string(False)
        execute(pg_url, "CREATE TABLE alembic_version (version_num varchar(32))")
        said = refused(project, url, "check")
        assert "alembic_version" in said
        assert "may not" in said or "permission denied" in said
        execute(pg_url, "DROP TABLE alembic_version")
        execute(pg_url, "REVOKE SELECT ON pg_catalog.pg_constraint FROM PUBLIC")
        assert "pg_constraint" in refused(project, url, "check")


def test_a_user_who_may_not_make_databases_drafts_unproven(project: UserProject, pg_url: URL) -> None:
    name = f"autogen_test_{os.getpid()}"
    with role(pg_url, name, "LOGIN"):
        ran = project.autogen("diff", DATABASE_URL=pg_url.set(username=name).render_as_string(False))
    assert ran.code == 0
    assert "Proof   not run: the user" in ran.out
    assert "Not proven: the user" in project.draft()


def test_pending_diverging_and_unknown_revisions(shop: UserProject) -> None:
    revision = 'revision = "{}"\ndown_revision = {}\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n'
    shop.write("migrations/versions/one.py", revision.format("aaa", None))
    ran = shop.autogen("diff")
    assert (ran.code, ran.out) == (2, "")
    assert "1 revision has not been applied: aaa (migrations/versions/one.py)" in ran.err
    ran = shop.autogen("check")
    assert (ran.code, ran.err) == (1, "")
    assert "1 revision has not been applied: aaa (migrations/versions/one.py)" in ran.out
    shop.upgrade()
    shop.write("migrations/versions/two.py", revision.format("bbb", '"aaa"'))
    shop.write("migrations/versions/three.py", revision.format("ccc", '"aaa"'))
    before = shop.files()
    for command in ("check", "diff"):
        ran = shop.autogen(command)
        assert (ran.code, ran.out) == (2, "")
        assert "2 heads: bbb (migrations/versions/two.py), ccc (migrations/versions/three.py)" in ran.err
    assert shop.files() == before
    (shop.root / "migrations/versions/one.py").unlink()
    assert "follows the revision aaa" in shop.autogen("check").err
    for name in ("two", "three"):
        (shop.root / f"migrations/versions/{name}.py").unlink()
    assert "The database is at revision aaa, which is in none" in shop.autogen("check").err


def test_what_check_says_of_a_change_by_hand(shop: UserProject) -> None:
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql("ALTER TABLE users ADD COLUMN extra TEXT")
    shop.sql("CREATE INDEX by_name ON users (name)")
    ran = shop.autogen("check")
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"^users$\n  - extra    +TEXT\b.*\n  - by_name +\(name\)$", ran.out, re.M), ran.out
    assert "2 changes" in ran.out
    assert "Models vs migrations    agree" in ran.out
    assert "changed by hand: column users.extra added and index users.by_name added" in " ".join(
        ran.out.split()
    )
    assert "Next    Undo what was changed by hand, or declare it in the models" in ran.out


@pytest.mark.parametrize("command", ["check", "diff --dry-run"])
def test_output_that_nobody_takes(shop: UserProject, command: str) -> None:
    """A pipe that its reader closed ends the run quietly, a full disk with a word; neither in a traceback."""
    shell = f"{shlex.quote(sys.executable)} -m autogen {command}"
    piped = shop.run(["bash", "-c", f"{shell} | true"])
    assert piped.err == ""
    full = shop.run(["bash", "-c", f"{shell} > /dev/full"])
    assert full.code == 2
    assert full.err == "autogen: error: The output could not be written: No space left on device.\n"


@contextmanager
def role(url: URL, name: str, options: str) -> Iterator[None]:
    """A user that exists for a while."""
    kind = "ROLE" if url.get_backend_name() == "postgresql" else "USER"
    try:
        execute(url, f"CREATE {kind} {name} {options}")
    except sa.exc.OperationalError as error:
        pytest.skip(f"the test server's user may not create users: {error.orig}")
    try:
        yield
    finally:
        execute(url, f"DROP {kind} {name}")


def execute(url: URL, statement: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
