"""A report as SARIF 2.1.0, the form in which code scanners hand on what they found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from autogen import __version__
from autogen.emit.problems import TEXTS, located
from autogen.emit.report import LEVELS, Located, Report, RuleText, detail, settled
from autogen.emit.words import shown
from autogen.plan import Finding, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_WEIGHTS: tuple[Severity, ...] = ("blocker", "high", "medium", "low")


def as_sarif(report: Report) -> str:
    """One run as indented ASCII JSON. Files are named relative to ``%SRCROOT%``; a result's fingerprint is
    made of its rule and object, so that it stays the same when lines move or figures change."""
    told = list(located(report))
    rules = sorted({found.finding.rule for found in told})
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "autogen",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(rule, report, told) for rule in rules],
                    }
                },
                "automationDetails": {"id": f"autogen/{report.command}/"},
                "invocations": [{"executionSuccessful": True}],
                "columnKind": "unicodeCodePoints",
                "results": _results(told, rules),
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _rule(rule: str, report: Report, told: Sequence[Located]) -> dict[str, Any]:
    """A rule's entry; its level is that of its gravest finding here."""
    text = TEXTS.get(rule) or report.rules(rule) or RuleText(rule.replace("-", " ").capitalize())
    gravest = min((f.finding.severity for f in told if f.finding.rule == rule), key=_WEIGHTS.index)
    entry: dict[str, Any] = {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.split("-")),
        "shortDescription": {"text": text.summary},
        "defaultConfiguration": {"level": LEVELS[gravest]},
        "properties": {"tags": ["database", "migration"]},
    }
    if text.help:
        entry["fullDescription"] = {"text": text.help.strip().split("\n\n")[0]}
        entry["help"] = {"text": text.help}
    return entry


def _results(told: Sequence[Located], rules: Sequence[str]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    results = []
    for found in told:
        mark = _fingerprint(found.finding)
        seen[mark] = seen.get(mark, 0) + 1
        results.append(_result(found, rules.index(found.finding.rule), f"{mark}:{seen[mark]}"))
    return results


def _result(found: Located, index: int, fingerprint: str) -> dict[str, Any]:
    finding = found.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(found)},
        "locations": [_location(found)],
        "partialFingerprints": {"autogen/v1": fingerprint},
        "properties": _properties(finding),
    }
    if done := settled(finding):
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": shown(done)}]
    return result


def _message(found: Located) -> str:
    about = " -> ".join(found.finding.about)
    return shown(f"{about}: {detail(found)}" if about else detail(found))


def _location(found: Located) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if found.file:
        location["physicalLocation"] = {
            "artifactLocation": {
                "uri": quote(found.file, safe="/", errors="surrogatepass"),
                "uriBaseId": "%SRCROOT%",
            },
            "region": {"startLine": found.line or 1},
        }
    if found.finding.object:
        location["logicalLocations"] = [
            {
                "fullyQualifiedName": shown(found.finding.object),
                "kind": (found.finding.kind or "object").replace("_", " "),
            }
        ]
    return location


def _properties(finding: Finding) -> dict[str, Any]:
    values: dict[str, Any] = {"severity": finding.severity}
    if finding.certain:
        values["certain"] = True
    if finding.remedy:
        values["remedy"] = finding.remedy
    if finding.evidence is not None:
        values["evidence"] = {"verdict": finding.evidence.verdict, "text": finding.evidence.text}
    return values


def _fingerprint(finding: Finding) -> str:
    named = "\0".join([finding.rule, finding.kind or "", *finding.about])
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
