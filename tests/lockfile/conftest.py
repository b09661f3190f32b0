"""Projects with a schema.lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lockfile.project import LockedProject, locked_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedProject:
    """On SQLite, at head, committed."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    return locked_project(tmp_path / "shop")
