"""An env.py that fails, asks, hides or misleads: one paragraph, exit code 2, nothing written, no password."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import FROM_MODELS, MODELS, SYNC, AlembicProject

SECRET = "postgresql+psycopg://me:s3cret@127.0.0.1:1/elsewhere"


def refused(project: AlembicProject, *said: str, command: str = "diff") -> str:
    """The command stops with this paragraph and leaves every file as it was."""
    before = files(project)
    ran = project.autogen(command)
    assert (ran.code, ran.out) == (2, ""), ran
    assert "Traceback" not in ran.err and "s3cret" not in ran.err, ran.err
    for words in said:
        assert words in ran.err, ran.err
    assert files(project) == before
    return ran.err


def files(project: AlembicProject) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(project.root.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        (f"raise RuntimeError('no way to {SECRET}')", ("RuntimeError: no way to", "env.py, line 6", "***@")),
        (f"password = '{SECRET}'; int(password)", ("ValueError", "env.py, line 6")),
        ("import models_that_are_not_there", ("ModuleNotFoundError", "line 6")),
        ("def broken(:", ("SyntaxError", "env.py, line 6")),
        ("raise SystemExit(3)", ("sys.exit(3)",)),
        ("raise KeyboardInterrupt", ("KeyboardInterrupt",)),
        ("input('Which database? ')", ("asks for input", "line 6")),
        ("import sys; sys.stdin.read(); target_metadata = None", ("no target_metadata",)),
        ("target_metadata = None", ("no target_metadata", "--models")),
        ("import sqlalchemy; target_metadata = sqlalchemy.MetaData()", ("without any table", "--models")),
    ],
)
def test_env_py_that_does_not_run(
    project: AlembicProject, sqlite_url: URL, imports: str, said: tuple[str, ...]
) -> None:
    project.make(sqlite_url, imports=imports)
    refused(project, *said)


def test_env_py_that_never_configures(project: AlembicProject, sqlite_url: URL) -> None:
    project.make(sqlite_url, env="from models import Base\n")
    refused(project, "never called context.configure()")


def test_env_py_without_an_engine(project: AlembicProject, sqlite_url: URL) -> None:
    env = "from alembic import context\nfrom models import Base\n"
    project.make(
        sqlite_url, env=env + "context.configure(dialect_name='sqlite', target_metadata=Base.metadata)\n"
    )
    refused(project, "no engine", "--url")


def test_a_url_that_is_still_the_templates(project: AlembicProject) -> None:
    project.make("driver://user:s3cret@localhost/dbname")
    refused(project, "env.py could not be run", "driver")


def test_env_py_that_configures_two_databases_of_which_none_is_named(
    project: AlembicProject, sqlite_url: URL
) -> None:
    env = SYNC + "\ncontext.configure(url='sqlite:///other.db', target_metadata=target_metadata)\n"
    project.make(sqlite_url, env=env)
    refused(project, "configures 2 databases", "other.db", "--database")


def test_env_py_that_configures_the_same_database_twice_is_no_problem(
    project: AlembicProject, sqlite_url: URL
) -> None:
    env = SYNC.replace(
        "else:\n    run_migrations_online()",
        "else:\n    run_migrations_online()\n    run_migrations_online()",
    )
    project.make(sqlite_url, env=env)
    upgrade(read_settings(project.root, None), "head")
    assert project.autogen("check").code == 0


def test_env_py_that_connects_elsewhere_is_told_and_the_url_that_was_given_counts(
    project: AlembicProject, database_url: URL
) -> None:
    own = SYNC.replace("config = context.config", f"config = context.config\nown = {SECRET!r}").replace(
        "engine_from_config(", "__import__('sqlalchemy').create_engine(own) if own else engine_from_config("
    )
    project.make(database_url, env=own)
    upgrade(read_settings(project.root, None), url=database_url)
    given = database_url.render_as_string(False)
    ran = project.autogen("check", "--url", given)
    assert (ran.code, ran.out[:7]) == (0, "In sync"), ran.err
    assert "connects to postgresql+psycopg://me:***@127.0.0.1:1/elsewhere" in ran.err
    assert "Compared is" in ran.err and "s3cret" not in ran.err
    ran = project.autogen("diff")  # without it, env.py's own counts, and is down
    assert ran.code == 2 and "127.0.0.1:1" in ran.err and "s3cret" not in ran.err


def test_nothing_that_env_py_executes_reaches_a_database(project: AlembicProject, database_url: URL) -> None:
    online = "        context.configure(connection=connection"
    env = SYNC.replace(
        online,
        "        import sqlalchemy\n"
        "        connection.execute(sqlalchemy.text('CREATE TABLE by_env (id INTEGER)'))\n"
        "        target_metadata.create_all(connection)\n"
        "        connection.commit()\n" + online,
    )
    project.make(database_url, models=MODELS, imports=FROM_MODELS)
    upgrade(read_settings(project.root, None))
    project.make(database_url, env=env, models=MODELS + "    age: Mapped[int | None]\n")
    ran = project.autogen("check", "-v")
    assert ran.code == 1, ran.err
    assert "by_env" not in ran.out


@pytest.mark.parametrize(("passed", "advice"), [("Base", "Pass Base.metadata"), ("42", "Pass a MetaData")])
def test_a_target_that_is_no_metadata(
    project: AlembicProject, sqlite_url: URL, passed: str, advice: str
) -> None:
    project.make(sqlite_url, imports=f"from models import Base\ntarget_metadata = {passed}")
    for command in ("check", "diff"):
        ran = project.autogen(command)
        assert ran.code == 2 and "which is no MetaData" in ran.err and advice in ran.err, ran.err
        assert "internal error" not in ran.err
