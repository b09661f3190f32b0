"""What a rule is, apart from what it looks for."""

from __future__ import annotations

from autogen.plan import Finding, Severity
from autogen.schema import Key
from autogen.values import value

SEVERITIES: tuple[Severity, ...] = ("blocker", "high", "medium", "low")
"""The gravest first."""
REVISION = "(revision)"
"""The object of a finding about the revision as a whole."""


@value(frozen=True, slots=True)
class Rule:
    """The stable name of a rule and how much its findings weigh.

    ``summary`` says in a line what it fires on. ``dialects`` are names as in ``Dialect.name``, none for every
    database. ``drafted`` are those whose drafts are written in the safe form where tables are changed online.
    ``page`` is the explanation, where several rules share one.
    """

    id: str
    severity: Severity
    summary: str = ""
    dialects: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    page: str = ""

    def finding(self, key: Key, message: str, severity: Severity | None = None, remedy: str = "") -> Finding:
        return Finding(self.id, severity or self.severity, key.label, message, key.kind, remedy=remedy)

    def about_revision(self, message: str, severity: Severity | None = None, remedy: str = "") -> Finding:
        return Finding(self.id, severity or self.severity, REVISION, message, remedy=remedy)
