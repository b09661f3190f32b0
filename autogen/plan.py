"""What the stages hand on: ordered changes, findings about them, and the steps a draft is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from autogen.changes import Change, reverse
from autogen.schema import Code, Key, Kind, Schema, Skipped
from autogen.values import value

Severity = Literal["blocker", "high", "medium", "low"]

Verdict = Literal["violated", "clean", "none in sample", "unknown"]


@value(frozen=True, slots=True)
class Evidence:
    """What the rows of the live database say about a risk.

    ``verdict`` is ``clean`` only where every row was read: a sample that shows nothing is ``none in
    sample``. ``text`` says it in half a sentence (``3 duplicates, e.g. …``), ``examples`` are up to three of
    the values it speaks of, as text; ``count`` is how many there are, ``more`` that there may be more.
    """

    verdict: Verdict
    text: str = ""
    count: int | None = None
    more: bool = False
    examples: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Finding:
    """A risk in the draft. ``object`` is a label as in Key.label; ``message`` one or two sentences.

    ``kind`` is the object's: a column and a constraint of a table may bear the same name. ``answer`` says
    what settles the finding already, where something does: its box in the draft is ticked, and ``reason`` is
    what was written behind the tick. ``was`` is the label that a renamed object has in the database.
    ``remedy`` is one sentence: the safer way. ``evidence`` is what the data says, where it was asked;
    ``certain`` that the upgrade fails on rows that are there, so that no tick settles it.
    """

    rule: str
    severity: Severity
    object: str
    message: str
    kind: Kind | None = None
    answer: str = ""
    was: str = ""
    remedy: str = ""
    evidence: Evidence | None = None
    certain: bool = False
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.certain or not self.answer

    @property
    def minor(self) -> bool:
        """Whether it is merely worth knowing: it has no box, and is shown to those who ask for more."""
        return self.severity == "low" and not self.certain

    @property
    def about(self) -> tuple[str, ...]:
        """The object's label, behind the one that it had where it is renamed."""
        return (self.was, self.object) if self.was else (self.object,)

    @property
    def headline(self) -> str:
        """The first sentence of the message, without its full stop."""
        return self.message.partition(". ")[0].rstrip(". ")

    @property
    def note(self) -> str:
        """A few words for the end of a line: what the rows say, where they say something."""
        if self.evidence is None or not self.evidence.text:
            return self.headline
        if self.evidence.verdict == "unknown":
            return f"{self.headline} ({self.evidence.text})"
        topic, stated, _ = self.headline.partition(": ")
        small = topic[:1].lower() + topic[1:] if topic[1:2].islower() else topic
        return f"{small}: {self.evidence.text}" if stated else self.evidence.text

    @property
    def rows_say(self) -> str:
        """What the evidence adds to the message, which may give the figure itself."""
        if self.evidence is None or (self.evidence.count and f"{self.evidence.count:,} " in self.message):
            return ""
        return self.evidence.text

    @property
    def sentences(self) -> str:
        """All that there is to say: what happens, what the rows say, the safer way."""
        said = self.rows_say
        told = f"{said[:1].upper()}{said[1:]}." if said else ""
        return " ".join(filter(None, (self.message, told, self.remedy)))


DecidedBy = Literal["flag", "prompt", "hint", "identical", "score", "revision"]
"""``revision``: somebody wrote the rename into a revision, and nobody is asked about it."""


@value(frozen=True, slots=True)
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
        return self.decided_by not in ("flag", "prompt", "hint", "revision")


@value(frozen=True, slots=True)
class Renaming:
    """What was found and said about renames. ``dropped`` are objects that somebody said are gone, and how it
    was said."""

    decisions: tuple[RenameDecision, ...] = ()
    dropped: tuple[tuple[Key, DecidedBy], ...] = ()


@value(frozen=True, slots=True)
class Comparison:
    """What the comparator says: changes in an order that runs, and what could not be decided.

    ``after`` equals ``apply(changes, before)`` and keeps the models' own type code for unchanged objects.
    ``notes`` are facts worth saying that are never drafted (column order). ``renaming`` holds the pairs that
    look like renames: the accepted ones stand in ``changes`` as well, before all others. ``matched`` tells of
    declared constraints that took a name the key they have in ``after``.
    """

    changes: tuple[Change, ...]
    before: Schema
    after: Schema
    not_compared: tuple[Skipped, ...] = ()
    notes: tuple[Skipped, ...] = ()
    renaming: Renaming = Renaming()
    matched: Mapping[Key, Key] = field(default_factory=dict, compare=False, repr=False)

    @property
    def renames(self) -> tuple[RenameDecision, ...]:
        return self.renaming.decisions

    @property
    def reversed(self) -> tuple[Change, ...]:
        return reverse(self.changes)


@value(frozen=True, slots=True)
class Ignored:
    """A finding that the project's settings leave out, and why."""

    finding: Finding
    reason: str


@value(frozen=True, slots=True)
class Plan:
    """A comparison with what the review found in it: all that a draft is written from."""

    comparison: Comparison
    findings: tuple[Finding, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    rows: Mapping[Key, int] = field(default_factory=dict)
    """About how many rows the tables hold that stand, by their names in the models."""

    @property
    def to_review(self) -> tuple[Finding, ...]:
        """What has a box in the draft: findings of severity ``low`` are hints."""
        return tuple(finding for finding in self.findings if finding.severity != "low")


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class Proof:
    """What running a draft showed: ``True`` proven, ``False`` it failed, ``None`` it could not be run.

    ``reason`` says why, for the last two; lines in it stay lines. ``server`` and ``seconds`` say where
    and how long it ran, ``reaches`` what its upgrade leads to. ``reached`` is the schema that it led to, as
    the server spells it, beside that.
    """

    verified: bool | None
    reason: str = ""
    server: str = ""
    seconds: float = 0.0
    reaches: str = "the models"
    reached: Comparison | None = field(default=None, compare=False, repr=False)


@value(frozen=True, slots=True)
class Revision:
    """A draft: the file's name and its text."""

    file_name: str
    text: str
    revision_id: str
