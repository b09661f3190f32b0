"""What a run found, for machines. The form is documented in README and keeps its ``version``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from autogen.changes import Change, Rename, is_moved
from autogen.emit.describe import action
from autogen.emit.facts import before_and_after
from autogen.plan import Comparison, Finding, Plan, Proof, RenameDecision
from autogen.schema import Skipped, is_label

VERSION = 1


def as_json(
    plan: Plan,
    *,
    path: str | None = None,
    proof: Proof | None = None,
    draft: str | None = None,
    sql: Mapping[str, str] | None = None,
    phases: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """The comparison, its findings and what became of the draft, as indented ASCII JSON.

    ``path`` is the draft's place, None where none was written; ``proof`` is None where nothing was to be
    proven. ``draft`` (the text, where none was written) and ``sql`` appear only where they are given,
    and so do ``phases``: a mapping for each revision of a change in phases.
    """
    import json

    comparison = plan.comparison
    verdict = proof or Proof(None, "there was no draft to prove")
    document: dict[str, Any] = {
        "version": VERSION,
        "changes": [_change(change) for change in comparison.changes],
        "renames": [*map(_rename, comparison.renames), *_carried(comparison)],
        "findings": [_finding(finding) for finding in plan.findings],
        "not_compared": _skipped(comparison.not_compared),
        "notes": _skipped(comparison.notes),
        "path": path,
        "verified": verdict.verified,
        "reason": verdict.reason or None,
    }
    if draft is not None:
        document["draft"] = draft
    if sql is not None:
        document["sql"] = dict(sql)
    if phases is not None:
        document["phases"] = [dict(phase) for phase in phases]
    return json.dumps(document, indent=2) + "\n"


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


def _finding(finding: Finding) -> dict[str, str | None]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "object": finding.object,
        "message": finding.message,
        "answer": finding.answer or None,
    }


def _skipped(skipped: Iterable[Skipped]) -> list[dict[str, str]]:
    return [{"object": item.object, "reason": item.reason} for item in skipped]
