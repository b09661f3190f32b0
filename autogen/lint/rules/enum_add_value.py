"""A label is added to an enum type: where it goes, and that its own transaction cannot use it."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told
from autogen.lint.written import LabelAdded
from autogen.plan import Finding, Severity
from autogen.review.rules.enum_add_value import RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, added in reading.of(LabelAdded):
        parts: list[str] = []
        remedies: list[str] = []
        severity: Severity = "low"
        if not step.written.autocommit:
            used = _used_later(reading, step, added.label)
            severity = "blocker" if used else "medium"
            where = f", and line {used.written.line} does: the upgrade fails" if used else ""
            parts.append(f"The transaction that adds a label cannot use it{where}.")
            remedies.append("Add it in op.get_context().autocommit_block(), with IF NOT EXISTS.")
        if not added.place:
            parts.append("It comes last in the type's order.")
            remedies.append("BEFORE or AFTER says where it belongs.")
        parts.append("downgrade() cannot take a label away; code that reads it must know it.")
        label = f"{added.enum.label}.{added.label}"
        message, remedy = " ".join(parts), " ".join(remedies)
        yield Finding(RULE.id, severity, label, message, "enum", remedy=remedy), step.written.line


def _used_later(reading: Reading, step: Step, label: str) -> Step | None:
    quoted = "'" + label.replace("'", "''") + "'"
    for later in reading.steps:
        if later.written.number <= step.written.number or not reading.together(step, later):
            continue
        if later.written.operation is not step.written.operation and quoted in _text(later):
            return later
    return None


def _text(step: Step) -> str:
    """SQL in which a label may be used."""
    objects = [o for change in step.changes if (o := getattr(change, "after", None)) is not None]
    fields = ("default", "expression", "predicate")
    defaults = [str(getattr(o, name, None) or "") for o in objects for name in fields]
    return " ".join([step.written.sql, *defaults])
