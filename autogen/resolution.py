"""Renames resolved: found, decided, applied to the current schema before the comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.answers import Answers, Wishes, answers_ahead
from autogen.changes import MOVED, Change, Create, Rename, pairs_of, parted
from autogen.clues import Clues, clues
from autogen.compare import comparable, compare
from autogen.declare import hints
from autogen.dialects.base import Dialect, Scope, ScratchUnavailable
from autogen.plan import Comparison, RenameDecision, Renaming
from autogen.schema import Dependent, EnumType, Key, Namespace, Schema
from autogen.schema.renaming import NewNames, Pair, enum_of, is_label

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.prove.scratch import Scratch
    from autogen.renames import RenameCandidate

ASKED = 0.1
"""Pairs below that are not worth a question."""


def decided(
    current: Schema, desired: Schema, dialect: Dialect, metadatas: Sequence[MetaData], wishes: Wishes
) -> Renaming:
    """The pairs that look like renames and what is made of them; none where nothing is missing on one side
    or the other. Where somebody can be asked, each answer is looked at together with all others."""
    unmatched = _unmatched(current, desired) & _unmatched(desired, current)
    if not (wishes.renames or wishes.drops or unmatched):
        return Renaming()
    live, wanted = comparable(current, desired, dialect)
    answers = answers_ahead(wishes, live, wanted, dialect.default_schema)
    clued = clues(live, wanted, metadatas, dialect, wishes.edits)
    finder = _Finder(live, wanted, dialect, hints(metadatas, dialect), clued, wishes)
    while True:
        decisions = finder.decisions(answers)
        open_ = _question(decisions, answers) if wishes.ask else None
        if open_ is None or wishes.ask is None:
            return Renaming(decisions, answers.all_dropped(decisions))
        answers = answers.given((open_.before, open_.after), wishes.ask(open_))


class _Finder:
    """What the detector says, after what was said."""

    def __init__(
        self,
        live: Schema,
        wanted: Schema,
        dialect: Dialect,
        hinted: Mapping[Key, tuple[str, ...]],
        clued: Clues,
        wishes: Wishes,
    ) -> None:
        self._live, self._wanted, self._dialect = live, wanted, dialect
        self._hints, self._clues, self._never = hinted, clued, wishes.mode == "never"
        self._seen: dict[Pair, RenameDecision] = {}

    def decisions(self, answers: Answers) -> tuple[RenameDecision, ...]:
        """Every answered pair, and of the others those that the answers leave possible."""
        from autogen.renames import Evidence, detect

        if answers.dropped and not self._seen:
            self.decisions(replace(answers, dropped={}))
        said = {a: (_in_words(b),) for b, a in answers.renamed if not is_label(b)}
        evidence = Evidence(
            {**self._hints, **said},
            self._clues.attribute_kept,
            self._clues.edited_in_place,
            frozenset(answers.refused),
        )
        found = {
            (b, a): RenameDecision(b, a, True, 1.0, ("answered",), by)
            for (b, a), by in answers.renamed.items()
        }
        answered = {key for pair in answers.renamed for key in pair}
        candidates = detect(_without(self._live, answers.dropped), self._wanted, evidence)
        for candidate in candidates:
            pair = candidate.before, candidate.after
            if candidate.before.kind in MOVED and answered.isdisjoint(pair):
                found[pair] = self._judged(candidate)
        self._seen = {**found, **self._seen}
        for pair, decision in self._seen.items():
            said_so = answers.refused.get(pair) or answers.dropped.get(pair[0])
            if said_so and answered.isdisjoint(pair):
                found[pair] = replace(decision, accepted=False, decided_by=said_so)
        ordered = sorted(found.values(), key=lambda decision: (decision.before, decision.after))
        return tuple(_with_their_owners(ordered))

    def _judged(self, candidate: RenameCandidate) -> RenameDecision:
        from autogen.renames import ACCEPTED

        before, after = candidate.before, candidate.after
        impossible = self._dialect.cannot_rename(before, after)
        likely = candidate.decided_by == "hint" or (candidate.confidence >= ACCEPTED and not self._never)
        return RenameDecision(
            before,
            after,
            likely and impossible is None,
            candidate.confidence,
            (*candidate.evidence, *((impossible,) if impossible else ())),
            candidate.decided_by,
            tuple((other.after, other.confidence) for other in candidate.alternatives),
        )


def stale_hints(
    metadatas: Sequence[MetaData], dialect: Dialect, changes: Iterable[Change]
) -> tuple[Key, ...]:
    """The objects of the models whose hints speak of no rename that is left: they may be deleted."""
    used = {change.after.key for change in changes if isinstance(change, Rename)}
    return tuple(sorted(key for key in hints(metadatas, dialect) if key not in used))


def _question(decisions: Iterable[RenameDecision], answers: Answers) -> RenameDecision | None:
    """The surest pair that is open; parts of a table come after the table."""
    open_ = [d for d in decisions if d.open and (d.before, d.after) not in answers.skipped]
    worth = [d for d in open_ if d.confidence >= ASKED]
    owners = {d.before for d in worth if d.before.kind == "table" or d.before.kind == "enum"}
    return min(worth, key=lambda d: (_owner(d.before) in owners, -d.confidence, d.before), default=None)


def _owner(key: Key) -> Key | None:
    if is_label(key):
        return enum_of(key)
    return key.owner if key.table else None


def _without(schema: Schema, dropped: Collection[Key]) -> Schema:
    """The schema without objects that nothing succeeds, and their parts."""
    if not dropped:
        return schema
    gone = [o.key for o in schema if o.key in dropped or (o.key.table and o.key.owner in dropped)]
    return schema.replace(remove=gone)


def _in_words(key: Key) -> str:
    """An old name as a hint states it."""
    return key.label if key.kind == "table" else key.name


def _with_their_owners(decisions: Iterable[RenameDecision]) -> Iterator[RenameDecision]:
    """The decisions about what the accepted ones leave possible: a column does not become one of a table that
    its own does not become, nor a label one of another type."""
    decisions = list(decisions)
    accepted = {d.before: d.after for d in decisions if d.accepted}
    schema_too = any(key.kind == "schema" for key in accepted)
    for decision in decisions:
        before, after = _owner(decision.before), _owner(decision.after)
        if before is None or schema_too or accepted.get(before, before) == after:
            yield decision


def _unmatched(one: Schema, other: Schema) -> set[str]:
    """The kinds of which ``one`` has objects that ``other`` has not; labels count where they differ."""
    missing: set[str] = {key.kind for key in one.by_key.keys() - other.by_key.keys() if key.kind in MOVED}
    twins = ((enum, other.get(enum.key)) for enum in one.of_kind(EnumType))
    return missing | {"label" for enum, twin in twins if twin is not None and twin != enum}


def compared(
    current: Schema,
    desired: Schema,
    renaming: Renaming,
    dialect: Dialect,
    scratch: Scratch,
) -> Comparison:
    """The comparison after the accepted renames, which come first among its changes."""
    pairs = [(d.before, d.after) for d in renaming.decisions if d.accepted]
    if not pairs:
        return replace(compare(current, desired, dialect, scratch), renaming=renaming)
    names = NewNames.of(current, [*pairs, *dialect.follow(current, desired, pairs)])
    moved = [(o, names.renamed(o, dialect.in_new_names)) for o in current]
    middle = Schema((new for _, new in moved), current.skipped)
    comparison = compare(middle, desired, dialect, scratch)
    left = comparison.before
    before = current.replace(remove=[old.key for old, new in moved if new.key not in left])
    subjects = dict.fromkeys(enum_of(b) if is_label(b) else b for b, _ in pairs)
    renames = [Rename(before.by_key[b], left.by_key[names.key(b)]) for b in subjects]
    schemas = [c for c in comparison.changes if isinstance(c, Create) and isinstance(c.after, Namespace)]
    rest: list[Change] = [c for c in comparison.changes if c not in schemas]
    return replace(
        comparison,
        changes=(*schemas, *renames, *rest),
        before=before,
        renaming=renaming,
    )


Dependents = tuple[Dependent, ...]


def restated(
    comparison: Comparison, dialect: Dialect, scope: Scope, scratch: Scratch
) -> tuple[Dependents, Dependents]:
    """What lives beside the live tables, as the upgrade and as the downgrade need it.

    A view that has to step aside is dropped under the names of the start and created again under those of the
    end. Where renames come with other changes, the server is asked on a scratch database how it words it all
    after the renames.
    """
    live = scratch.dependents
    parts = parted(comparison.changes)
    if not (live and parts.renames and parts.rest and dialect.restates_dependents):
        return live, live
    try:
        after = _after_renames(comparison, dialect, scope, scratch)
    except ScratchUnavailable:
        return live, live
    names = NewNames.of(comparison.before, pairs_of(parts.renames))
    found = {d.identity: d for d in after}
    pairs = [(d, found.get(_renamed(d, names).identity, d)) for d in live]
    return (
        tuple(replace(old, create=new.create) for old, new in pairs),
        tuple(replace(old, drop=new.drop) for old, new in pairs),
    )


def _renamed(dependent: Dependent, names: NewNames) -> Dependent:
    """The dependent with the new name of its table or of the column or type that bears its name."""
    if dependent.table:
        table = names.table(Key("table", dependent.schema, "", dependent.table))
        return replace(dependent, schema=table.schema, table=table.name)
    return replace(dependent, schema=names.schemas.get(dependent.schema, dependent.schema))


def _after_renames(
    comparison: Comparison, dialect: Dialect, scope: Scope, scratch: Scratch
) -> tuple[Dependent, ...]:
    """The dependents of a scratch copy of the live database on which the renames were run."""
    from autogen.emit.layout import body, imports
    from autogen.prove.run import DraftFailed, run_draft

    parts = parted(comparison.changes)
    middle = NewNames.of(comparison.before, pairs_of(parts.renames))
    after = Schema(middle.renamed(o, dialect.in_new_names) for o in comparison.before)
    steps = dialect.steps((*parts.first, *parts.renames), comparison.before, after)
    lines = imports({"from alembic import op"}.union(*(s.code.imports for s in steps)), frozenset())
    with scratch.open() as connection:
        dialect.rebuild(connection, scratch.blueprint)
        try:
            run_draft(f"{lines}\n\ndef upgrade():\n{body(steps, 100, False)}\n", "upgrade", connection)
        except DraftFailed as error:
            raise ScratchUnavailable(str(error)) from error
        return dialect.dependents(connection, dialect.introspect(connection, scope))
