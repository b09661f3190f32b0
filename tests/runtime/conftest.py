"""Projects with revisions of their own on an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.runtime.project import Deployed


@pytest.fixture
def deployed(tmp_path: Path, database_url: URL) -> Deployed:
    """On every backend."""
    project = Deployed(tmp_path / "project", database_url)
    project.begin()
    return project


@pytest.fixture
def local(tmp_path: Path, sqlite_url: URL) -> Deployed:
    """On SQLite, for what does not depend on the database."""
    project = Deployed(tmp_path / "project", sqlite_url)
    project.begin()
    return project
