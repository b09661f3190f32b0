"""What the stages hand on: ordered changes, findings about them, and the steps a draft is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autogen.changes import Change, reverse
from autogen.schema import Code, Key, Kind, Schema, Skipped

Severity = Literal["blocker", "high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A risk in the draft. ``object`` is a label as in Key.label; ``message`` one or two sentences.

    ``kind`` is the object's: a column and a constraint of a table may bear the same name. ``answer`` says
    what settles the finding already, where something does: its box in the draft is ticked. ``was`` is the
    label that a renamed object has in the database.
    """

    rule: str
    severity: Severity
    object: str
    message: str
    kind: Kind | None = None
    answer: str = ""
    was: str = ""

    @property
    def headline(self) -> str:
        """The first sentence of the message, without its full stop."""
        return self.message.partition(". ")[0].rstrip(". ")


DecidedBy = Literal["flag", "prompt", "hint", "identical", "score"]


@dataclass(frozen=True, slots=True)
class RenameDecision:
    """A pair that may be one object under two names, and what the draft makes of it.

    ``before`` is the object's key in the database, ``after`` the one in the models; both of kind ``enum``
    with the type's name as table where it is a label. ``alternatives`` are other objects it may have become,
    with their confidence. ``at_first`` is the confidence before answers were given one by one, where they
    were: what they leave possible is surer, or less sure. ``computed`` says that it is a computed column:
    no values are lost with it.
    """

    before: Key
    after: Key
    accepted: bool
    confidence: float
    evidence: tuple[str, ...]
    decided_by: DecidedBy
    alternatives: tuple[tuple[Key, float], ...] = ()
    at_first: float | None = None
    computed: bool = False

    @property
    def kind(self) -> Kind:
        return self.before.kind

    @property
    def open(self) -> bool:
        """Whether nobody has said so, and it is left to review."""
        return self.decided_by not in ("flag", "prompt", "hint")


@dataclass(frozen=True, slots=True)
class Renaming:
    """What was found and said about renames. ``dropped`` are objects that somebody said are gone, and how it
    was said."""

    decisions: tuple[RenameDecision, ...] = ()
    dropped: tuple[tuple[Key, DecidedBy], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparator says: changes in an order that runs, and what could not be decided.

    ``after`` equals ``apply(changes, before)`` and keeps the models' own type code for unchanged objects.
    ``notes`` are facts worth saying that are never drafted (column order). ``renaming`` holds the pairs that
    look like renames: the accepted ones stand in ``changes`` as well, before all others.
    """

    changes: tuple[Change, ...]
    before: Schema
    after: Schema
    not_compared: tuple[Skipped, ...] = ()
    notes: tuple[Skipped, ...] = ()
    renaming: Renaming = Renaming()

    @property
    def renames(self) -> tuple[RenameDecision, ...]:
        return self.renaming.decisions

    @property
    def reversed(self) -> tuple[Change, ...]:
        return reverse(self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """A comparison with what the review found in it: all that a draft is written from."""

    comparison: Comparison
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One or more Python statements of a draft, unformatted; most are one Alembic operation.

    ``subject`` is the object the step is about (drafts are grouped by ``subject.owner``). ``note`` is a
    trailing comment. ``block`` is a ``with …:`` line the step stands under; neighbours under the same
    line share it. ``helpers`` are module-level definitions the statement calls. ``leaves`` are columns whose
    values it does not take along where it copies rows.
    """

    code: Code
    subject: Key
    note: str = ""
    block: str = ""
    helpers: frozenset[str] = frozenset()
    leaves: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What running a draft showed: ``True`` proven, ``False`` it failed, ``None`` it could not be run.

    ``reason`` says why, for the last two; lines in it stay lines. ``server`` and ``seconds`` say where
    and how long it ran.
    """

    verified: bool | None
    reason: str = ""
    server: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Revision:
    """A draft: the file's name and its text."""

    file_name: str
    text: str
    revision_id: str
