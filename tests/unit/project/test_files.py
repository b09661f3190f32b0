"""Files appear whole or not at all, and existing ones are only replaced on request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.files import write_all, write_atomic


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"x")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
    assert listed(tmp_path) == ["a", "b"]


def test_an_existing_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(AutogenError, match="exists already"):
        write_atomic(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert listed(tmp_path) == ["a"]


def test_replacing_keeps_rights_and_links(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o600)
    os.symlink("real", tmp_path / "link")
    write_atomic(tmp_path / "link", b"new", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o600


def test_when_one_fails_the_others_are_gone_again(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"old")
    with pytest.raises(AutogenError, match="taken exists already"):
        write_all({tmp_path / "d" / "e" / "a": b"1", tmp_path / "taken": b"2"}, {tmp_path / "taken": b"3"})
    assert listed(tmp_path) == ["taken"]
    assert (tmp_path / "taken").read_bytes() == b"old"


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        if (tmp_path / "first").exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "first": b"1", tmp_path / "d" / "second": b"2"}, {})
    assert listed(tmp_path) == []
