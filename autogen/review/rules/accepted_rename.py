"""A pair is drafted as a rename: it keeps what the object holds, unless the two are not the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.plan import Finding, RenameDecision
from autogen.review.context import Context, Rule
from autogen.schema.renaming import is_label

RULE = Rule("accepted-rename", "medium")
_SURE = 0.9
_ALTERNATIVE = {
    "table": "drop {old}, whose rows are then deleted, and create {new}",
    "column": "drop {old}, whose values are then deleted, and add {new}",
    "label": "remove the label {old} from the type and add {new}",
    "enum": "drop {old} and create {new}",
    "sequence": "drop {old}, whose count is then lost, and create {new}",
    "schema": "leave {old} as it is and create {new}",
}


def check(context: Context) -> Iterable[Finding]:
    for decision in context.comparison.renames:
        if decision.accepted:
            yield _finding(decision)


def _finding(decision: RenameDecision) -> Finding:
    before, after = decision.before, decision.after
    kind = "label" if is_label(before) else before.kind
    old = before.name if kind in ("column", "label") else before.label
    instead = _ALTERNATIVE[kind].format(old=old, new=after.name if old == before.name else after.label)
    if decision.answered:
        said = f"A rename of {old}: answered by {decision.decided_by}."
        finding = RULE.finding(after, said, "low")
        return replace(finding, answer=f"answered by {decision.decided_by}")
    message = (
        f"Drafted as a rename of {old}, {percent(decision.confidence)} sure. "
        f"{evidence(decision)}. If it is not the same {kind}, {instead}, in both functions."
        f"{_others(decision)}"
    )
    return RULE.finding(after, message, "medium" if decision.confidence >= _SURE else "high")


def _others(decision: RenameDecision) -> str:
    if not decision.alternatives:
        return ""
    listed = ", ".join(f"{key.label} ({percent(chance)})" for key, chance in decision.alternatives)
    return f" It may also have become {listed}."


def evidence(decision: RenameDecision) -> str:
    """The words of the evidence as a sentence, without its full stop."""
    said = ", ".join(decision.evidence)
    return said[:1].upper() + said[1:]


def percent(confidence: float) -> str:
    return f"{round(100 * confidence)} %"
