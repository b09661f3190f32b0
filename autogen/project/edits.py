"""What git shows of the models: lines that were edited in place since the last revision was committed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from autogen.project.git import git

MOST = 2_000_000
"""Characters of a difference that are looked at."""
Edit = tuple[str, str]


def edits(root: Path, versions: Sequence[Path]) -> tuple[Edit, ...]:
    """Old and new line of every edit in the project's Python files, the revisions left out.

    What is compared with the working files is the last commit that touched a revision, for models are
    committed with the revision that brings the database to them. Empty without git, a repository or a commit.
    """
    inside = [os.path.relpath(path, root) for path in versions]
    base = (git(root, "log", "-1", "--format=%H", "--", *inside) or "").strip() or "HEAD"
    shown = git(
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
    return tuple(_pairs((shown or "")[:MOST]))


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
