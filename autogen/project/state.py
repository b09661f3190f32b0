"""Whether the database stands where the project's revisions say it should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.errors import AutogenError
from autogen.project.revisions import RevisionFile, Revisions, source_text
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_SHOWN = 8
JOINING = "autogen merge"


class NotAtHead(AutogenError):
    """Revisions wait for the database."""

    def __init__(self, what: str, advice: str, pending: Sequence[RevisionFile], stamped: bool) -> None:
        super().__init__(f"{what} {advice}")
        self.advice = advice
        self.pending = tuple(pending)
        self.stamped = stamped


def database_revisions(connection: Connection, version_table: Key) -> tuple[str, ...]:
    """The revisions the database has recorded; none where it has no version table."""
    import sqlalchemy as sa

    schema = version_table.schema or None
    if not sa.inspect(connection).has_table(version_table.name, schema=schema):
        return ()
    table = sa.table(version_table.name, sa.column("version_num"), schema=schema)
    rows = connection.execute(sa.select(table.c.version_num)).scalars()
    return tuple(sorted(str(row) for row in rows if row))


def check_state(
    revisions: Revisions,
    applied: Sequence[str],
    root: Path | None = None,
    head: str | None = None,
    drafting: bool = True,
) -> str | None:
    """The head that the database is at, None for a project without revisions. Of several heads it is the one
    that ``head`` names; where nothing is drafted, any.

    Anything else is an AutogenError: a comparison with a database that is not at head would draft what
    the pending revisions do already, and a draft needs one head to follow."""
    unknown = [revision for revision in applied if revision not in revisions.by_id]
    if unknown:
        raise AutogenError(
            f"The database is at revision {_list(unknown)}, which is in none of the project's revision "
            "files. Get "
            "the missing file (another branch may have it), name the right folder with --migrations or "
            "the right "
            "database with --url, or, when the revision is gone for good, run: alembic stamp --purge head"
        )
    chosen = revisions.heads[0] if revisions.heads else None
    if head is not None:
        chosen = head_named(revisions, head)
    pending = revisions.pending(applied)
    if head is None and (drafting or pending):
        one_head(revisions, root)
    if pending:
        raise _not_at_head(pending, revisions, bool(applied), root)
    return chosen


def one_head(revisions: Revisions, root: Path | None = None) -> str | None:
    """The head of the revisions, None where there are none; several are an AutogenError."""
    heads = revisions.heads
    if len(heads) > 1:
        raise AutogenError(
            f"The revisions have {len(heads)} heads: {_files((revisions.by_id[h] for h in heads), root)}. "
            f"A draft follows one. Join them first: {JOINING} && alembic upgrade head; "
            "or, where they are branches that stay apart, name the one to follow: --head REVISION or LABEL"
        )
    return heads[0] if heads else None


def head_named(revisions: Revisions, name: str) -> str:
    """The head that a revision, the start of its id, or a branch label (``label``, ``label@head``) names."""
    heads = revisions.heads
    plain = name.removesuffix("@head")
    if name in ("head", "heads") and len(heads) == 1:
        return heads[0]
    labelled = {file.id for file in revisions.files if plain in file.labels}
    found = [head for head in heads if plain and head.startswith(plain)]
    found = found or [head for head in heads if labelled & revisions.lineage(head)]
    if len(found) == 1:
        return found[0]
    labels = sorted({label for file in revisions.files for label in file.labels})
    known = f" Branch labels: {', '.join(labels)}." if labels else ""
    count = len(found) or "none"
    raise AutogenError(
        f"--head {name} names {count} of the heads {_list(heads) or '(there are none)'}.{known}"
    )


def _not_at_head(
    pending: Sequence[RevisionFile], revisions: Revisions, stamped: bool, root: Path | None
) -> NotAtHead:
    count = "1 revision has" if len(pending) == 1 else f"{len(pending)} revisions have"
    what = f"The database is not at head: {count} not been applied: {_files(pending, root)}."
    all_heads = "head" if len(revisions.heads) == 1 else "heads"
    advice = f"Run alembic upgrade {all_heads} first, and then autogen again"
    if not stamped:
        what += " It has no record of any revision."
        advice += "; if it has these tables already, record that with alembic stamp head"
    elif phased := _between(pending[0]):
        return NotAtHead(what, phased, pending, stamped)
    return NotAtHead(what, f"{advice}.", pending, stamped)


def _between(pending: RevisionFile) -> str | None:
    """What is to be done where the next revision is the last phase of several; None where it is not."""
    from autogen.project.drafts import BACKFILL, PHASE

    try:
        text = source_text(pending.path)
    except AutogenError:
        return None
    phase, script = PHASE.search(text), BACKFILL.search(text)
    if phase is None or phase[1] != "contract":
        return None
    run = (
        f"Run python {script[1]} until it says that all is complete, then"
        if script
        else "When that is done, run"
    )
    return (
        "This is the middle of a change in phases: the order is in the docstring of that revision. "
        f"{run} alembic upgrade {pending.id} once no older code runs, and then autogen again."
    )


def _list(names: Iterable[str]) -> str:
    return " and ".join(names)


def _files(files: Iterable[RevisionFile], root: Path | None) -> str:
    shown = [f"{file.id} ({_short(file.path, root)})" for file in files]
    rest = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _short(path: Path, root: Path | None) -> str:
    base = root or Path.cwd()
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
