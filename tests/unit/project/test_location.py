"""A project is found whole; the version table is the one that env.py names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autogen.config import Config, Secret
from autogen.errors import AutogenError
from autogen.project.configured import Configured
from autogen.project.env_text import stated_in
from autogen.project.location import check_writable, find_version_table, load_project
from autogen.project.settings import AlembicSettings


def config(folder: Path, **changes: object) -> Config:
    return Config(("autogen_located:meta",), Secret("sqlite:///app.db"), folder / "m", folder)._replace(
        **changes
    )


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ("context.configure(connection=c)", ("", "alembic_version")),
        ("context.configure(version_table='v')", ("", "v")),
        ("context.configure(\n    version_table='v', version_table_schema='s')", ("s", "v")),
        ("NAME = 'v'\ncontext.configure(version_table=NAME)", ("", "v")),
        ("context.configure(version_table=name())", ("", "alembic_version")),
        ("version_table = (", ("", "alembic_version")),
    ],
)
def test_the_version_table(tmp_path: Path, env: str, found: tuple[str, str]) -> None:
    tmp_path.joinpath("m").mkdir()
    tmp_path.joinpath("m", "env.py").write_text(env)
    env = Configured(stated_in(tmp_path / "m" / "env.py").options)
    key = find_version_table(config(tmp_path), env)
    assert (key.kind, key.schema, key.name) == ("table", *found)
    key = find_version_table(config(tmp_path, version_table="x.y"), env)
    assert (key.schema, key.name) == ("x", "y")


def test_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    tmp_path.joinpath("autogen_located.py").write_text("from sqlalchemy import MetaData\nmeta = MetaData()\n")
    tmp_path.joinpath("m", "versions").mkdir(parents=True)
    monkeypatch.chdir(tmp_path.parent)
    project = load_project(
        config(tmp_path, url_source="pyproject.toml", scratch_url=Secret("sqlite:///s.db"))
    )
    assert project.url.database == str(tmp_path / "app.db")
    assert project.scratch_url is not None
    assert project.scratch_url.database == str(tmp_path / "s.db")
    assert project.revisions.heads == ()
    assert len(project.metadatas) == 1
    assert project.models == "autogen_located:meta"
    del sys.modules["autogen_located"]


def test_a_read_only_folder_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(AutogenError, match="read-only for this user"):
        check_writable(AlembicSettings(tmp_path, (tmp_path,)))
