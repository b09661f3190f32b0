"""Which drafts still hold a change back, as a real git tells it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autogen.errors import AutogenError
from autogen.project.review_lists import unmerged
from autogen.project.revisions import Revisions, read_revisions
from autogen.project.settings import AlembicSettings

DRAFT = '''"""m

Drafted by autogen 0.1.0 from m:Base against SQLite.
Proven: yes.

Review:

- [{}] drop-column t.a
      Deletes the column's values.
"""
revision = "{}"
down_revision = None
'''


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "versions").mkdir()
    (tmp_path / "readme").write_text("x")
    commit(tmp_path)
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")


def write(root: Path, name: str, mark: str = " ") -> Path:
    path = root / "versions" / name
    path.write_text(DRAFT.format(mark, "a" * 12), "utf-8")
    return path


def revisions_of(root: Path) -> Revisions:
    return read_revisions(AlembicSettings(root, (root / "versions",)))


def held(root: Path) -> tuple[list[str], bool]:
    found = unmerged(revisions_of(root))
    return [review.path.name for review in found.lists], found.certain


def test_a_draft_counts_until_it_is_in_the_default_branch(repository: Path) -> None:
    write(repository, "a.py")
    assert held(repository) == (["a.py"], True)
    git(repository, "checkout", "-q", "-b", "feature")
    commit(repository)
    assert held(repository) == (["a.py"], True)
    git(repository, "branch", "-f", "main")
    assert held(repository) == ([], True)


@pytest.mark.parametrize("name", ["a b.py", "ü.py", '"q".py', ":x.py", "-x.py"])
def test_files_of_any_name(repository: Path, name: str) -> None:
    write(repository, name)
    assert held(repository) == ([name], True)
    commit(repository)
    assert held(repository) == ([], True)


def test_what_origin_says_goes_before_the_local_branch(repository: Path, tmp_path: Path) -> None:
    git(repository, "branch", "-m", "main", "trunk")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(repository), str(clone))
    (clone / "versions").mkdir()
    write(clone, "a.py")
    git(clone, "checkout", "-q", "-b", "main")
    commit(clone)
    assert held(clone) == (["a.py"], True)
    git(clone, "push", "-q", "origin", "main:trunk2")
    git(clone, "remote", "set-head", "origin", "trunk2")
    assert held(clone) == ([], True)


def test_without_a_default_branch_every_draft_counts(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    write(tmp_path, "a.py")
    git(tmp_path, "init", "-q", "-b", "main")
    assert held(tmp_path) == (["a.py"], False)
    git(tmp_path, "checkout", "-q", "-b", "trunk")
    commit(tmp_path)
    assert held(tmp_path) == (["a.py"], False)


def test_a_repository_that_git_cannot_read_is_one(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    write(tmp_path, "a.py")
    assert held(tmp_path) == (["a.py"], False)


def test_outside_of_a_repository_the_database_decides(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    write(tmp_path, "a.py")
    revisions = revisions_of(tmp_path)
    assert unmerged(revisions).lists == ()
    assert [found.path.name for found in unmerged(revisions, revisions.files).lists] == ["a.py"]


def test_hooks_of_another_folder_do_not_mislead(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "a.py")
    commit(repository)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert held(repository) == ([], True)


def test_git_is_asked_only_where_a_box_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    asked: list[object] = []
    monkeypatch.setattr("subprocess.run", lambda *args, **_: asked.append(args))
    write(tmp_path, "a.py", "x")
    assert unmerged(revisions_of(tmp_path)).lists == ()
    monkeypatch.setattr("autogen.boxes.read_boxes", lambda _: asked.append("parsed"))
    assert unmerged(revisions_of(tmp_path)).lists == ()
    assert asked == []


def test_a_draft_that_an_edit_broke_is_told(repository: Path) -> None:
    path = write(repository, "a.py")
    path.write_text(path.read_text().replace("t.a\n", "t.a see C:\\Users\n"))
    with pytest.raises(AutogenError, match=r"a\.py, line \d+ is not valid Python: .* written twice"):
        unmerged(revisions_of(repository))


def test_revisions_without_a_list(repository: Path) -> None:
    (repository / "versions" / "a.py").write_text(
        '"""- [ ] by hand"""\nrevision = "a"\ndown_revision = None\n'
    )
    assert held(repository) == ([], True)
    assert unmerged(Revisions(())).lists == ()
