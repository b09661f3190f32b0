"""A pair is drafted as a rename: it keeps what the object holds, and code that uses the old name breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from autogen.dialects.base import Dialect
from autogen.dialects.letter_case import one_name
from autogen.plan import Finding, RenameDecision, Severity
from autogen.review.context import Context, Rule
from autogen.schema import Key, is_label

_SEVERITIES: Mapping[str, Severity] = {
    "table": "high",
    "column": "high",
    "label": "high",
    "schema": "high",
    "enum": "medium",
    "sequence": "medium",
}
_ONLY_IN = {
    "label": ("postgresql",),
    "enum": ("postgresql",),
    "sequence": ("postgresql", "mysql"),
    "schema": ("postgresql",),
}
_WORDS = {"label": "a label of an enum type", "enum": "an enum type"}
RULES = {
    kind: Rule(
        f"rename-{kind}",
        severity,
        f"{_WORDS.get(kind, f'a {kind}')} drafted as renamed",
        _ONLY_IN.get(kind, ()),
        page="rename",
    )
    for kind, severity in _SEVERITIES.items()
}
_LOST = {"table": "its rows", "column": "its values", "sequence": "its count"}


def check(context: Context) -> Iterable[Finding]:
    for decision in context.comparison.renames:
        if decision.accepted:
            yield _finding(decision, context.dialect)


def _finding(decision: RenameDecision, dialect: Dialect) -> Finding:
    before, kind = decision.before, kind_of(decision.before)
    breaks = _breaks(decision, dialect)
    if decision.open:
        message = f"{evidence(decision)}. {breaks}{_others(decision)} {_otherwise(decision, kind)}"
        answer = ""
    elif decision.decided_by == "revision":
        answer, message = "", breaks
    else:
        answer = f"answered by {decision.decided_by}"
        message = f"A{answer[1:]}. {breaks}"
    return replace(RULES[kind].finding(decision.after, message), answer=answer, was=before.label)


def _breaks(decision: RenameDecision, dialect: Dialect) -> str:
    """What becomes of code that uses the old name; a part of a table is named alone, a table with its
    schema."""
    before = decision.before
    if one_name(dialect, before, decision.after):
        return "The server takes both names for one: running code goes on."
    return f'Running code that uses "{before.name if before.table else before.label}" breaks.'


def _others(decision: RenameDecision) -> str:
    if not decision.alternatives:
        return ""
    listed = ", ".join(f"{key.label} ({percent(chance)})" for key, chance in decision.alternatives)
    return f" It may also have become {listed}."


def _otherwise(decision: RenameDecision, kind: str) -> str:
    lost = f" and delete {_LOST[kind]}" if kind in _LOST and not decision.computed else ""
    if kind == "schema":
        return 'Not a rename: renames = "never" under [tool.autogen], and autogen diff --amend'
    return f"To drop it{lost} instead: autogen diff --amend --drop {argument(decision.before)}"


def kind_of(key: Key) -> str:
    return "label" if is_label(key) else key.kind


def argument(key: Key) -> str:
    """The label as one types it in a shell."""
    import shlex

    return shlex.quote(key.label)


def evidence(decision: RenameDecision) -> str:
    """``97 %: the only column removed and the only one added``."""
    return f"{percent(decision.confidence)}: {', '.join(decision.evidence)}"


def percent(confidence: float) -> str:
    """In whole percent, and never a hundred of what nobody has said."""
    return f"{min(round(100 * confidence), 99)} %" if confidence >= 0.005 else "under 1 %"
