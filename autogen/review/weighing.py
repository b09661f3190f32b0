"""A finding weighed by what the rows say."""

from __future__ import annotations

from dataclasses import replace

from autogen.plan import Evidence, Finding, Severity, Verdict

GRAVEST: tuple[Verdict, ...] = ("violated", "unknown", "none in sample", "clean")
_FAILS = "this upgrade will fail"


def weighed(
    finding: Finding,
    evidence: Evidence | None,
    *,
    fails: bool = True,
    clean: Severity = "medium",
    settled: str | None = None,
) -> Finding:
    """The finding with its evidence.

    Rows that the upgrade ``fails`` on make it a certain blocker. Where all rows were read and are ``clean``
    it weighs less, and stays: rows may come until the upgrade runs, and the table is read or rewritten then.
    ``settled`` is the remedy that is left to give in that case.
    """
    if evidence is None:
        return finding
    if evidence.verdict == "violated" and fails:
        told = replace(evidence, text=f"{evidence.text}: {_FAILS}")
        return replace(finding, severity="blocker", evidence=told, certain=True)
    if evidence.verdict == "clean":
        remedy = finding.remedy if settled is None else settled
        return replace(finding, severity=clean, evidence=evidence, remedy=remedy)
    return replace(finding, evidence=evidence)
