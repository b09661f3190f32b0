"""Drafts as files: written whole or not at all, replaced only while nobody has run or edited them."""

from __future__ import annotations

import ast
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.boxes import DRAFTED, Box, read_boxes
from autogen.errors import AutogenError
from autogen.lifting import ANSWERED, RULE
from autogen.project.revisions import RevisionFile, Revisions, read_revisions, source_text
from autogen.project.settings import AlembicSettings
from autogen.values import value
from autogen.wishes import Said

if TYPE_CHECKING:
    from autogen.plan import DecidedBy

PHASE = re.compile(r"^Phase: (expand|contract)\b", re.MULTILINE)
"""The line in the docstring of a draft that is one of several phases."""
BACKFILL = re.compile(r"^Backfill: (.+)$", re.MULTILINE)
"""The line that names the script to run between them."""


@value(frozen=True, slots=True)
class Amended:
    """A draft about to be replaced, and the revisions without it."""

    draft: RevisionFile
    others: Revisions

    @property
    def message(self) -> str | None:
        """The first line of the draft's docstring, which the next draft keeps when it is given no message."""
        return self._docstring.partition("\n")[0].strip() or None

    @property
    def renames(self) -> tuple[Said, ...]:
        """The pairs (``old=new``) whose box is ticked: the next draft asks no more."""
        pairs = ((name.partition(" -> "), by) for name, by in self._ticked("rename-"))
        return tuple(Said(f"{old}={new}", by) for (old, _, new), by in pairs)

    @property
    def drops(self) -> tuple[Said, ...]:
        """The objects whose drop is ticked."""
        return self._ticked("drop-")

    @property
    def lifts_defaults(self) -> bool:
        """Whether it was drafted with --lift-defaults, and somebody has not opened the box again."""
        ticked = (box.below for box in self.boxes if box.state == "ticked" and box.rule == RULE)
        return any(ANSWERED.casefold() in " ".join(lines).casefold() for lines in ticked)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The review list as it stands in the file."""
        try:
            return read_boxes(source_text(self.draft.path))
        except (SyntaxError, ValueError):
            return ()

    def _ticked(self, what: str) -> tuple[Said, ...]:
        """The names behind such boxes, and how each was answered; a box that somebody ticked in the file is
        no less explicit than a flag."""
        ticked = [box for box in self.boxes if box.state == "ticked" and box.rule.startswith(what)]
        return tuple(Said(box.object, _answered_by(box.below)) for box in ticked)

    @property
    def _docstring(self) -> str:
        try:
            return ast.get_docstring(ast.parse(source_text(self.draft.path))) or ""
        except (SyntaxError, ValueError):
            return ""


def _answered_by(lines: Sequence[str]) -> DecidedBy:
    """How the lines below a ticked box say that it was answered."""
    words = " ".join(lines)
    told: tuple[DecidedBy, ...] = ("prompt", "hint")
    return next((by for by in told if f"Answered by {by}." in words), "flag")


def amendable(revisions: Revisions, applied: Sequence[str]) -> Amended:
    """The newest draft, when it may be replaced: one head, not applied, drafted by autogen."""
    if len(revisions.heads) != 1:
        raise AutogenError(
            "There is no single newest draft to amend: "
            + (
                f"the heads are {', '.join(revisions.heads)}."
                if revisions.heads
                else "the project has no revisions."
            )
        )
    draft = revisions.by_id[revisions.heads[0]]
    if draft.id in applied:
        raise AutogenError(
            f"The newest revision, {draft.id} ({draft.path.name}), has been applied to this database, so it "
            "is not amended. Run autogen diff without --amend, or alembic downgrade -1 first."
        )
    if f"\n{DRAFTED}" not in source_text(draft.path):
        raise AutogenError(
            f"The newest revision, {draft.id} ({draft.path.name}), was not drafted by autogen, so it is "
            "not replaced. Run autogen diff without --amend for a new revision."
        )
    if PHASE.search(source_text(draft.path)):
        raise AutogenError(
            f"The newest revision, {draft.id} ({draft.path.name}), is one phase of several, which are not "
            "amended one by one. Delete the revisions and the backfill script that its docstring names, and "
            "run autogen diff --phases again."
        )
    return Amended(draft, Revisions(tuple(f for f in revisions.files if f.id != draft.id)))


def add(settings: AlembicSettings, seen: Revisions, path: Path, text: str, replaces: Path | None) -> None:
    """Writes a draft unless the revisions are no longer those it was made for: two runs at once would
    leave two heads. Looking and writing are one step for all runs, which wait for each other here."""
    add_all(settings, seen, [(path, text)], replaces)


def add_all(
    settings: AlembicSettings, seen: Revisions, files: Sequence[tuple[Path, str]], replaces: Path | None
) -> None:
    """The same for files that belong together: all of them, or none. The first takes the place of the draft
    that is replaced; it is written last, when nothing can go wrong with the others any more."""
    with _alone_in(settings.version_locations[0]):
        found = read_revisions(settings)
        if found.files != seen.files:
            raise AutogenError(_changed(seen, found))
        written: list[Path] = []
        try:
            for path, text in reversed(files[1:]):
                write(path, text)
                written.append(path)
            write(*files[0], replaces)
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which ends with the process at the latest. A system that has no such locks
    leaves the moment between looking and writing open."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)


def _changed(seen: Revisions, found: Revisions) -> str:
    new = [f"{file.id} ({file.path.name})" for file in found.files if file not in seen.files]
    gone = [f"{file.id} ({file.path.name})" for file in seen.files if file not in found.files]
    what = [f"{', '.join(new)} came"] if new else []
    what += [f"{', '.join(gone)} went"] if gone else []
    return (
        f"The revisions changed while this draft was made: {' and '.join(what)}. The draft was made for "
        "what was there before, and nothing was written. Look at what changed, run alembic upgrade head "
        "where a revision is new, and then autogen diff again."
    )


def write(path: Path, text: str, replaces: Path | None = None) -> None:
    """Writes a draft atomically. The file it replaces takes the new text and then the new name, so that
    there is no moment with both, which would be two files of one revision, or with neither."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".autogen-", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise AutogenError(f"The draft could not be written to {path}: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        if replaces is not None:
            os.replace(temporary, replaces)
        os.replace(replaces or temporary, path)
    except OSError as error:
        raise AutogenError(f"The draft could not be written to {path}: {error.strerror}.") from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
