"""Findings of the review that the form of the statements takes away, or makes lighter.

The review knows what changes; how it is written says whether anybody has to wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from alembic.operations.ops import AddColumnOp, CreateIndexOp

from autogen.changes import Alter, Create
from autogen.lint.meaning import UNKNOWN_TYPE
from autogen.lint.recording import Step
from autogen.lint.told import Reading, flag
from autogen.lint.written import Beside, UsingIndex, Validate
from autogen.plan import Finding
from autogen.schema import Check, Column

_ADVICE = re.compile(r"[;.]? ?(?:to keep them: |To drop it[^:]*: |Not a rename: )autogen diff .*$", re.S)


def as_written(finding: Finding, steps: Sequence[Step], reading: Reading) -> Finding | None:
    """The finding as it concerns these statements, those that make the change it is about; None where their
    form takes it away."""
    for safe in _SAFE.get(finding.rule, ()):
        if safe(finding, steps, reading):
            return None
    if finding.rule in ("add-fk", "add-check") and any(_is(step, Validate) for step in steps):
        message = (
            "Rows that are there are checked now: the statement fails while one violates it, and may be run "
            "again. Nothing else is lost by that."
        )
        return replace(finding, severity="low", message=message, remedy="")
    message = _ADVICE.sub(".", finding.message).replace("As drafted", "As written")
    remedy = "" if "autogen diff" in finding.remedy else finding.remedy.replace("Draft ", "Put ")
    return replace(finding, message=_known(message), remedy=_known(remedy))


def _known(words: str) -> str:
    """A type that nobody knows has no name."""
    return words.replace(f"before {UNKNOWN_TYPE} becomes", "before the type it has becomes")


def _is(step: Step, *kinds: type) -> bool:
    return isinstance(step.written.operation, kinds)


def _concurrent(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    made = [step.written.operation for step in steps if _is(step, CreateIndexOp)]
    return bool(made) and all(flag(operation, "postgresql_concurrently") for operation in made)


def _inline(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """Whether it came along with its column, of which add-column-inline tells."""
    dialects = ("postgresql",)
    return (
        bool(steps) and all(_is(s, AddColumnOp) for s in steps) and reading.context.dialect.is_among(dialects)
    )


def _using_index(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """Whether the index was built before, and was told of then."""
    return any(_is(step, UsingIndex) for step in steps)


def _keyed_by_index(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """A primary key over a built index: nothing is read where its columns are NOT NULL already."""
    nullable = any(isinstance(change, Alter) for step in steps for change in step.changes)
    return _using_index(finding, steps, reading) and not nullable


def _validated_apart(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """VALIDATE lets reads and writes go on; what a transaction around it holds, validate-same-tx tells."""
    plain = [
        step
        for step in steps
        for change in step.changes
        if isinstance(change, Create) and getattr(change.after, "validated", True)
    ]
    return not plain and any(_is(step, Validate) for step in steps)


def _proven_not_null(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """Whether a validated check says so already: the server then reads no row, and nothing can fail."""
    return any(_proven(step) for step in steps)


def _proven(step: Step) -> bool:
    for change in step.changes:
        if isinstance(change, Alter) and isinstance(change.after, Column) and not change.after.nullable:
            wanted = f"{change.after.name} is not null".lower()
            parts = step.before.parts(change.key.owner)
            checks = [p.expression for p in parts if isinstance(p, Check) and p.validated]
            if any(text.lower().replace('"', "").strip("() ") == wanted for text in checks):
                return True
    return False


def _commits_between(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    return any(step.written.autocommit for step in reading.steps)


def _followed_by(words: str) -> Callable[[Finding, Sequence[Step], Reading], bool]:
    def says_so(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
        return any(
            isinstance(s.written.operation, Beside) and s.written.operation.words.startswith(words)
            for s in reading.steps
        )

    return says_so


def _no_way_back(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """What a derived downgrade would do is of no concern where the written one does not do it."""
    return finding.kind == "enum" or reading.back is None or not reading.back.steps


def _always(finding: Finding, steps: Sequence[Step], reading: Reading) -> bool:
    """Where a rule about the written form says more."""
    return True


Safe = Callable[[Finding, Sequence[Step], Reading], bool]
_SAFE: dict[str, tuple[Safe, ...]] = {
    "index-not-concurrent": (_concurrent, _inline),
    "add-unique": (_using_index,),
    "add-unique-lock": (_using_index, _concurrent, _inline),
    "add-pk-lock": (_keyed_by_index,),
    "add-fk-lock": (_validated_apart, _inline),
    "add-check-lock": (_validated_apart, _inline),
    "set-not-null": (_proven_not_null,),
    "set-not-null-lock": (_proven_not_null,),
    "no-lock-timeout": (_always,),
    "work-after-ael": (_commits_between,),
    "type-drops-stats": (_followed_by("ANALYZE"),),
    "serial-stays-int": (_followed_by("ALTER SEQUENCE"),),
    "irreversible-downgrade": (_no_way_back,),
    "enum-add-value": (_always,),
}
