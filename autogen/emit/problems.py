"""What ends a run with exit code 1 without being a finding, told as findings where formats know no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autogen.emit.report import Located, Report, RuleText
from autogen.emit.states import words_of
from autogen.emit.terminal import counts
from autogen.emit.verdict import EVERY_PHASE, held, in_agreement
from autogen.emit.words import listed, plural
from autogen.plan import Finding, Plan, Proof

DIFFERENT, UNPROVEN = "models-differ", "unproven-draft"
EDITED, UNRECORDED, MISSING, OTHER_HEAD = (
    "edited-revision",
    "unrecorded-revision",
    "missing-revision",
    "other-head",
)
RESPELLED = "respelled"
PENDING, BY_HAND = "pending-revisions", "changed-by-hand"
TEXTS = {
    DIFFERENT: RuleText(
        "The models and the database differ.",
        "autogen diff drafts the revision that brings the database to the models.",
    ),
    PENDING: RuleText("The database has not run all revisions.", "alembic upgrade head runs them."),
    BY_HAND: RuleText(
        "The database is not what its revisions make.",
        "Undo what was changed by hand, or declare it in the models and draft it.",
    ),
    UNPROVEN: RuleText(
        "Running the draft on a scratch database failed.",
        "Read the reason, correct the draft by hand or the models, then run autogen diff --amend.",
    ),
    EDITED: RuleText(
        "A revision is not what it was when schema.lock was written.",
        "Databases may have run it as it was. Restore it, and put the change into a revision of its own.",
    ),
    UNRECORDED: RuleText(
        "schema.lock does not know a revision.", "Bring a database to head and run autogen snapshot."
    ),
    MISSING: RuleText("schema.lock knows a revision that has no file.", "Get the file from version control."),
    OTHER_HEAD: RuleText("schema.lock was written for another head.", "Run autogen snapshot."),
    RESPELLED: RuleText(
        "The models spell an expression otherwise than when schema.lock was written.",
        "Only a database can say whether it means the same: autogen diff asks one.",
    ),
}


def located(report: Report) -> Iterator[Located]:
    """Every finding with the best place there is for it, behind what else ends the run with exit code 1."""
    if report.command == "check" and report.differs:
        yield _somewhere(Located(Finding(DIFFERENT, "high", "", verdict(report))), report)
    if report.states is not None and report.states.pending:
        yield _somewhere(Located(Finding(PENDING, "high", "", words_of(report.states, PENDING))), report)
    if report.states is not None and report.states.by_hand:
        yield _somewhere(Located(Finding(BY_HAND, "high", "", words_of(report.states, BY_HAND))), report)
    if report.proof is not None and report.proof.verified is False:
        words = f"The draft failed its proof: {report.proof.reason}"
        yield _somewhere(Located(Finding(UNPROVEN, "blocker", "", words)), report)
    for found in report.lists:
        for box in found.open:
            yield Located(Finding(box.rule, "high", box.object, open_box(box.state)), found.file, box.line)
    for finding in report.findings:
        yield _somewhere(finding, report)


def _somewhere(found: Located, report: Report) -> Located:
    place = report.path or report.place
    return found if found.file or place is None else replace(found, file=place, line=1)


def open_box(state: str) -> str:
    """What is to be done about a box that is not ticked."""
    if state == "fails":
        return (
            "As it was drafted, the upgrade fails on rows that are there. A tick does not settle this: "
            "autogen diff --amend does, once it no longer finds it."
        )
    return "This box is open. Read what stands under it, and tick it: [x]. A reason may follow."


def verdict(report: Report) -> str:
    """What the run found, in one line."""
    parts = [_compared(report)] if report.comparison is not None else [_counted(report)]
    if report.boxes:
        parts.append(boxes_words(report.boxes))
    if report.proof is not None and report.drafted:
        parts.append(_proof(report.proof, bool(report.phases)))
    return ". ".join(parts) + "."


def boxes_words(count: int) -> str:
    """``1 box of the review list is open``."""
    return f"{plural(count, 'box')} of the review {'list is' if count == 1 else 'lists are'} open"


def _compared(report: Report) -> str:
    comparison = report.comparison
    assert comparison is not None
    if not comparison.changes and report.findings:
        return _counted(report)
    if not comparison.changes:
        agreed = in_agreement(report.against, report.agree)
        return f"{agreed} ({held(comparison, report.server)})"
    said = counts(Plan(comparison, tuple(found.finding for found in report.findings)))
    return f"Models and {report.against} differ: {', '.join(said)}"


def _counted(report: Report) -> str:
    findings = [found.finding for found in report.findings]
    if not findings:
        return "No findings"
    severities = [f.severity for f in findings]
    named = [f"{severities.count(s)} {s}" for s in dict.fromkeys(severities)]
    return f"{plural(len(findings), 'finding')} ({listed(named)})"


def _proof(proof: Proof, in_phases: bool) -> str:
    if proof.verified and in_phases:
        return f"Proven: {EVERY_PHASE}"
    if proof.verified:
        return "Proven: upgrade reaches the models, downgrade restores the schema"
    return "The draft failed its proof" if proof.verified is False else "The draft is not proven"
