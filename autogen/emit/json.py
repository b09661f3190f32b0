"""What a run found, for machines. The form is documented in README and keeps its ``version``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from autogen.boxes import Box
from autogen.changes import Change, Rename, is_moved
from autogen.emit.describe import action
from autogen.emit.facts import before_and_after
from autogen.emit.report import Located, PhaseDraft, Report
from autogen.plan import Comparison, Evidence, Proof, RenameDecision
from autogen.schema import Skipped, is_label
from autogen.states import Pairing, States

VERSION = 1


def as_json(report: Report) -> str:
    """The comparison, its findings and what became of the draft, as indented ASCII JSON. Where nothing was
    compared there are the findings alone; a check tells the review lists with an open box."""
    import json

    document: dict[str, Any] = {"version": VERSION}
    findings = [_finding(found) for found in report.findings]
    if report.comparison is None:
        document["findings"] = findings
    else:
        document |= _compared(report, report.comparison, findings)
    if report.command == "check":
        document["boxes"] = [_box(found.file, box) for found in report.lists for box in found.boxes]
        document["states"] = _states(report.states) if report.states is not None else None
    if report.draft is not None:
        document["draft"] = report.draft
    if report.lock is not None:
        document["lock"] = report.lock
    if report.sql is not None:
        document["sql"] = dict(report.sql)
    if report.phases is not None:
        document["phases"] = [_phase(phase) for phase in report.phases]
    return json.dumps(document, indent=2) + "\n"


def _compared(report: Report, comparison: Comparison, findings: list[dict[str, Any]]) -> dict[str, Any]:
    verdict = report.proof or Proof(None, "there was no draft to prove")
    return {
        "changes": [_change(change) for change in comparison.changes],
        "renames": [*map(_rename, comparison.renames), *_carried(comparison)],
        "findings": findings,
        "not_compared": _skipped(comparison.not_compared),
        "notes": _skipped(comparison.notes),
        "path": report.path,
        "verified": verdict.verified,
        "reason": verdict.reason or None,
    }


def _states(states: States) -> dict[str, Any]:
    """The three comparisons, of which those that were not made have no answer but a reason."""
    pairs = {
        "models_migrations": states.models_migrations,
        "migrations_database": states.migrations_database,
        "models_database": states.models_database,
    }
    said: dict[str, Any] = {name: _pairing(pair) for name, pair in pairs.items()}
    said["migrations_database"]["pending"] = [
        {"revision": pending.revision, "file": pending.file} for pending in states.pending
    ]
    if states.pending:
        said["migrations_database"]["agree"] = False
    return said | {"replayed_on": states.replayed_on or None}


def _pairing(pair: Pairing) -> dict[str, Any]:
    compared = pair.comparison is not None
    return {
        "agree": not pair.changes if compared else None,
        "changes": [_change(change) for change in pair.changes] if compared else None,
        "reason": pair.reason or None,
    }


def _phase(phase: PhaseDraft) -> dict[str, Any]:
    """One revision of several; its text and that of the script where they were not written."""
    said: dict[str, Any] = {
        "name": phase.name,
        "path": phase.path,
        "verified": phase.proof.verified,
        "reason": phase.proof.reason or None,
        "backfill": phase.backfill,
    }
    given = {"draft": phase.draft, "script": phase.script, "sql": phase.sql and dict(phase.sql)}
    return said | {name: value for name, value in given.items() if value is not None}


def _box(file: str, box: Box) -> dict[str, Any]:
    return {
        "file": file,
        "line": box.line,
        "rule": box.rule,
        "object": box.object,
        "state": box.state,
        "reason": box.reason or None,
    }


def _change(change: Change) -> dict[str, Any]:
    before, after = before_and_after(change)
    return {
        "kind": change.key.kind,
        "action": action(change),
        "object": change.key.label,
        "before": before,
        "after": after,
    }


def _rename(decision: RenameDecision) -> dict[str, Any]:
    return {
        "kind": "label" if is_label(decision.before) else decision.before.kind,
        "from": decision.before.label,
        "to": decision.after.label,
        "accepted": decision.accepted,
        "confidence": round(decision.confidence, 4),
        "evidence": list(decision.evidence),
        "decided_by": decision.decided_by,
        "alternatives": [
            {"to": key.label, "confidence": round(chance, 4)} for key, chance in decision.alternatives
        ],
    }


def _carried(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Constraints and indexes that differ in their names alone."""
    for change in comparison.changes:
        if isinstance(change, Rename) and not is_moved(change):
            before, after = change.before.key, change.after.key
            evidence = ("the same definition",)
            yield _rename(RenameDecision(before, after, True, 1.0, evidence, "identical"))


def _finding(found: Located) -> dict[str, Any]:
    finding = found.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "object": finding.object,
        "message": finding.message,
        "remedy": finding.remedy or None,
        "certain": finding.certain,
        "evidence": _evidence(finding.evidence) if finding.evidence else None,
        "answer": finding.answer or None,
        "reason": finding.reason or None,
        "file": found.file,
        "line": found.line,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "verdict": evidence.verdict,
        "text": evidence.text,
        "count": evidence.count,
        "more": evidence.more,
        "examples": list(evidence.examples),
    }


def _skipped(skipped: Iterable[Skipped]) -> list[dict[str, str]]:
    return [{"object": item.object, "reason": item.reason} for item in skipped]
