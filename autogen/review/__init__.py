"""Comparison -> findings: what a careful colleague would point at before the draft is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from autogen.dialects.base import Dialect
from autogen.plan import Comparison, Finding, Severity
from autogen.review.context import Context
from autogen.review.rules import ALL
from autogen.schema import Key

SEVERITIES: tuple[Severity, ...] = ("blocker", "high", "medium", "low")
_NOTED = ("probable-rename", "drop-table", "drop-column")
"""Rules whose findings stand on the line of the drop, the most telling first."""


def review(
    comparison: Comparison,
    dialect: Dialect,
    has_rows: Callable[[Key], bool | None],
    left_behind: Callable[[], frozenset[Key]] = frozenset,
) -> tuple[Finding, ...]:
    """The findings, the gravest first.

    ``has_rows`` tells whether a table of the database (its key there, before any rename) holds rows; None,
    where that is not known, counts as rows. Each table is asked for once at most. ``left_behind`` gives the
    columns whose values the draft does not take along where it copies a table.
    """
    context = Context(comparison, dialect, has_rows, left_behind)
    findings = {finding for rule in ALL for finding in rule.check(context)}
    return tuple(
        sorted(
            findings, key=lambda f: (SEVERITIES.index(f.severity), f.object, f.rule, f.kind or "", f.message)
        )
    )


def notes_for(findings: Iterable[Finding]) -> Mapping[str, str]:
    """A few words for the line of a draft that drops something, by the label of what it drops."""
    notes: dict[str, str] = {}
    noted = [finding for finding in findings if finding.rule in _NOTED]
    for finding in sorted(noted, key=lambda f: _NOTED.index(f.rule)):
        words = finding.headline
        notes.setdefault(finding.object, f"{words[:1].lower()}{words[1:]}")
    return notes
