"""The review lists of the project's drafts, and which of them still hold a change back.

A list counts until its draft is merged: until its file is in the default branch, which is what
``origin/HEAD`` points to, else ``main`` or ``master`` of origin, else the local one. In a repository where
git names no such branch (a shallow clone of another one, a first commit to be) nobody can say what is merged,
and every draft counts. Outside of a repository the database decides: what it has run is merged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions, source_text

if TYPE_CHECKING:
    from autogen.boxes import Box
    from autogen.plan import Finding
    from autogen.review.settings import RuleSettings

_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_PERHAPS_OPEN = re.compile(
    r"^ {0,3}[-*+][ \t]*\[(?![ \t]*[xX][ \t]*\])[^\[\]\n]{0,3}\]|the upgrade will fail", re.M
)
"""What every open box looks like: most files need no closer look."""


class ReviewList(NamedTuple):
    """The boxes of one draft."""

    path: Path
    boxes: tuple[Box, ...]

    @property
    def open(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.open)


class Unmerged(NamedTuple):
    """What holds a change back: lists with an open box, and revisions that were ``edited`` after they were
    merged, with what there is to say of each. ``certain`` says that git told which drafts are not merged yet.
    """

    lists: tuple[ReviewList, ...] = ()
    certain: bool = True
    edited: tuple[tuple[Finding, Path], ...] = ()

    @property
    def holds(self) -> bool:
        return bool(self.lists or self.edited)

    @property
    def open(self) -> int:
        return sum(len(found.open) for found in self.lists)

    def without(self, silenced: Callable[[str, Sequence[str]], bool]) -> Unmerged:
        """The lists without the boxes of rules that the project does not want to hear, told by the rule and
        the labels of the object."""
        lists = (
            ReviewList(one.path, tuple(b for b in one.boxes if not silenced(b.rule, b.object.split(" -> "))))
            for one in self.lists
        )
        return self._replace(lists=tuple(one for one in lists if one.open))


def held_back(
    revisions: Revisions, rules: RuleSettings | None, pending: Iterable[RevisionFile] = ()
) -> Unmerged:
    """The boxes that are open, but for those of rules that are off by now, or ignored."""
    held = unmerged(revisions, pending)
    return held.without(rules.silences) if held.lists and rules else held


def unmerged(revisions: Revisions, pending: Iterable[RevisionFile] = ()) -> Unmerged:
    """The drafts whose boxes hold a change back; ``pending`` are revisions that the database has not run.

    git is asked only where a box is open: twice for a folder of revisions."""
    lists = tuple(found for found in map(_list, revisions.files) if found is not None and found.open)
    if not lists:
        return Unmerged()
    from autogen.project.git import repository

    held: list[ReviewList] = []
    certain = True
    for folder in sorted({found.path.parent for found in lists}):
        inside = [found for found in lists if found.path.parent == folder]
        if repository(folder) is None:
            waiting = {file.path for file in pending}
            held += [found for found in inside if found.path in waiting]
            continue
        merged = _merged(folder)
        certain = certain and merged is not None
        held += [found for found in inside if found.path.name not in (merged or ())]
    return Unmerged(tuple(held), certain)


def _list(file: RevisionFile) -> ReviewList | None:
    text = source_text(file.path) if file.path.suffix == ".py" else ""
    if not _PERHAPS_OPEN.search(text):
        return None
    from autogen.boxes import read_boxes

    try:
        boxes = read_boxes(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise AutogenError(
            f"The draft {file.path}{f', line {line}' if line else ''} is not valid Python: "
            f"{getattr(error, 'msg', error)}. Correct it; in a reason, a backslash is written twice."
        ) from None
    return ReviewList(file.path, boxes)


def not_merged(paths: Sequence[Path]) -> frozenset[Path] | None:
    """The files that the default branch does not have, None where nobody can say of one of them."""
    from autogen.project.git import repository

    found: set[Path] = set()
    for folder in sorted({path.parent for path in paths}):
        merged = _merged(folder) if repository(folder) is not None else None
        if merged is None:
            return None
        found |= {path for path in paths if path.parent == folder and path.name not in merged}
    return frozenset(path.resolve() for path in found)


def _merged(folder: Path) -> Sequence[str] | None:
    """The names of the folder's files in the default branch, None where there is no such branch."""
    from autogen.project.git import git

    listed = (git(folder, "for-each-ref", "--format=%(refname)", *_BRANCHES) or "").split()
    branch = next((name for name in _BRANCHES if name in listed), None)
    if branch is None:
        return None
    names = git(folder, "ls-tree", "-z", "--name-only", branch)
    return None if names is None else names.split("\0")
