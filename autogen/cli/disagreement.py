"""What ``autogen check`` does where models and database are not just in sync: it asks the migrations, too."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.cli.session import Session, refusals
from autogen.cli.terminal import progress, warn
from autogen.errors import AutogenError, Unreachable
from autogen.plan import Plan
from autogen.states import Against, Pairing, Pending, States

if TYPE_CHECKING:
    from autogen.emit.report import Report
    from autogen.project.location import Project
    from autogen.project.review_lists import Unmerged
    from autogen.project.state import NotAtHead
    from autogen.replay.states import Told

_AT_HEAD = "models and database agree at head"
_NOT_ASKED = "--against database leaves the migrations out"


def report(
    found: Session,
    held: Unmerged,
    form: str,
    verbose: bool,
    states: States | None,
    against: Against = "database",
) -> None:
    """Writes the report of a check."""
    from autogen.cli.reporting import tell

    tell(report_made(found, held, form, verbose, states, against), form, verbose)


def report_made(
    found: Session,
    held: Unmerged,
    form: str,
    verbose: bool,
    states: States | None,
    against: Against = "database",
) -> Report:
    """What a check found, reviewed where something differs."""
    from autogen.cli.reporting import report_of
    from autogen.pipeline import planned

    plan = Plan(found.seen.comparison)
    if found.seen.comparison.changes:
        plan = planned(found.seen, found.reading, found.project.config.rules)
    return report_of("check", found, plan, form, verbose=verbose, held=held, against=against, states=states)


def beside(found: Session, against: Against | None) -> States | None:
    """How the migrations stand to both; None for a project without any."""
    comparison = found.seen.comparison
    if not found.project.revisions.files:
        return None
    if not comparison.changes or against == "database":
        unknown = Pairing(None, _NOT_ASKED if against == "database" else _AT_HEAD)
        alone = States(unknown, unknown, Pairing(comparison))
        return alone if found.behind is None else _waiting(alone, found.behind)
    from autogen.replay.states import beside as replayed_beside

    with progress("replaying the migrations"):
        return replayed_beside(found.project, found.seen)


def behind(project: Project, error: NotAtHead) -> tuple[Session, States]:
    """The same for a database that has revisions before it, which is a finding like others."""
    from autogen.pipeline import connected
    from autogen.project.state import database_revisions
    from autogen.replay.states import behind as replayed_behind

    try:
        with refusals(project), connected(project.url) as (dialect, connection), progress("replaying"):
            applied = database_revisions(connection, project.version_table)
            told = replayed_behind(project, dialect, connection, applied)
    except AutogenError as another:
        raise AutogenError(f"{error} Besides: {another}") from another
    return Session(project, told.seen, None, data=False), _waiting(told.states, error)


def _waiting(states: States, error: NotAtHead) -> States:
    pending = tuple(Pending(file.id, os.path.relpath(file.path)) for file in error.pending)
    return replace(states, pending=pending, advice=error.advice)


def without_database(project: Project, why: str, error: Unreachable | None) -> tuple[Session, States]:
    """The models beside the migrations alone; ``error`` says that the database was wanted."""
    told = replayed_alone(project, why, error)
    if error is not None:
        warn(f"{error} The models are held against the migrations alone.")
    return Session(project, told.seen, None, data=False), told.states


def replayed_alone(project: Project, why: str, error: Unreachable | None) -> Told:
    """The migrations replayed where the database is left out, for the reason ``why``."""
    from autogen.project.state import one_head
    from autogen.replay.ground import chosen
    from autogen.replay.states import without_database as replayed

    labelled = any(file.labels for file in project.revisions.files)
    if not labelled:  # branches that stay apart have labels
        one_head(project.revisions, project.root)
    try:
        with progress("replaying the migrations"):
            return replayed(project, chosen(project, reachable=error is None), why)
    except AutogenError as another:
        raise (AutogenError(f"{error} {another}") if error is not None else another) from another
