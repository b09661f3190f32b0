"""Migrations through the project's env.py, on the database they are meant for and on no other one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects import dialect_class
from autogen.project.env_runner import downgrade, env_error, upgrade
from autogen.project.settings import Chosen, read_settings
from tests.dropin.project import ASYNC, SYNC, AlembicProject

ELSEWHERE = "postgresql+psycopg://nobody:secret@127.0.0.1:1/nowhere"
DRIVERS = {"postgresql": "asyncpg", "sqlite": "aiosqlite", "mysql": "aiomysql"}


def names(url: URL) -> list[str]:
    """The users in the database, through a connection of the test's own."""
    engine = sa.create_engine(dialect_class(url.get_backend_name()).sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT name FROM users ORDER BY id")).scalars())


def test_env_py_migrates_the_database_of_the_url_and_not_its_own(
    project: AlembicProject, database_url: URL
) -> None:
    project.make(ELSEWHERE, imports="from models import Base\ntarget_metadata = Base.metadata")
    settings = read_settings(project.root, None)
    upgrade(settings, url=database_url)
    assert names(database_url) == ["Ada", "Grace"]
    downgrade(settings, "base", url=database_url)
    with pytest.raises(sa.exc.DBAPIError):
        names(database_url)


def test_an_engine_that_env_py_makes_itself_leads_there_too(
    project: AlembicProject, database_url: URL
) -> None:
    env = SYNC.replace(
        "engine_from_config(\n        config.get_section(config.config_ini_section, {{}}), "
        'prefix="sqlalchemy.", poolclass=pool.NullPool\n    )',
        f'__import__("sqlalchemy").create_engine({ELSEWHERE!r})',
    )
    project.make("sqlite://", env=env)
    upgrade(read_settings(project.root, None), url=database_url)
    assert names(database_url) == ["Ada", "Grace"]


def test_an_asynchronous_env_py_migrates_it_as_well(project: AlembicProject, database_url: URL) -> None:
    backend = database_url.get_backend_name()
    project.make(f"{backend}+{DRIVERS[backend]}://nobody:secret@127.0.0.1:1/elsewhere", env=ASYNC)
    upgrade(read_settings(project.root, None), url=database_url)
    assert names(database_url) == ["Ada", "Grace"]


def test_migrations_run_on_the_callers_connection(project: AlembicProject) -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    project.make("sqlite:///elsewhere.db")
    with engine.connect() as connection:
        upgrade(read_settings(project.root, None), connection=connection)
        assert list(connection.execute(sa.text("SELECT name FROM users")).scalars()) == ["Ada", "Grace"]
    assert not (project.root / "elsewhere.db").exists()


def test_without_a_url_env_py_connects_by_itself(project: AlembicProject) -> None:
    project.make("sqlite:///own.db")
    upgrade(read_settings(project.root, None))
    assert names(sa.make_url(f"sqlite:///{project.root}/own.db")) == ["Ada", "Grace"]


def test_section_and_arguments_reach_env_py(project: AlembicProject) -> None:
    env = SYNC.replace(
        "config = context.config",
        "config = context.config\nassert context.get_x_argument(as_dictionary=True) == dict(tenant='one')",
    )
    project.make("sqlite:///wrong.db", env=env)
    with (project.root / "alembic.ini").open("a") as file:
        file.write("\n[other]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///other.db\n")
    upgrade(read_settings(project.root, None, Chosen(section="other", arguments=("tenant=one",))))
    assert names(sa.make_url(f"sqlite:///{project.root}/other.db")) == ["Ada", "Grace"]
    assert not (project.root / "wrong.db").exists()


def test_logging_is_as_it_was(project: AlembicProject) -> None:
    project.make("sqlite:///own.db")
    root = logging.getLogger()
    before = (root.level, root.handlers[:], logging.getLogger("sqlalchemy").disabled)
    upgrade(read_settings(project.root, None))
    assert (root.level, root.handlers[:], logging.getLogger("sqlalchemy").disabled) == before


def test_what_env_py_raises_is_told_with_its_own_last_line(project: AlembicProject) -> None:
    project.make("sqlite:///own.db", imports="raise LookupError('no postgresql://me:s3cret@host/db')")
    settings = read_settings(project.root, None)
    with pytest.raises(LookupError) as raised:
        upgrade(settings)
    said = str(env_error(settings, raised.value))
    assert f"{project.root / 'migrations' / 'env.py'}, line 6" in said
    assert "LookupError" in said and "s3cret" not in said


def test_env_py_that_asks_gets_no_answer(project: AlembicProject) -> None:
    project.make("sqlite:///own.db", imports="import models\nmodels.answer = input('Which one? ')")
    settings = read_settings(project.root, None)
    with pytest.raises(EOFError) as raised:
        upgrade(settings)
    assert "asks for input" in str(env_error(settings, raised.value))
    assert not Path("own.db").exists()
