"""Every command in a project that has Alembic and nothing of autogen's."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import ASYNC, MODELS, SYNC, AlembicProject

DRIVERS = {"postgresql": "asyncpg", "sqlite": "aiosqlite", "mysql": "aiomysql"}
WIDER = MODELS + "    email: Mapped[str | None] = mapped_column(sa.String(200))\n"


def made(project: AlembicProject, url: URL, **how: str) -> AlembicProject:
    """A project whose database stands at head, with rows."""
    project.make(url, **how)
    upgrade(read_settings(project.root, None))
    return project


@pytest.mark.parametrize("env", [SYNC, ASYNC], ids=["sync", "async"])
def test_check_and_diff_take_models_and_database_from_env_py(
    project: AlembicProject, database_url: URL, env: str
) -> None:
    backend = database_url.get_backend_name()
    url = (
        database_url.set(drivername=f"{backend}+{DRIVERS[backend]}", query={})
        if env is ASYNC
        else database_url
    )
    made(project, url, env=env)
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert "In sync" in ran.out
    project.write("models.py", WIDER)
    ran = project.autogen("check", "--format", "json")
    assert ran.code == 1, ran.err
    assert [c["object"] for c in json.loads(ran.out)["changes"]] == ["users.email"]
    ran = project.autogen("diff", "-m", "mail")
    assert ran.code == 0, ran.err
    text = project.drafts()[-1].read_text()
    assert 'op.add_column("users", sa.Column("email"' in text
    assert "Drafted by autogen" in text and "from migrations/env.py against" in text
    assert "Proven: upgrade reaches the models, downgrade restores the schema." in text
    project.forget()
    upgrade(read_settings(project.root, None))
    assert project.autogen("check").code == 0


def test_lint_and_phases_need_no_configuration_either(project: AlembicProject, database_url: URL) -> None:
    made(project, database_url)
    ran = project.autogen("lint", "a1", "--format", "json")
    assert ran.code in (0, 1) and json.loads(ran.out), ran.err
    project.write("models.py", MODELS.replace("    name:", "    full_name:"))
    ran = project.autogen("diff", "--phases", "--rename", "users.name=users.full_name")
    assert ran.code == 0, ran.err
    assert any("Phase: expand" in path.read_text() for path in project.drafts())


def test_alembic_configured_in_pyproject(project: AlembicProject, sqlite_url: URL) -> None:
    imports = f"import os\nos.environ['HERE'] = {str(sqlite_url)!r}\nfrom models import Base\n"
    env = SYNC.replace(
        "config.get_section(config.config_ini_section, {{}})", "{{'sqlalchemy.url': os.environ['HERE']}}"
    )
    made(project, sqlite_url, env=env, imports=imports + "target_metadata = Base.metadata")
    (project.root / "alembic.ini").unlink()
    project.write(
        "pyproject.toml",
        '[tool.alembic]\nscript_location = "%(here)s/migrations"\nprepend_sys_path = ["."]\n',
    )
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, ""), ran.err


def test_a_subfolder_is_as_good_as_the_root(project: AlembicProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths of env.py and of its SQLite file start where alembic is run."""
    made(project, "sqlite:///app.db")  # type: ignore[arg-type]
    (project.root / "deep").mkdir()
    monkeypatch.chdir(project.root / "deep")
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert not (project.root / "deep" / "app.db").exists()


@pytest.mark.parametrize("env", [SYNC, ASYNC], ids=["sync", "async"])
def test_connect_args_and_search_path_of_env_py_are_followed(
    project: AlembicProject, pg_url: URL, env: str
) -> None:
    """A tenant's schema, by the options of the connection or by a statement of env.py."""
    with sa.create_engine(pg_url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA tenant"))
    if env is SYNC:
        env = env.replace("poolclass=", "connect_args={{'options': '-csearch_path=tenant'}}, poolclass=")
        url = pg_url
    else:
        env = env.replace(
            "    context.configure(",
            "    connection.exec_driver_sql('SET search_path TO tenant')\n    connection.commit()\n"
            "    context.configure(",
        )
        url = pg_url.set(drivername="postgresql+asyncpg", query={})
    made(project, url, env=env)
    with sa.create_engine(pg_url, poolclass=sa.NullPool).connect() as connection:
        assert sa.inspect(connection).get_table_names("tenant") == ["alembic_version", "users"]
        assert sa.inspect(connection).get_table_names() == []
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, ""), ran.err
