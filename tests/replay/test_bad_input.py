"""What can be wrong with migrations and env.py: one clear paragraph, exit 2, nothing run elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.cli.test_bad_input_database import role
from tests.conftest import fresh
from tests.dropin.project import FIRST, SYNC, AlembicProject
from tests.replay.states import WITH_AGE, by_hand, three, upgrade

ELSEWHERE = SYNC.replace(
    """engine_from_config(
        config.get_section(config.config_ini_section, {{}}), prefix="sqlalchemy.", poolclass=pool.NullPool
    )""",
    'create_engine("{elsewhere}")',
).replace("import engine_from_config", "import create_engine")
REVISION = (
    'revision = "{}"\ndown_revision = {!r}\n\n\ndef upgrade():\n    {}\n\n\ndef downgrade():\n    pass\n'
)


def refused(project: AlembicProject, *args: str) -> str:
    """What is said, once it is clear that it is said properly and nothing was written."""
    before = contents(project.root)
    ran = project.autogen("check", *args)
    assert (ran.code, ran.out) == (2, ""), ran
    assert "autogen: error: " in ran.err
    assert "Traceback" not in ran.err
    assert "internal error" not in ran.err
    assert "hunter2" not in ran.err
    assert contents(project.root) == before
    return ran.err


def contents(root: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    "elsewhere", ["sqlite:///other.db", "postgresql+psycopg://u:hunter2@127.0.0.1:1/other"]
)
def test_an_env_py_that_connects_elsewhere(project: AlembicProject, elsewhere: str) -> None:
    env = ELSEWHERE.replace("{elsewhere}", elsewhere)
    project.make("sqlite:///app.db", env=env)
    project.write("pyproject.toml", '[tool.autogen]\nmodels = "models:Base"\nurl = "sqlite:///app.db"\n')
    said = refused(project, "--against", "migrations")
    assert "env.py could not be run: it connects to " in said
    assert "Nothing was run there" in said
    assert not (project.root / "other.db").exists()


def test_an_engine_of_the_application_that_leads_to_the_projects_database(
    project: AlembicProject, sqlite_url: URL
) -> None:
    """It has been connected before: the scratch database stands in for its database all the same."""
    project.make(
        sqlite_url,
        env=ELSEWHERE.replace('create_engine("{elsewhere}")', "engine"),
        imports="from app import engine\nfrom models import Base\ntarget_metadata = Base.metadata",
    )
    project.write(
        "app.py",
        f"""
        import sqlalchemy
        engine = sqlalchemy.create_engine({str(sqlite_url)!r})
        engine.connect().close()
        """,
    )
    by_hand(sqlite_url, "CREATE TABLE mine (id INTEGER)")
    ran = project.autogen("check", "--against", "migrations")
    assert (ran.code, ran.err) == (0, "")
    engine = sa.create_engine(sqlite_url, poolclass=sa.NullPool)
    assert sa.inspect(engine).get_table_names() == ["mine"]


def test_a_revision_that_does_not_run(project: AlembicProject, database_url: URL) -> None:
    """Where the database says something, too, it is told beside that; alone it is an error."""
    project.make(database_url)
    upgrade(project)
    project.write(
        "migrations/versions/0002.py", REVISION.format("b2", "a1", "raise ValueError('no such thing')")
    )
    said = refused(project)
    assert "1 revision has not been applied: b2" in said
    assert "The revision b2 (" in said
    assert "ValueError: no such thing" in said
    assert "0002.py, line 6" in said
    (project.root / "migrations/versions/0002.py").unlink()
    by_hand(database_url, "CREATE INDEX by_hand ON users (name)")
    project.write("migrations/versions/0001_first.py", FIRST.replace("op.create_table", "op.nothing"))
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran)[0].startswith("not compared: The revision a1 (")
    assert three(ran)[2] == "differ: 1 change"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("0002.py", "import nosuchmodule\n" + REVISION.format("b2", "a1", "pass"), "named 'nosuchmodule'\n"),
        ("0002.py", REVISION.format("a1", None, "pass"), "Two files have the revision id a1"),
        ("0002.py", REVISION.format("b2", "zz", "pass"), "follows the revision zz, which is in none"),
        ("0002.py", REVISION.format("b2", "b2", "pass"), "follow each other in a circle: b2 -> b2"),
        (
            "0002.py",
            REVISION.format("b2", "a1", "pass").replace(":", ""),
            "0002.py, line 5\n    def upgrade()",
        ),
    ],
)
def test_revisions_that_are_none(project: AlembicProject, name: str, text: str, said: str) -> None:
    project.make("sqlite:///nowhere.db")
    project.write(f"migrations/versions/{name}", text)
    assert said in refused(project, "--against", "migrations")


def test_two_heads(project: AlembicProject) -> None:
    project.make("sqlite:///nowhere.db")
    for name in ("b2", "c3"):
        project.write(f"migrations/versions/{name}.py", REVISION.format(name, "a1", "pass"))
    assert "The revisions have 2 heads: b2 (" in refused(project)


def test_a_version_table_that_names_an_unknown_revision(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url)
    upgrade(project)
    by_hand(database_url, "UPDATE alembic_version SET version_num = 'gone'")
    assert "The database is at revision gone, which is in none of the project's" in refused(project)
    assert project.autogen("check", "--against", "migrations").code == 0


@pytest.fixture(params=["pg15", "pg18", "mariadb"])
def served_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database on a server that others share."""
    with fresh(request.param, tmp_path) as url:
        yield url


def test_a_scratch_server_that_dies_in_the_middle(project: AlembicProject, served_url: URL) -> None:
    kill = {
        "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
        "mysql": "KILL CONNECTION_ID()",
    }[served_url.get_backend_name()]
    project.make(served_url)
    upgrade(project)
    project.write("migrations/versions/0002.py", REVISION.format("b2", "a1", f'op.execute("{kill}")'))
    text = (project.root / "migrations/versions/0002.py").read_text()
    project.write("migrations/versions/0002.py", f"from alembic import op\n{text}")
    said = refused(project)
    assert "The revision b2 (" in said
    assert scratch_databases(served_url) == []


def test_statements_that_would_reach_beyond_the_scratch_database(
    project: AlembicProject, served_url: URL
) -> None:
    other = f"{served_url.database}_other"
    statement, said = {
        "postgresql": (f"CREATE DATABASE {other}", "it runs CREATE DATABASE"),
        "mysql": (
            f"CREATE TABLE {served_url.database}.mine (id INTEGER)",
            f"it changes {served_url.database}.mine",
        ),
    }[served_url.get_backend_name()]
    project.make(served_url)
    upgrade(project)
    revision = REVISION.format("b2", "a1", f'op.execute("{statement}")')
    project.write("migrations/versions/0002.py", f"from alembic import op\n{revision}")
    assert said in refused(project)
    engine = sa.create_engine(served_url, poolclass=sa.NullPool)
    assert "mine" not in sa.inspect(engine).get_table_names()
    assert not [name for name in databases(served_url) if name == other]


def test_a_scratch_server_that_is_not_there(project: AlembicProject, sqlite_url: URL) -> None:
    project.make("postgresql+psycopg://u:hunter2@127.0.0.1:1/nowhere")
    project.write(
        "pyproject.toml",
        '[tool.autogen]\nscratch_url = "postgresql+psycopg://u:hunter2@127.0.0.1:2/scratch"\n',
    )
    assert "Cannot reach the PostgreSQL server of postgresql+psycopg://u:***@127.0.0.1:2" in refused(
        project, "--against", "migrations"
    )


def test_an_env_py_that_runs_no_migrations(project: AlembicProject, sqlite_url: URL) -> None:
    project.make(sqlite_url, env=SYNC.replace("            context.run_migrations()", "            pass"))
    assert "It has to call context.run_migrations() in online mode" in refused(
        project, "--against", "migrations"
    )


def databases(url: URL) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    query = {
        "postgresql": "SELECT datname FROM pg_database",
        "mysql": "SHOW DATABASES",
    }[url.get_backend_name()]
    with engine.connect() as connection:
        return [str(name) for name in connection.exec_driver_sql(query).scalars()]


def scratch_databases(url: URL) -> list[str]:
    """Those that this process has left behind."""
    return [n for n in databases(url) if n.startswith("autogen_scratch_") and f"_{os.getpid()}_" in n]


def test_a_user_who_may_not_make_databases(project: AlembicProject, pg_url: URL) -> None:
    """The report says what it can, and why it cannot say the rest."""
    project.make(pg_url, models=WITH_AGE)
    upgrade(project)
    name = f"autogen_test_states_{os.getpid()}"
    with role(pg_url, name, "LOGIN"):
        by_hand(pg_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        ran = project.autogen("check", "--url", pg_url.set(username=name).render_as_string(False))
        by_hand(pg_url, f"DROP OWNED BY {name}")
    assert ran.code == 1
    assert three(ran)[0].startswith("not compared: The migrations could not be replayed: the user ")
    assert three(ran)[2] == "differ: 1 change"


def test_no_other_server_than_the_one_that_is_gone(project: AlembicProject) -> None:
    project.make("mysql+pymysql://u:hunter2@127.0.0.1:1/nowhere")
    said = refused(project)
    assert "No MySQL or MariaDB server could be reached" in said
    assert "There is no other server to replay the migrations on. Set scratch_url" in said
