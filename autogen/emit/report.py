"""What a run found, as every output format gets it, and the choice of the format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Literal

from autogen.boxes import Box
from autogen.plan import Comparison, Finding, Ignored, Proof
from autogen.schema import Key, Skipped
from autogen.states import Against, States
from autogen.values import value

Command = Literal["diff", "check", "lint"]
Level = Literal["error", "warning", "note"]
LEVELS: Mapping[str, Level] = {"blocker": "error", "high": "error", "medium": "warning", "low": "note"}
"""How much a severity weighs where there are three weights."""
FORMATS = ("text", "json", "markdown", "github", "sarif")


@value(frozen=True, slots=True)
class Located:
    """A finding, and where it is told: a file as the report names it (with ``/``) and a line, where known.
    ``boxed`` says that drafts have a box for it."""

    finding: Finding
    file: str | None = None
    line: int | None = None
    boxed: bool = True


@value(frozen=True, slots=True)
class OpenList:
    """The review list of a draft that is not merged."""

    file: str
    boxes: tuple[Box, ...]

    @property
    def open(self) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.open)


@value(frozen=True, slots=True)
class RuleText:
    """What there is to read about a rule: a sentence, and the long form."""

    summary: str
    help: str = ""


@value(frozen=True, slots=True)
class PhaseDraft:
    """One revision of a change in phases. ``backfill`` is the script that must have run before it; ``draft``
    and ``script`` are the texts of both where they were not written."""

    name: str
    proof: Proof
    path: str | None = None
    backfill: str | None = None
    draft: str | None = None
    script: str | None = None
    sql: Mapping[str, str] | None = None


@value(frozen=True, slots=True)
class Report:
    """What a run found. ``comparison`` is None where nothing was compared.

    ``path`` is the draft that was written, ``proof`` what running it showed, ``draft`` its text where it was
    not written, ``sql`` its ``upgrade`` and ``downgrade``. ``lists`` are review lists with an open box;
    ``merged_known`` says that they were told from those of merged drafts. ``place`` is a file to speak of
    where nothing nearer is known. ``left_alone`` is given where it is to be listed. ``ignored`` are findings
    that the project leaves out, ``rows`` about how many rows the tables hold. ``phases`` are the revisions
    of a change in phases, which has no ``path``, ``draft`` or ``sql`` then; none where one revision does, and
    None where nobody asked for phases. ``proof`` is the worst of theirs. ``against`` is what the models were
    held against; ``states`` says how models, migrations and database stand to each other, where that was
    asked. ``lock`` is the schema.lock that was written, or why none was. ``several_heads`` says that the
    revisions have more heads than the draft's, ``database`` which one of several this is about.
    """

    command: Command
    findings: tuple[Located, ...] = ()
    comparison: Comparison | None = None
    path: str | None = None
    proof: Proof | None = None
    draft: str | None = None
    sql: Mapping[str, str] | None = None
    lists: tuple[OpenList, ...] = ()
    merged_known: bool = True
    place: str | None = None
    server: str = ""
    left_alone: tuple[Skipped, ...] | None = None
    ignored: tuple[Ignored, ...] = ()
    rows: Mapping[Key, int] = field(default_factory=dict)
    rules: Callable[[str], RuleText | None] = field(default=lambda rule: None)
    phases: tuple[PhaseDraft, ...] | None = None
    against: Against | Literal["schema.lock"] = "database"
    states: States | None = None
    lock: str | None = None
    several_heads: bool = False
    database: str | None = None

    @property
    def agree(self) -> bool:
        """Whether nothing differs, in what was compared."""
        return not self.differs and (self.states is None or self.states.agree)

    @property
    def differs(self) -> bool:
        return self.comparison is not None and bool(self.comparison.changes)

    @property
    def drafted(self) -> bool:
        """Whether there is a draft, written or not."""
        return bool(self.path or self.draft or self.phases)

    @property
    def files(self) -> tuple[tuple[str, str | None], ...]:
        """The files of a change in phases in the order in which they are run, by what each is; a place is
        None where the file was not written."""
        listed: list[tuple[str, str | None]] = []
        for phase in self.phases or ():
            if phase.backfill is not None or phase.script is not None:
                listed.append(("backfill", phase.backfill))
            listed.append((phase.name, phase.path))
        return tuple(listed)

    @property
    def open(self) -> tuple[Located, ...]:
        """What somebody still has to look at."""
        return tuple(found for found in self.findings if found.finding.open and not found.finding.minor)

    @property
    def boxes(self) -> int:
        """How many boxes are open."""
        return sum(len(listed.open) for listed in self.lists)


@value(frozen=True, slots=True)
class Look:
    """How text is shown: in colour, how wide, with minor findings or without, on a terminal or not."""

    colour: bool = False
    width: int = 100
    verbose: bool = False
    terminal: bool = False


def render(form: str, report: Report, look: Look | None = None) -> str:
    """The report in one of ``FORMATS``, ending in a newline. ``look`` counts for ``text``, and for whether
    the other ones that people read tell minor findings."""
    look = look or Look()
    if form == "json":
        from autogen.emit.json import as_json

        return as_json(report)
    if form == "markdown":
        from autogen.emit.markdown import as_markdown

        return as_markdown(report, look.verbose)
    if form == "github":
        from autogen.emit.github import as_annotations

        return as_annotations(report, look.verbose)
    if form == "sarif":
        from autogen.emit.sarif import as_sarif

        return as_sarif(report)
    from autogen.emit.text import as_text

    return as_text(report, look)


def detail(found: Located) -> str:
    """Message, evidence and remedy as running text."""
    from autogen.emit.review_list import paragraphs

    return " ".join(paragraphs(found.finding, found.boxed))


def settled(finding: Finding) -> str:
    """How a finding was settled, with the reason, empty while it is open."""
    if finding.open:
        return ""
    return f"{finding.answer}: {finding.reason}" if finding.reason else finding.answer


def by_object(findings: Iterable[Located]) -> dict[str, list[Located]]:
    """Findings under what they are about, in the order of each one's gravest."""
    grouped: dict[str, list[Located]] = {}
    for found in findings:
        grouped.setdefault(" -> ".join(found.finding.about), []).append(found)
    return grouped
