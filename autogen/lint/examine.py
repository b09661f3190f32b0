"""One recorded revision -> its findings: the rules of the review over what it changes, and those over how it is
written. Where a rule about the written form has an id, it alone speaks of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from autogen.changes import Alter, Create, Drop, Rename, is_moved, pairs_of
from autogen.dialects.base import Dialect
from autogen.dialects.facts import Asked, Facts
from autogen.lint.history import History
from autogen.lint.recording import Direction, Recording, Step
from autogen.lint.result import Linted, Located, Unseen
from autogen.lint.rules import concurrent_in_tx, modules, registry
from autogen.lint.targets import Target
from autogen.lint.told import Reading
from autogen.lint.written import UsingIndex, Validate
from autogen.plan import Comparison, Finding, RenameDecision, Renaming
from autogen.review import SEVERITIES, review
from autogen.review.context import Context
from autogen.schema import Check, Column, Dependent, Key, Kind

_ADVICE = re.compile(r"[;.]? ?(?:to keep them: |To drop it[^:]*: |Not a rename: )autogen diff .*$", re.S)
_CREATED_BY = ("add-unique", "add-pk")
_VALIDATED_LATER = ("add-fk", "add-check")


@dataclass(frozen=True)
class Asking:
    """What may be asked of the live database, where it stands right before the revision."""

    has_rows: Callable[[Key], bool | None] = lambda _: None
    beside: Callable[[], tuple[Dependent, ...]] = tuple
    facts: Callable[[Asked], Facts] = lambda _: Facts()
    client: Callable[[], Mapping[Key, str]] = dict


def linted(target: Target, history: History, live: Asking, surroundings: str = "") -> Linted:
    """Everything there is to say about one revision."""
    start = history.start(target)
    up = history.run(target.path, "upgrade", start.schema)
    down = history.run(target.path, "downgrade", up.after)
    asking = live if start.exact else replace(Asking(), client=live.client)
    complete = start.complete and up.before == start.schema
    findings = [
        *_of_upgrade(up, down, history.dialect, asking, complete, surroundings),
        *_of_downgrade(down, history.dialect),
    ]
    return Linted(
        target.id,
        target.path,
        start.source,
        complete,
        len(up.steps) + len(up.gaps),
        tuple(_sorted(findings)),
        tuple(_unseen(up, down)),
        up.asks,
        start.unfollowed,
    )


def _unseen(*recordings: Recording) -> Iterator[Unseen]:
    for recording in recordings:
        for gap in recording.gaps:
            if gap.text != "NotImplementedError" or recording.direction == "upgrade":
                yield Unseen(recording.path, recording.direction, gap)


def _sorted(findings: Iterable[Located]) -> list[Located]:
    def rank(found: Located) -> tuple[object, ...]:
        finding = found.finding
        return (SEVERITIES.index(finding.severity), found.line, finding.object, finding.rule, finding.message)

    return sorted(dict.fromkeys(findings), key=rank)  # type: ignore[arg-type]


def comparison_of(recording: Recording) -> Comparison:
    """What a recording changes, as the review takes it; a rename somebody wrote is one that was decided."""
    renames = [c for c in recording.changes if isinstance(c, Rename) and is_moved(c)]
    decisions = [
        RenameDecision(before, after, True, 1.0, ("the revision renames it",), "revision")
        for before, after in pairs_of(renames)
    ]
    return Comparison(
        recording.changes, recording.before, recording.after, renaming=Renaming(tuple(decisions))
    )


def _of_upgrade(
    up: Recording, down: Recording, dialect: Dialect, asking: Asking, complete: bool, surroundings: str
) -> Iterator[Located]:
    comparison = comparison_of(up)
    context = Context(comparison, dialect, asking.has_rows, asking.beside, asking.facts, asking.client)
    reviewed = review(
        comparison, dialect, context.has_rows, asking.beside, ask=asking.facts, client=asking.client
    )
    for finding in reviewed:
        told = None if finding.rule in registry() else _as_written(finding, up)
        if told is not None:
            yield Located(told, up.path, line_of(finding, up))
    reading = Reading(up, context, complete, surroundings, down)
    for module in modules(dialect):
        for finding, line in module.check(reading):
            yield Located(finding, up.path, line or up.first_line, _direction(line, up, down))


def _direction(line: int, up: Recording, down: Recording) -> Direction:
    return "downgrade" if down.first_line == line != up.first_line else "upgrade"


def _of_downgrade(down: Recording, dialect: Dialect) -> Iterator[Located]:
    """What makes a downgrade fail by the way it is written; the rest of it is judged by where it leads."""
    if not any(module.RULE.id == concurrent_in_tx.RULE.id for module in modules(dialect)):
        return
    context = Context(comparison_of(down), dialect, lambda _: None)
    for finding, line in concurrent_in_tx.check(Reading(down, context)):
        yield Located(finding, down.path, line, "downgrade")


# -- findings of the review, as they concern what a person wrote -------------------------------------------


def _as_written(finding: Finding, up: Recording) -> Finding | None:
    """The finding without advice about drafts, and weighed by the form that was written; None where that
    form takes it away."""
    steps = [step for step in up.steps if _concerns(finding, step)]
    operations = [step.written.operation for step in steps]
    if finding.rule in _CREATED_BY and any(isinstance(o, UsingIndex) and not o.primary for o in operations):
        return None  # what it says is said of the index
    if finding.rule == "set-not-null" and any(_proven_not_null(finding, step) for step in steps):
        return None
    if finding.rule in _VALIDATED_LATER and any(isinstance(o, Validate) for o in operations):
        message = (
            "Rows that are there are checked now: this statement fails while one violates it, and may be "
            "repeated. Reads and writes go on meanwhile."
        )
        return replace(finding, severity="low", message=message, remedy="")
    return replace(finding, message=_ADVICE.sub(".", finding.message).replace("As drafted", "As written"))


def _concerns(finding: Finding, step: Step) -> bool:
    return any(_place(key) == (finding.kind, finding.object) for key in _keys(step))


def _place(key: Key) -> tuple[Kind, str]:
    return key.kind, key.label


def _keys(step: Step) -> Iterator[Key]:
    for change in step.changes:
        yield change.key
        if isinstance(change, Alter | Rename):
            yield change.before.key


def _proven_not_null(finding: Finding, step: Step) -> bool:
    """Whether a validated check says so already: the server then scans nothing, and nothing can fail."""
    for change in step.changes:
        if isinstance(change, Alter) and isinstance(change.after, Column) and not change.after.nullable:
            wanted = f"{change.after.name} is not null"
            parts = step.before.parts(change.key.owner)
            checks = [p.expression for p in parts if isinstance(p, Check) and p.validated]
            if any(text.lower().replace('"', "").strip("() ") == wanted.lower() for text in checks):
                return True
    return False


def line_of(finding: Finding, recording: Recording) -> int:
    """The line that a finding of the review is about; that of the function where no statement is."""
    drops = finding.rule.startswith(("drop-", "probable-"))
    best = 0
    for step in recording.steps:
        for change in step.changes:
            mine = _place(change.key) == (finding.kind, finding.object)
            label = finding.kind in ("enum", None) and finding.object.startswith(change.key.label)
            if (mine or label) and isinstance(change, Drop) == drops:
                return step.written.line
            near = mine or label or change.key.owner.label == finding.object
            if near and (not best or isinstance(change, Create)):
                best = best or step.written.line
    return best or recording.first_line
