"""Whether the revisions are those that the file was written for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from autogen.lockfile.checksums import of_revision
from autogen.lockfile.document import Lock
from autogen.plan import Finding
from autogen.project.review_lists import not_merged
from autogen.project.revisions import Revisions

Kind = Literal["added", "missing", "edited", "head"]


class Mismatch(NamedTuple):
    """A revision that is not as it was, or the head where that alone differs. ``merged`` says that the main
    branch has the revision, so that databases elsewhere have run it as it was."""

    kind: Kind
    id: str
    path: Path | None = None
    merged: bool = False


def mismatches(lock: Lock, revisions: Revisions) -> tuple[Mismatch, ...]:
    """How the revisions differ from those that the file was written for, oldest first. Their content is
    compared, not when it was written."""
    known = {recorded.id: recorded.checksum for recorded in lock.revisions}
    found = [Mismatch("missing", id_) for id_ in known if id_ not in revisions.by_id]
    wrong: list[tuple[Kind, str]] = []
    for file in revisions.files:
        if file.id not in known:
            wrong.append(("added", file.id))
        elif of_revision(file.path) != known[file.id]:
            wrong.append(("edited", file.id))
    if wrong:
        place = {file.id: n for n, file in enumerate(revisions.ordered())}
        wrong.sort(key=lambda pair: place[pair[1]])
        merged = _merged([id_ for kind, id_ in wrong if kind == "edited"], revisions)
        found += [Mismatch(kind, id_, revisions.by_id[id_].path, id_ in merged) for kind, id_ in wrong]
    if not found and set(lock.heads) != set(revisions.heads):
        found = [Mismatch("head", id_) for id_ in revisions.heads]
    return tuple(found)


def _merged(edited: Sequence[str], revisions: Revisions) -> frozenset[str]:
    """Those of the edited revisions that the default branch of git has. Where git cannot say, every revision
    that another one follows counts as merged."""
    if not edited:
        return frozenset()
    fresh = not_merged([revisions.by_id[id_].path for id_ in edited])
    if fresh is None:
        return frozenset(id_ for id_ in edited if id_ not in revisions.heads)
    return frozenset(id_ for id_ in edited if revisions.by_id[id_].path.resolve() not in fresh)


def finding(wrong: Mismatch, file: str) -> Finding:
    """A mismatch as what a run finds; ``file`` is the name of the lock file."""
    from autogen.emit.problems import EDITED, MISSING, OTHER_HEAD, UNRECORDED

    name = os.path.relpath(wrong.path) if wrong.path else ""
    if wrong.kind == "edited" and wrong.merged:
        return Finding(
            EDITED,
            "blocker",
            wrong.id,
            "A merged migration was edited: databases have run it as it was.",
            remedy=f"Never edit a merged migration: restore {name} from version control, and put the change "
            f"into a revision of its own. Where only its form changed, autogen snapshot notes it in {file}.",
        )
    rule, message = {
        "edited": (EDITED, f"It was edited since {file} was written, which may say too little or too much."),
        "added": (UNRECORDED, f"{file} was written before this revision came."),
        "missing": (MISSING, f"{file} knows this revision, and none of the revision files is it."),
        "head": (OTHER_HEAD, f"This is the head; {file} was written for another one."),
    }[wrong.kind]
    remedy = "When the revisions are right: alembic upgrade head, then autogen snapshot."
    if wrong.kind == "missing":
        remedy = f"Get its file from version control. {remedy}"
    return Finding(rule, "high", wrong.id, message, remedy=remedy)
