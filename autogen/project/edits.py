"""What git shows of the models: lines that were edited in place since the last revision was committed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

PATIENCE = 5
"""Seconds that git may take; without it there is merely less evidence."""
MOST = 2_000_000
"""Characters of a difference that are looked at."""
Edit = tuple[str, str]


def edits(root: Path, versions: Sequence[Path]) -> tuple[Edit, ...]:
    """Old and new line of every edit in the project's Python files, the revisions left out.

    What is compared with the working files is the last commit that touched a revision, for models are
    committed with the revision that brings the database to them. Empty without git, a repository or a commit.
    """
    inside = [os.path.relpath(path, root) for path in versions]
    base = _git(root, "log", "-1", "--format=%H", "--", *inside).strip() or "HEAD"
    shown = _git(
        root,
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--unified=0",
        base,
        "--",
        "*.py",
        *(f":(exclude){path}" for path in inside if not path.startswith("..")),
    )
    return tuple(_pairs(shown[:MOST]))


def _git(root: Path, *arguments: str) -> str:
    """What git prints, nothing where it fails."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _pairs(shown: str) -> Iterator[Edit]:
    """The lines of hunks that add as many lines as they remove, each with its successor."""
    removed: list[str] = []
    added: list[str] = []
    for line in [*shown.splitlines(), "@@"]:
        if line.startswith("-") and not line.startswith("--- "):
            removed.append(line[1:].strip())
        elif line.startswith("+") and not line.startswith("+++ "):
            added.append(line[1:].strip())
        elif line.startswith(("@@", "diff ")):
            if len(removed) == len(added):
                yield from zip(removed, added, strict=True)
            removed, added = [], []
