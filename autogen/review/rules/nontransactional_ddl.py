"""Several statements, each of which is committed at once."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule

RULE = Rule(
    "nontransactional-ddl",
    "medium",
    "several statements that are committed one by one, of which one may fail",
    dialects=("mysql",),
)
_MAY_FAIL = (
    "add-not-null-no-default",
    "set-not-null",
    "add-unique",
    "add-pk",
    "add-fk",
    "add-check",
    "type-lossy",
    "type-clash",
    "fk-type-mismatch",
)


def check(context: Context) -> Iterable[Finding]:
    failing = {
        f.object: f
        for f in context.found
        if f.rule in _MAY_FAIL and not (f.evidence and f.evidence.verdict == "clean")
    }
    if failing and len(context.comparison.changes) > 1:
        named = sorted(failing)
        listed = ", ".join(named[:3]) + (" …" if len(named) > 3 else "")
        yield RULE.about_revision(
            f"Each statement is committed at once: where {listed} fails, what stands before it stays, and "
            "the revision cannot be run again as it is.",
            remedy="Draft what may fail in a revision of its own.",
        )
