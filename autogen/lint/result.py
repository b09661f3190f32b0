"""What looking at revisions comes to: findings with their places, and what was not seen."""

from __future__ import annotations

from pathlib import Path

from autogen.lint.recording import Direction
from autogen.lint.targets import Reason
from autogen.plan import Finding
from autogen.values import value


@value(frozen=True, slots=True)
class Located:
    """A finding and its line in the revision's file."""

    finding: Finding
    path: Path
    line: int
    direction: Direction = "upgrade"


@value(frozen=True, slots=True)
class Linted:
    """One revision. ``source`` says where the schema comes from that it was held against, ``complete`` that
    nothing of it had to be supposed. ``unseen`` are the places that were not understood or not seen;
    ``unfollowed`` counts those of earlier revisions."""

    id: str | None
    path: Path
    source: str
    complete: bool
    findings: tuple[Located, ...] = ()
    unseen: tuple[Located, ...] = ()
    unfollowed: int = 0


@value(frozen=True, slots=True)
class Report:
    """All revisions that were looked at, and why these."""

    revisions: tuple[Linted, ...]
    reason: Reason

    @property
    def findings(self) -> tuple[Located, ...]:
        """What was found, and behind it what was not seen."""
        found = [f for linted in self.revisions for f in linted.findings]
        return (*found, *(f for linted in self.revisions for f in linted.unseen))

    @property
    def failed(self) -> bool:
        """Whether something of medium or above was found that nobody has settled."""
        return any(f.finding.open and not f.finding.minor for f in self.findings)
