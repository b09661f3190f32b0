"""Four tests about a project's migrations, for its own test suite.

    from autogen.testing import *

They look into no database: migrations run on scratch databases, of the kind that the URL names. The fixture
``autogen_config`` says where the project is, where that is not the folder of pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autogen.pytest_plugin import told

if TYPE_CHECKING:
    from autogen.project.location import Project
    from autogen.runtime.verify import Verified

__all__ = [
    "test_every_revision_goes_up_and_down",
    "test_models_match_migrations",
    "test_no_review_box_is_open",
    "test_there_is_one_head",
]


def test_models_match_migrations(autogen_project: Project) -> None:
    """What the migrations make of nothing is what the models declare."""
    from autogen.cli.disagreement import report_made, without_database
    from autogen.emit.report import render
    from autogen.project.review_lists import Unmerged

    with told():
        found, states = without_database(autogen_project, "this test looks at no database", None)
        report = report_made(found, Unmerged(), "text", False, states, "migrations")
    if not report.agree:
        pytest.fail(f"Models and migrations differ.\n\n{render('text', report)}", pytrace=False)


def test_there_is_one_head(autogen_project: Project) -> None:
    """``alembic upgrade head`` knows where to go."""
    from autogen.project.state import one_head

    with told():
        one_head(autogen_project.revisions, autogen_project.root)


def test_every_revision_goes_up_and_down(autogen_project: Project) -> None:
    """Each revision runs up, down and up again on a scratch database with rows, and its downgrade() restores
    the schema."""
    from autogen.cli.verify import lines
    from autogen.runtime.deployment import Deployment
    from autogen.runtime.verify import ground_of, verify

    project = autogen_project
    deployment = Deployment(
        project.config, project.settings, project.revisions, project.url, project.version_table
    )
    with told():
        found = list(verify(deployment, project.revisions.ordered(), ground_of(deployment)))
    wrong = [one for one in found if not _good(one)]
    if wrong:
        said = "\n".join(line for one in wrong for line in lines(one))
        pytest.fail(f"{len(wrong)} of {len(found)} revisions fail.\n\n{said}", pytrace=False)


def _good(one: Verified) -> bool:
    """What a downgrade cannot bring back is worth knowing, and no fault."""
    return one.verdict in ("proven", "loses")


def test_no_review_box_is_open(autogen_project: Project) -> None:
    """What a draft that is not merged says for review was read and ticked."""
    from autogen.cli.gate import held_back
    from autogen.cli.reporting import open_lists
    from autogen.emit.report import Look, Report
    from autogen.emit.text import boxes

    with told():
        held = held_back(autogen_project, autogen_project.revisions.files)
    if held.lists:
        report = Report("check", lists=open_lists(held, "text"), merged_known=held.certain)
        pytest.fail(boxes(report, Look()), pytrace=False)
