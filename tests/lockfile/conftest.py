"""Projects with a schema.lock."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lockfile.project import LockedProject, locked_project


@pytest.fixture
def project(new_project: LockedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedProject:
    """On SQLite, at head, committed."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    shutil.copytree(new_project.root, tmp_path / "shop")
    return LockedProject(tmp_path / "shop")


@pytest.fixture(scope="session")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> LockedProject:
    """What ``project`` is a copy of."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patched.setattr("sys.dont_write_bytecode", True)
        return locked_project(tmp_path_factory.mktemp("new") / "shop")
