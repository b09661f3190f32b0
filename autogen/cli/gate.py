"""What ``autogen check`` does, apart from its command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autogen.cli.terminal import colour, say, width
from autogen.errors import AutogenError, Unreachable
from autogen.project.settings import NOTHING_CHOSEN, Chosen

if TYPE_CHECKING:
    from pathlib import Path

    from autogen.cli.session import Session
    from autogen.plan import Finding
    from autogen.project.location import Project
    from autogen.project.review_lists import Unmerged
    from autogen.project.revisions import RevisionFile
    from autogen.project.state import NotAtHead
    from autogen.states import Against


def gate(
    form: str = "text",
    verbose: bool = False,
    models: Sequence[str] | None = None,
    url: str | None = None,
    migrations: str | None = None,
    *,
    data: bool = True,
    against: Against | None = None,
    alembic: Chosen = NOTHING_CHOSEN,
    database: str | None = None,
) -> int:
    """Compares and reports. Returns 0 in sync, 1 when models, migrations and database differ or a box is
    open.

    ``against`` is the one comparison that is wanted; without it, the models are held against the database,
    and where that does not tell all, the migrations are replayed."""
    from autogen.cli.session import session
    from autogen.config import load_config
    from autogen.project.importable import check_importable
    from autogen.project.location import load_project
    from autogen.project.state import NotAtHead

    project = load_project(
        load_config(models=models, url=url, migrations=migrations, alembic=alembic, database=database)
    )
    held = held_back(project)
    check_importable(project.settings, project.revisions)
    if against == "migrations":
        return _without_database(project, held, form, verbose, "--against migrations leaves the database out")
    try:
        anywhere = against == "database"
        with session(project, data=data, drafting=False, anywhere=anywhere) as found:
            if found.behind is not None:
                held = held_back(project, found.behind.pending)
            _tell(found, held, form, verbose, against)
            return 1 if found.seen.comparison.changes or held.holds or found.behind else 0
    except NotAtHead as error:
        held = held_back(project, error.pending)
        return _behind(project, held, form, verbose, error)
    except Unreachable as error:
        if against == "database":
            raise _with_boxes(error, held) from None
        return _without_database(project, held, form, verbose, str(error), error)
    except AutogenError as error:
        raise _with_boxes(error, held) from None


def held_back(project: Project, pending: Iterable[RevisionFile] = ()) -> Unmerged:
    """Open boxes, and merged revisions that are no longer what schema.lock was written for."""
    from autogen.project import review_lists

    held = review_lists.held_back(project.revisions, project.config.rules, pending)
    return held._replace(edited=_edited(project))


def _edited(project: Project) -> tuple[tuple[Finding, Path], ...]:
    from autogen.lockfile.place import lock_path

    path = lock_path(project.config)
    if path is None or not path.is_file():
        return ()
    from autogen.lockfile.document import load
    from autogen.lockfile.history import finding, mismatches

    wrong = mismatches(load(path, len(project.revisions.heads)), project.revisions)
    return tuple((finding(m, path.name), m.path) for m in wrong if m.kind == "edited" and m.merged and m.path)


def _tell(found: Session, held: Unmerged, form: str, verbose: bool, against: Against | None) -> None:
    """In sync and nothing to review is what most runs find: that loads no more than it needs."""
    seen = found.seen
    if form == "text" and not (seen.comparison.changes or held.holds or found.behind):
        from autogen.emit.verdict import in_sync
        from autogen.pipeline import left_alone

        unseen = left_alone(seen) if verbose else None
        say(in_sync(seen.comparison, seen.server, colour(), width(), left_alone=unseen))
        return
    from autogen.cli.disagreement import beside, report

    report(found, held, form, verbose, beside(found, against))


def _behind(project: Project, held: Unmerged, form: str, verbose: bool, error: NotAtHead) -> int:
    from autogen.cli.disagreement import behind, report

    try:
        found, states = behind(project, error)
    except AutogenError as another:
        raise _with_boxes(another, held) from None
    report(found, held, form, verbose, states, "migrations")
    return 1


def _without_database(
    project: Project, held: Unmerged, form: str, verbose: bool, why: str, error: Unreachable | None = None
) -> int:
    from autogen.cli.disagreement import report, without_database

    try:
        found, states = without_database(project, why, error)
    except AutogenError as another:
        raise _with_boxes(another, held) from None
    report(found, held, form, verbose, states, "migrations")
    return 1 if states.models_migrations.changes or held.holds else 0


def _with_boxes(error: AutogenError, held: Unmerged) -> AutogenError:
    """The error, and the boxes that are open whatever the database says."""
    if not held.lists:
        return error
    from autogen.cli.reporting import boxes_besides

    return AutogenError(f"{error} {boxes_besides(held)}")
