"""Every command in a project that has Alembic and nothing of autogen's."""

from __future__ import annotations

import json

import pytest
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
