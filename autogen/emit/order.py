"""The order of a deploy in phases, in words: for the docstrings of the revisions and of the script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autogen.emit.revision import Header
from autogen.emit.words import listed
from autogen.phase import Backfill, PhaseName, Phasing

PHASE = "Phase "
"""The word that the paragraph on phases begins with, in every draft of several phases."""


def order(
    name: PhaseName, phasing: Phasing, ids: Mapping[PhaseName, str], script: str | None
) -> tuple[str, ...]:
    """What this revision is, then the steps of all phases, numbered."""
    backfills = [backfill for phase in phasing.phases for backfill in phase.backfills]
    return (_title(name, ids, script), *_numbered(_steps(phasing, ids, script, backfills)))


def _title(name: PhaseName, ids: Mapping[PhaseName, str], script: str | None) -> str:
    other = next((other for other in ids if other != name), None)
    parts = [f"{other} is {ids[other]}"] if other else []
    parts += [f"backfill {script}"] if script else []
    return f"{PHASE}{name}" + (f" ({', '.join(parts)})" if parts else "") + "; the order:"


def _steps(
    phasing: Phasing, ids: Mapping[PhaseName, str], script: str | None, backfills: Sequence[Backfill]
) -> list[str]:
    early, later = any(b.early for b in backfills), any(not b.early for b in backfills)
    steps = [f"alembic upgrade {ids['expand']}"] if "expand" in ids else []
    if early:
        steps.append(f"python {script}")
    steps.append(f"deploy code that {listed([words for _, words in phasing.why])}")
    if later:
        again = " again, for the rows written meanwhile" if early else ""
        steps.append(f"python {script}{again}")
    return [*steps, f"alembic upgrade {ids['contract']}, once no older code runs"]


def _numbered(steps: Iterable[str]) -> list[str]:
    return [f"{n}. {step}" for n, step in enumerate(steps, 1)]


def about_script(backfills: Sequence[Backfill], header: Header, ids: Mapping[PhaseName, str]) -> str:
    """The docstring of the script."""
    columns = listed(sorted({backfill.column.label for backfill in backfills}))
    after = f"after revision {ids['expand']} (expand) and " if "expand" in ids else ""
    return "\n".join(
        [
            f"Fills {columns}.",
            "",
            f"Run it {after}before revision {ids['contract']} (contract), which refuses to",
            "start until every row is filled. It works in short transactions, may be stopped at any time and",
            "goes on where rows are still unfilled. It needs SQLAlchemy and the database's driver, nothing else.",
            "",
            f"Written by autogen {header.version} for {header.server}; yours to edit.",
        ]
    )
