"""What git tells about a folder, as the project's hooks and people's shells have it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PATIENCE = 5
"""Seconds that git may take."""
_OF_ONE_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""What git tells its hooks about the folder they are started in; from another folder it would mislead."""


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints when it is run in a folder, None where it fails or there is none."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ONE_REPOSITORY}
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *arguments],
            cwd=folder,
            env={**environment, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def repository(folder: Path) -> Path | None:
    """The root of the working tree that a folder is in, told without git; None where there is none."""
    absolute = folder.resolve()
    return next((path for path in (absolute, *absolute.parents) if _is_repository(path / ".git")), None)


def _is_repository(path: Path) -> bool:
    """A file points to the repository of a further working tree or a submodule; a folder that git takes for
    one holds objects."""
    return path.is_file() or (path / "objects").is_dir()
