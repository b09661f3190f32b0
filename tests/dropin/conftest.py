"""Projects that know nothing of autogen, in which it runs inside this process."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dropin.project import AlembicProject


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlembicProject]:
    """An empty folder to work in."""
    root = tmp_path / "project"
    root.mkdir()
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    # models are written twice within the second that tells one compiled file from another
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in [name for name in os.environ if name.startswith("AUTOGEN_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    level = logging.getLogger("alembic").level
    yield AlembicProject(root)
    logging.getLogger("alembic").setLevel(level)
