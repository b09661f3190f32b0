"""Edited lines, as git shows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autogen.project.edits import edits

VERSIONS = "migrations/versions"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    write(tmp_path, "models.py", "a = 1\nb = 2\nc = 3\n")
    write(tmp_path, f"{VERSIONS}/one.py", "x = 1\n")
    commit(tmp_path)
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")


def found(root: Path) -> tuple[tuple[str, str], ...]:
    return edits(root, [root / VERSIONS])


def test_a_line_edited_in_place(repository: Path) -> None:
    write(repository, "models.py", "a = 1\nbb = 2\nc = 3\n")
    assert found(repository) == (("b = 2", "bb = 2"),)


def test_committed_edits_count_until_a_revision_is_committed(repository: Path) -> None:
    write(repository, "models.py", "a = 1\nbb = 2\nc = 3\n")
    commit(repository)
    assert found(repository) == (("b = 2", "bb = 2"),)
    write(repository, f"{VERSIONS}/two.py", "x = 2\n")
    commit(repository)
    assert found(repository) == ()


def test_lines_that_only_come_or_go_and_revisions_are_left_out(repository: Path) -> None:
    write(repository, "models.py", "a = 1\nc = 3\nd = 4\n")
    write(repository, f"{VERSIONS}/one.py", "y = 1\n")
    write(repository, "notes.txt", "x\n")
    assert found(repository) == ()


def test_no_repository(tmp_path: Path) -> None:
    write(tmp_path, "models.py", "a = 1\n")
    assert found(tmp_path) == ()


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "models.py", "aa = 1\nb = 2\nc = 3\n")
    monkeypatch.setenv("PATH", "")
    assert found(repository) == ()
