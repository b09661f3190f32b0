"""What ``autogen check`` does, apart from its command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autogen.cli.terminal import colour, say, width

if TYPE_CHECKING:
    from autogen.cli.session import Session


def gate(
    json: bool = False,
    verbose: bool = False,
    models: Sequence[str] | None = None,
    url: str | None = None,
    migrations: str | None = None,
    *,
    data: bool = True,
) -> int:
    """Compares and reports. Returns 0 in sync, 1 when models and database differ."""
    from autogen.cli.session import session
    from autogen.config import load_config
    from autogen.project.location import load_project

    project = load_project(load_config(models=models, url=url, migrations=migrations))
    with session(project, data=data) as found:
        if json:
            _print_json(found)
        else:
            _print_text(found, verbose)
        return 1 if found.seen.comparison.changes else 0


def _print_json(found: Session) -> None:
    from autogen.emit.json import as_json
    from autogen.pipeline import planned

    say(as_json(planned(found.seen, found.reading)))


def _print_text(found: Session, verbose: bool) -> None:
    from autogen.emit.verdict import in_sync
    from autogen.pipeline import left_alone

    seen = found.seen
    comparison = seen.comparison
    unseen = left_alone(seen) if verbose else None
    if not comparison.changes:
        say(in_sync(comparison, seen.server, colour(), width(), left_alone=unseen))
        return
    from autogen.emit.terminal import render_diff
    from autogen.pipeline import planned

    report = render_diff(
        planned(seen, found.reading),
        comparison.not_compared,
        comparison.notes,
        colour(),
        width(),
        left_alone=unseen,
    )
    say(report)
    say("\nNext    autogen diff -m '...' drafts a revision that brings the database to the models.")
