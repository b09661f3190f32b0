"""What ``autogen check`` does, apart from its command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autogen.cli.terminal import colour, say, width
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.project.location import Project
    from autogen.project.review_lists import Unmerged


def gate(
    form: str = "text",
    verbose: bool = False,
    models: Sequence[str] | None = None,
    url: str | None = None,
    migrations: str | None = None,
    *,
    data: bool = True,
) -> int:
    """Compares and reports. Returns 0 in sync, 1 when models and database differ or a box is open."""
    from autogen.cli.session import session
    from autogen.config import load_config
    from autogen.project.location import load_project
    from autogen.project.review_lists import unmerged

    project = load_project(load_config(models=models, url=url, migrations=migrations))
    held = _heard(unmerged(project.revisions), project)
    try:
        with session(project, data=data) as found:
            _tell(found, held, form, verbose)
            return 1 if found.seen.comparison.changes or held.lists else 0
    except AutogenError as error:
        raise _with_boxes(error, project, held) from None


def _heard(held: Unmerged, project: Project) -> Unmerged:
    """Without the boxes of rules that are off by now, or ignored."""
    rules = project.config.rules
    return held.without(rules.silences) if held.lists and rules else held


def _tell(found: Session, held: Unmerged, form: str, verbose: bool) -> None:
    """In sync and nothing to review is what most runs find: that loads no more than it needs."""
    seen = found.seen
    if form == "text" and not seen.comparison.changes and not held.lists:
        from autogen.emit.verdict import in_sync
        from autogen.pipeline import left_alone

        unseen = left_alone(seen) if verbose else None
        say(in_sync(seen.comparison, seen.server, colour(), width(), left_alone=unseen))
        return
    from autogen.cli.reporting import report_of, tell
    from autogen.pipeline import planned

    tell(
        report_of(
            "check",
            found,
            planned(seen, found.reading, found.project.config.rules),
            form,
            verbose=verbose,
            held=held,
        ),
        form,
        verbose,
    )


def _with_boxes(error: AutogenError, project: Project, held: Unmerged) -> AutogenError:
    """The error, and the boxes that are open whatever the database says."""
    from autogen.project.review_lists import unmerged
    from autogen.project.state import NotAtHead

    if isinstance(error, NotAtHead):
        held = _heard(unmerged(project.revisions, error.pending), project)
    if not held.lists:
        return error
    from autogen.cli.reporting import boxes_besides

    return AutogenError(f"{error} {boxes_besides(held)}")
