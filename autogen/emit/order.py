"""The order of a deploy in phases, in words: for the docstrings of the revisions and of the script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autogen.emit.revision import Header
from autogen.emit.words import listed
from autogen.phase import Backfill, PhaseName, Phasing


def order(
    name: PhaseName, phasing: Phasing, ids: Mapping[PhaseName, str], script: str | None
) -> tuple[str, ...]:
    """Which phase a revision is and where the others are, then the steps of all of them, numbered."""
    others = [f", {'follows' if name == 'contract' else 'before'} {ids[o]} ({o})" for o in ids if o != name]
    backfills = [backfill for phase in phasing.phases for backfill in phase.backfills]
    lines = [f"Phase: {name}{''.join(others)}", *([f"Backfill: {script}"] if script else []), ""]
    return (*lines, *_numbered(_steps(phasing, ids, script, backfills)))


def _steps(
    phasing: Phasing, ids: Mapping[PhaseName, str], script: str | None, backfills: Sequence[Backfill]
) -> list[str]:
    early, later = any(b.early for b in backfills), any(not b.early for b in backfills)
    steps = [f"alembic upgrade {ids['expand']}"] if "expand" in ids else []
    open_values = " once its open values are filled in" if any(b.value is None for b in backfills) else ""
    if early:
        steps.append(f"python {script}{open_values}")
    steps.append(f"deploy code that {listed([words for _, words in phasing.why])}")
    if later:
        again = " again, for the rows written meanwhile" if early else open_values
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
            "goes on where rows are still unfilled. It needs SQLAlchemy and the database's driver.",
            "",
            f"Written by autogen {header.version} for {header.server}; yours to edit.",
        ]
    )
