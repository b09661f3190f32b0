"""Drafts as files: whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.drafts import add, write
from autogen.project.revisions import read_revisions
from autogen.project.settings import AlembicSettings


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


REVISION = 'revision = "{}"\ndown_revision = None\n'


@pytest.fixture
def settings(tmp_path: Path) -> AlembicSettings:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "a.py").write_text(REVISION.format("aaa"))
    return AlembicSettings(tmp_path, (tmp_path / "versions",))


def test_a_revision_that_came_meanwhile_stops_the_draft(settings: AlembicSettings) -> None:
    seen = read_revisions(settings)
    folder = settings.version_locations[0]
    (folder / "b.py").write_text(REVISION.format("bbb"))
    with pytest.raises(AutogenError, match=r"bbb \(b.py\) came\. .* nothing was written"):
        add(settings, seen, folder / "new.py", REVISION.format("ccc"), None)
    assert sorted(path.name for path in folder.iterdir()) == ["a.py", "b.py"]
    add(settings, read_revisions(settings), folder / "new.py", REVISION.format("ccc"), None)
    assert (folder / "new.py").exists()


def test_two_amending_runs_leave_one_file_of_the_revision(settings: AlembicSettings) -> None:
    seen = read_revisions(settings)
    folder = settings.version_locations[0]
    add(settings, seen, folder / "one.py", REVISION.format("aaa"), folder / "a.py")
    with pytest.raises(AutogenError, match=r"aaa \(one.py\) came and aaa \(a.py\) went"):
        add(settings, seen, folder / "two.py", REVISION.format("aaa"), folder / "a.py")
    assert [path.name for path in folder.iterdir()] == ["one.py"]
