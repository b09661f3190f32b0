"""Revisions that people wrote -> the findings that a draft would have.

    which revisions  ->  the schema they meet  ->  record  ->  changes  ->  review, and rules of form

Nothing is executed on any database: upgrade() and downgrade() run against a recording of Alembic's
operations.
"""

from __future__ import annotations

from autogen.lint.examine import Asking, Surroundings, linted
from autogen.lint.history import History, Live
from autogen.lint.result import Linted, Located, Report
from autogen.lint.targets import Chosen

__all__ = ["Asking", "Chosen", "History", "Linted", "Live", "Located", "Report", "Surroundings", "lint"]


def lint(chosen: Chosen, history: History, around: Surroundings) -> Report:
    """Looks at every chosen revision. One that cannot be loaded is an AutogenError."""
    return Report(tuple(linted(target, history, around) for target in chosen.targets), chosen.reason)
