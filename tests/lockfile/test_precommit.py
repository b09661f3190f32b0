"""The hooks as the real pre-commit runs them in a real repository.

``language`` is overridden where the project is: building the hook's own environment would need a package
index. That environment is what ``pip install`` of this repository makes: the entry points are all it needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lockfile.project import LockedProject

ROOT = Path(__file__).resolve().parents[2]
NAME = "name: Mapped[str] = mapped_column(sa.String(50))"


@pytest.fixture
def hooked(project: LockedProject, tmp_path: Path) -> LockedProject:
    """The project with the hooks of this repository, taken from a clone of its own."""
    hooks = LockedProject(tmp_path / "hooks")
    hooks.root.mkdir()
    hooks.git("init", "-q", "-b", "main")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks.root)
    hooks.commit("hooks")
    listed: list[dict[str, Any]] = [
        {"id": "autogen-check", "language": "system"},
        {"id": "autogen-check-full", "language": "system", "stages": ["manual"]},
    ]
    repo = {"repo": str(hooks.root), "rev": hooks.git("rev-parse", "HEAD").strip(), "hooks": listed}
    project.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [repo]}))
    project.commit("hooks")
    return project


def pre_commit(project: LockedProject, *args: str) -> tuple[int, str]:
    """pre-commit with the autogen of this checkout on its path."""
    programs = project.root.parent / "bin"
    if not programs.is_dir():
        programs.mkdir()
        script = programs / "autogen"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m autogen "$@"\n')
        script.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *args],
        cwd=project.root,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "AUTOGEN_"))},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PRE_COMMIT_HOME": str(project.root.parent / "cache"),
            "PIP_NO_INDEX": "1",
        },
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_offline_gate(hooked: LockedProject) -> None:
    (hooked.root / "app.db").unlink()
    assert pre_commit(hooked, "install")[0] == 0
    hooked.write("README", "words\n")
    hooked.git("add", "-A")
    code, said = pre_commit(hooked, "run")
    assert code == 0 and "Skipped" in said, said

    hooked.edit("models.py", NAME, f"{NAME}  # as it is")
    hooked.git("add", "-A")
    code, said = pre_commit(hooked, "run")
    assert code == 0 and "Passed" in said, said

    hooked.edit("models.py", "String(50)", "String(60)")
    hooked.git("add", "-A")
    code, said = pre_commit(hooked, "run")
    assert code == 1 and "VARCHAR(50) -> VARCHAR(60)" in said, said


def test_the_full_gate(hooked: LockedProject) -> None:
    code, said = pre_commit(hooked, "run", "--hook-stage", "manual", "--all-files", "autogen-check-full")
    assert code == 0 and "Passed" in said, said
    hooked.edit("models.py", "String(50)", "String(60)")
    hooked.git("add", "-A")
    code, said = pre_commit(hooked, "run", "--hook-stage", "manual", "autogen-check-full")
    assert code == 1 and "VARCHAR(50) -> VARCHAR(60)" in said, said


def test_the_hooks_are_right_for_an_environment_of_their_own() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [(h["id"], h["language"], h["pass_filenames"]) for h in hooks] == [
        ("autogen-check", "python", False),
        ("autogen-check-full", "python", False),
    ]
    import tomllib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert {h["entry"].split()[0] for h in hooks} <= scripts.keys()
