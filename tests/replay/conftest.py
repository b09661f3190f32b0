"""Projects with Alembic alone, and replays that no other test has kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dropin.conftest import project

__all__ = ["project"]


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of replays is this test's own; the one of servers is everybody's."""
    from autogen.replay import cache

    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
