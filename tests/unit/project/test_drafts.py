"""Drafts as files: whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.drafts import write


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old.py"
    old.write_text("old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("autogen.project.drafts.os.chmod", full)
    with pytest.raises(AutogenError, match=r"could not be written .*No space left on device"):
        write(tmp_path / "new.py", "new", replaces=old)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old.py": "old"}


def test_a_replaced_draft_takes_the_new_name(tmp_path: Path) -> None:
    old = tmp_path / "old.py"
    old.write_text("old")
    write(tmp_path / "new.py", "new", replaces=old)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"new.py": "new"}
    write(tmp_path / "2026" / "newer.py", "newer", replaces=tmp_path / "new.py")
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.py")] == ["2026/newer.py"]
