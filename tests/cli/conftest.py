"""Projects as `autogen init` makes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.cli.project import MODELS, UserProject


@pytest.fixture
def shop(new_shop: UserProject, tmp_path: Path) -> UserProject:
    """A project on SQLite with one table in its models and an empty database."""
    return new_shop.copied(tmp_path / "shop")


@pytest.fixture(scope="session")
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> UserProject:
    """What ``shop`` is a copy of."""
    project = UserProject(tmp_path_factory.mktemp("new") / "shop")
    project.write(".git/HEAD", "")
    project.write("models.py", MODELS)
    assert project.autogen("init", "--url", "sqlite:///app.db").code == 0
    project.sql("SELECT 1")
    return project


@pytest.fixture
def served(tmp_path: Path, database_url: URL) -> Iterator[UserProject]:
    """A project without models on an empty database of every backend; its URL is in DATABASE_URL."""
    project = UserProject(tmp_path / "served", {"DATABASE_URL": database_url.render_as_string(False)})
    project.write(".git/HEAD", "")
    project.write("models.py", MODELS)
    assert project.autogen("init").code == 0
    yield project
