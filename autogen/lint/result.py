"""What looking at revisions comes to: findings with their places, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autogen.lint.recording import Direction, Gap
from autogen.lint.targets import Reason
from autogen.plan import Finding, Severity

GRAVE: frozenset[Severity] = frozenset({"blocker", "high", "medium"})


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and its line in the revision's file."""

    finding: Finding
    path: Path
    line: int
    direction: Direction = "upgrade"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A place of the revision that was not understood, or not seen, and why."""

    path: Path
    direction: Direction
    gap: Gap


@dataclass(frozen=True, slots=True)
class Linted:
    """One revision. ``source`` says where the schema comes from that it was held against; ``asks`` are the
    lines that ask the database: what they do with an answer was seen for an empty one alone. ``unfollowed``
    counts the statements of earlier revisions that were not understood."""

    id: str | None
    path: Path
    source: str
    complete: bool
    statements: int
    findings: tuple[Located, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    asks: tuple[int, ...] = ()
    unfollowed: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All revisions that were looked at, and why these."""

    revisions: tuple[Linted, ...]
    reason: Reason
    server: str

    @property
    def findings(self) -> tuple[Located, ...]:
        return tuple(found for linted in self.revisions for found in linted.findings)

    @property
    def unseen(self) -> tuple[Unseen, ...]:
        return tuple(unseen for linted in self.revisions for unseen in linted.unseen)

    @property
    def failed(self) -> bool:
        """Whether something of medium or above was found that nobody has settled."""
        return any_grave(found.finding for found in self.findings)


def any_grave(findings: Iterable[Finding]) -> bool:
    return any(finding.severity in GRAVE and not finding.answer for finding in findings)
