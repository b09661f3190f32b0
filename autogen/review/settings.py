"""What a project says about rules: ``[tool.autogen.rules]`` and ``[[tool.autogen.ignore]]``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, cast

from autogen.errors import AutogenError
from autogen.plan import Finding, Ignored, Severity
from autogen.review import in_order
from autogen.review.registry import nearest, registry
from autogen.review.rule import SEVERITIES
from autogen.values import value

Set = Severity | Literal["off"]
_VALUES = (*SEVERITIES, "off")
_FIELDS = ("rule", "object", "reason")


@value(frozen=True, slots=True)
class Ignore:
    """Findings of a rule about objects whose label fits a shell pattern are left out, for a reason."""

    rule: str
    object: str
    reason: str

    def meets(self, rule: str, labels: Iterable[str]) -> bool:
        return rule == self.rule and any(fnmatchcase(label, self.object) for label in labels)


@value(frozen=True, slots=True)
class RuleSettings:
    severities: Mapping[str, Set] = field(default_factory=dict)
    ignored: tuple[Ignore, ...] = ()

    def in_force(self, rule: str) -> Set:
        return self.severities.get(rule) or registry()[rule].severity

    def silences(self, rule: str, labels: Sequence[str]) -> bool:
        """Whether a rule's findings about an object are not shown; a renamed one has two labels."""
        return self.severities.get(rule) == "off" or any(i.meets(rule, labels) for i in self.ignored)

    def judged(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Ignored, ...]]:
        """The findings that are shown, with the severity that was set, and those that are ignored.

        A severity that was set holds for every finding of the rule, also about a small or an empty table. A
        finding that is certain to make the upgrade fail keeps its own.
        """
        shown, left_out = [], []
        for finding in findings:
            severity = self.severities.get(finding.rule)
            ignore = next((i for i in self.ignored if i.meets(finding.rule, finding.about)), None)
            if severity == "off":
                continue
            if ignore is not None:
                left_out.append(Ignored(finding, ignore.reason))
            elif severity is None or finding.certain:
                shown.append(finding)
            else:
                shown.append(replace(finding, severity=severity))
        return in_order(shown), tuple(left_out)


def checked_severities(where: str, value: object) -> dict[str, Set]:
    """The table ``rules``, its ids and values checked; ``where`` begins the message."""
    if not isinstance(value, dict):
        raise AutogenError(f"{where}: 'rules' has to be a table, [tool.autogen.rules].")
    for rule, severity in value.items():
        _known(f"{where}, rules", rule)
        if severity not in _VALUES:
            raise AutogenError(
                f"{where}, rules: {rule} has to be one of {', '.join(_VALUES)}, not {severity!r}."
            )
    return cast(dict[str, Set], value)


def checked_ignores(where: str, value: object) -> tuple[Ignore, ...]:
    """The tables ``ignore``, each with a rule, an object and a reason."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise AutogenError(f"{where}: 'ignore' has to be a list of tables, [[tool.autogen.ignore]].")
    return tuple(_ignore(f"{where}, ignore {n}", item) for n, item in enumerate(value, 1))


def _ignore(where: str, item: Mapping[str, Any]) -> Ignore:
    for key in item:
        if key not in _FIELDS:
            raise AutogenError(f"{where}: there is no key {key!r}. {_meant(key, _FIELDS)}")
    for key in _FIELDS:
        if not isinstance(item.get(key), str) or not item[key].strip():
            example = {"rule": "drop-column", "object": "orders.legacy_*", "reason": "why it is fine"}[key]
            raise AutogenError(f'{where}: give {key} = "{example}".')
    _known(where, item["rule"])
    return Ignore(*(item[key].strip() for key in _FIELDS))


def _known(where: str, rule: str) -> None:
    if rule not in registry():
        raise AutogenError(f"{where}: there is no rule {rule!r}. {did_you_mean(rule)}")


def did_you_mean(rule: str) -> str:
    near = nearest(rule)
    return f"Did you mean {near!r}?" if near else "`autogen rules` lists them all."


def _meant(key: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), known, 1, 0.5)
    return f"Did you mean {near[0]!r}?" if near else f"The keys are {', '.join(known)}."
