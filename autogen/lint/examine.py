"""One recorded revision -> its findings: the rules of the review over what it changes, as the written form
leaves them, and the rules about that form itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path

from autogen.boxes import read_boxes
from autogen.changes import Alter, Change, Create, Drop, Rename, is_moved, pairs_of
from autogen.dialects.base import Dialect
from autogen.dialects.facts import Asked, Facts
from autogen.emit.review_list import kept
from autogen.lint.history import History
from autogen.lint.loading import Gap
from autogen.lint.rebuilds import as_changed
from autogen.lint.recording import Recording, Step
from autogen.lint.result import Linted, Located
from autogen.lint.rules import BOTH_WAYS, Module, modules
from autogen.lint.rules.no_lock_timeout import locked
from autogen.lint.safe_forms import as_written
from autogen.lint.targets import Target
from autogen.lint.told import Reading, Told
from autogen.lint.written import Data
from autogen.plan import Comparison, Finding, RenameDecision, Renaming
from autogen.project.revisions import source_text
from autogen.review import review
from autogen.review.context import Context
from autogen.review.inquiry import Inquiry
from autogen.review.rule import REVISION, SEVERITIES, Rule
from autogen.review.settings import RuleSettings
from autogen.review.written import DATA_DEPENDENT, NOT_UNDERSTOOD
from autogen.schema import Dependent, Key, Kind, Pair, Schema
from autogen.values import value

_SHOWN = 80


@value(frozen=True)
class Asking:
    """What may be asked of the live database, where it stands right before the revision."""

    has_rows: Callable[[Key], bool | None] = lambda _: None
    beside: Callable[[], tuple[Dependent, ...]] = tuple
    facts: Callable[[Asked], Facts] = lambda _: Facts()
    client: Callable[[], Mapping[Key, str]] = dict
    inquiry: Callable[[Comparison], Inquiry | None] = lambda _: None


@value(frozen=True)
class Surroundings:
    """What counts for every revision. ``text`` is where settings of the connection may be made (env.py, the
    URL)."""

    asking: Asking = field(default_factory=Asking)
    text: str = ""
    settings: RuleSettings = field(default_factory=RuleSettings)


def linted(target: Target, history: History, around: Surroundings) -> Linted:
    """Everything there is to say about one revision."""
    start = history.start(target)
    up = history.run(target.path, "upgrade", start.schema)
    down = history.run(target.path, "downgrade", up.after)
    asking = around.asking if start.exact else replace(Asking(), client=around.asking.client)
    if start.live:
        asking = replace(asking, has_rows=around.asking.has_rows)
    complete = start.complete and up.before == start.schema
    comparison = comparison_of(up)
    if up.gaps or any(_changes_rows(step, start.schema) for step in up.steps):
        asking = replace(asking, inquiry=Asking().inquiry)  # the changes meet other rows than those there now
    context = Context(
        comparison,
        history.dialect,
        asking.has_rows,
        asking.beside,
        asking.inquiry(comparison),
        asking.facts,
        asking.client,
    )
    reading = Reading(up, context, complete, around.text, down)
    found = [*_of_review(reading, asking), *_of_form(reading), *_of_downgrade(down, history.dialect)]
    judged = [replace(f, finding=j) for f in found for j in around.settings.judged([f.finding])[0]]
    judged = _answered(judged, target.path)
    unseen: dict[tuple[str, int], Located] = {}
    for one in (*_unseen(up), *_unseen(down)):  # a line may serve both
        unseen.setdefault((one.finding.message, one.line), one)
    return Linted(
        target.id,
        target.path,
        start.source,
        complete,
        tuple(_sorted(judged)),
        tuple(unseen.values()),
        start.unfollowed,
    )


def _answered(found: list[Located], path: Path) -> list[Located]:
    """With what the ticked boxes of a draft settle, as for the draft itself."""
    boxes = read_boxes(source_text(path))
    if not boxes:
        return found
    settled = kept([f.finding for f in found], boxes)
    return [replace(f, finding=finding) for f, finding in zip(found, settled, strict=True)]


def _changes_rows(step: Step, start: Schema) -> bool:
    """Whether it writes to a table that was there before the revision, or may."""
    data = step.written.operation
    if not isinstance(data, Data) or not data.writes:
        return False
    made = data.verb == "insert" and all(table in step.before and table not in start for table in data.tables)
    return not (made and data.tables)


def _sorted(findings: Iterable[Located]) -> list[Located]:
    def rank(found: Located) -> tuple[int, int, str, str, str]:
        finding = found.finding
        weight = SEVERITIES.index(finding.severity)
        return (weight, found.line, finding.object, finding.rule, finding.message)

    return sorted(dict.fromkeys(findings), key=rank)


def comparison_of(recording: Recording) -> Comparison:
    """What a recording changes, as the review takes it; a rename somebody wrote is one that was decided."""
    changes = as_changed(recording)
    renames = [c for c in changes if isinstance(c, Rename) and is_moved(c)]
    own = _made_here(changes)
    pairs = _end_to_end(pairs_of(renames))
    tables = {after: before for before, after in pairs if after.kind == "table"}
    decisions = [
        RenameDecision(
            _under_old_name(before, tables), after, True, 1.0, ("the revision renames it",), "revision"
        )
        for before, after in pairs
        if before not in own and before.owner not in own
    ]
    renaming = Renaming(tuple(decisions))
    return Comparison(changes, recording.before, recording.after, renaming=renaming)


def _end_to_end(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs without names that are borne for a moment, as one of two columns that swap theirs does."""
    first: dict[Key, Key] = {}
    for before, after in pairs:
        first[after] = first.pop(before, before)
    return [(before, after) for after, before in first.items() if before != after]


def _under_old_name(part: Key, tables: Mapping[Key, Key]) -> Key:
    """A part of a table, named as before the revision where that gives the table a new name as well."""
    old = tables.get(part.owner) if part.table else None
    return part if old is None else part._replace(schema=old.schema, table=old.name)


def _made_here(changes: Iterable[Change]) -> frozenset[Key]:
    """What the revision creates, by all names it has in it: no running code uses it."""
    made: set[Key] = set()
    for change in changes:
        if isinstance(change, Create) or (isinstance(change, Rename) and change.before.key in made):
            made.add(change.key)
        elif isinstance(change, Drop):
            made.discard(change.key)
    return frozenset(made)


def _of_review(reading: Reading, asking: Asking) -> Iterator[Located]:
    up, context = reading.recording, reading.context
    reviewed = review(
        context.comparison,
        context.dialect,
        context.has_rows,
        asking.beside,
        context.inquiry,
        catalog=asking.facts,
        client=asking.client,
        failed=failing,
    )
    for finding in reviewed:
        steps = [step for step in up.steps if _concerns(finding, step)]
        told = as_written(finding, steps, reading)
        if told is not None:
            yield Located(told, up.path, line_of(finding, reading))


def _of_form(reading: Reading) -> Iterator[Located]:
    recording, back = reading.recording, reading.back
    for module in modules(reading.context.dialect):
        for finding, line in _told(module, reading):
            downwards = back is not None and not back.missing and line == back.first_line
            yield Located(finding, recording.path, line, "downgrade" if downwards else "upgrade")


def _told(module: Module, reading: Reading) -> list[Told]:
    """What a rule finds, or that it fails: one rule's fault hides nothing that the others find."""
    try:
        return list(module.check(reading))
    except Exception as error:
        return [(failing(module.RULE, error), reading.recording.first_line)]


def failing(rule: Rule, error: Exception) -> Finding:
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = f"autogen's rule {rule.id} fails on this revision ({said}): what it looks for is not seen."
    return NOT_UNDERSTOOD.about_revision(message, "medium", "Report this.")


def _of_downgrade(down: Recording, dialect: Dialect) -> Iterator[Located]:
    """What makes a downgrade fail by the way it is written; the rest of it is judged by where it leads."""
    reading = Reading(down, Context(comparison_of(down), dialect, lambda _: None))
    for module in modules(dialect):
        if module in BOTH_WAYS:
            for finding, line in _told(module, reading):
                yield Located(finding, down.path, line, "downgrade")


def _unseen(recording: Recording) -> Iterator[Located]:
    """Statements that were not understood and code that was not seen, as findings that fail nothing; but an
    upgrade that stops half-way is not known well enough to be called fine."""
    upwards = recording.direction == "upgrade"
    for gap in recording.gaps:
        if upwards or gap.text != "NotImplementedError":
            grave = upwards and gap.grave
            finding = NOT_UNDERSTOOD.about_revision(_words(gap), "medium" if grave else "low")
            yield Located(finding, recording.path, gap.line or recording.first_line, recording.direction)
    for line in recording.asks:
        message = "Asks the database: what it does with an answer was seen for an empty one alone."
        yield Located(DATA_DEPENDENT.about_revision(message), recording.path, line, recording.direction)


def _words(gap: Gap) -> str:
    text = " ".join(gap.text.split())
    text = f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text
    why = f"{gap.why[:1].upper()}{gap.why[1:]}" if not text else gap.why
    return f"{text}: {why}." if text else f"{why}."


# -- where a finding belongs ------------------------------------------------------------------------------


def _place(key: Key) -> tuple[Kind, str]:
    return key.kind, key.label


def _concerns(finding: Finding, step: Step) -> bool:
    for change in step.changes:
        keys = [change.key, *([change.before.key] if isinstance(change, Alter | Rename) else [])]
        if any(_place(key) == (finding.kind, finding.object) for key in keys):
            return True
    return False


def line_of(finding: Finding, reading: Reading) -> int:
    """The line that a finding of the review is about; of the function where no statement is."""
    recording = reading.recording
    if finding.object == REVISION:
        first = next((step for step in recording.steps if locked(step, reading)), None)
        return first.written.line if first else recording.first_line
    drops = finding.rule.startswith(("drop-", "probable-"))
    nearest = 0
    for step in recording.steps:
        for change in step.changes:
            mine = _place(change.key) == (finding.kind, finding.object)
            label = change.key.kind == "enum" and finding.object.startswith(f"{change.key.label}.")
            aside = finding.rule == "set-not-null" and not isinstance(change, Alter)  # where it was added
            if (mine or label) and isinstance(change, Drop) == drops and not aside:
                return step.written.line
            near = mine or label or change.key.owner.label == finding.object
            if near and (not nearest or isinstance(change, Create)):
                nearest = nearest or step.written.line
    return nearest or recording.first_line
