"""What is made of each pair that looks like a rename: answers first, then hints, then what is likely."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.answers import Answers, answers_ahead, owner
from autogen.changes import MOVED
from autogen.clues import Clues, clues
from autogen.declare.hints import hints
from autogen.dialects.base import Dialect
from autogen.dialects.letter_case import one_name, spelled
from autogen.errors import AutogenError
from autogen.plan import RenameDecision, Renaming
from autogen.renames import ACCEPTED, Evidence, RenameCandidate, detect
from autogen.renames.hints import contested
from autogen.schema import Column, Key, Pair, Schema
from autogen.schema.renaming import NewNames
from autogen.wishes import Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData

ASKED = 0.1
"""Pairs below that are not worth a question."""


def decisions(
    live: Schema, wanted: Schema, dialect: Dialect, metadatas: Sequence[MetaData], wishes: Wishes
) -> Renaming:
    """The pairs of two comparable schemas. Where somebody can be asked, each answer is looked at together
    with all others."""
    answers = answers_ahead(wishes, live, wanted, dialect)
    clued = clues(live, wanted, metadatas, dialect, wishes.edits)
    stated = hints(metadatas, dialect)
    hinted = spelled(stated, wanted, dialect.folded) if stated else {}
    finder = _Finder(
        live, wanted, dialect, {hinted[key]: names for key, names in stated.items()}, clued, wishes
    )
    while True:
        decisions = finder.decisions(answers)
        open_ = _question(decisions, answers) if wishes.ask else None
        if open_ is None or wishes.ask is None:
            return Renaming(decisions, tuple(sorted(answers.dropped.items())))
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
        if answers.dropped and not self._seen:
            self.decisions(replace(answers, dropped={}))
        found = {
            (b, a): RenameDecision(b, a, True, 1.0, ("answered",), by)
            for (b, a), by in answers.renamed.items()
        }
        answered = {key for pair in answers.renamed for key in pair}
        for candidate in self._detected(answers):
            pair = candidate.before, candidate.after
            if candidate.before.kind in MOVED and answered.isdisjoint(pair):
                found[pair] = self._judged(candidate)
                if pair in self._seen:
                    found[pair] = replace(found[pair], at_first=self._seen[pair].confidence)
        self._seen = {**found, **self._seen}
        for pair, decision in self._seen.items():
            said_so = answers.dropped.get(pair[0])
            if said_so and answered.isdisjoint(pair):
                found[pair] = replace(decision, accepted=False, decided_by=said_so)
        ordered = sorted(found.values(), key=lambda decision: (decision.before, decision.after))
        return tuple(_with_their_owners(ordered))

    def _detected(self, answers: Answers) -> Iterator[RenameCandidate]:
        """What the detector finds once the answers hold, by the keys that the database has now."""
        names = NewNames.of(self._live, answers.renamed)
        moved = [(o.key, names.renamed(o, self._dialect.in_new_names)) for o in self._live]
        back = {new.key: old for old, new in moved} | {new: old for old, new in names.label_keys(self._live)}
        now = {old: new for new, old in back.items()}

        def after_answers(pairs: Iterable[Pair]) -> frozenset[Pair]:
            return frozenset((now.get(before, before), after) for before, after in pairs)

        evidence = Evidence(
            self._hints,
            after_answers(self._clues.attribute_kept),
            after_answers(self._clues.edited_in_place),
        )
        live = Schema((new for _, new in moved), self._live.skipped)
        left = _without(live, {now.get(key, key) for key in answers.dropped})
        candidates = detect(left, self._wanted, evidence)
        if self._hints:
            _told_apart(left, self._wanted, evidence, candidates)
        for candidate in candidates:
            if not one_name(self._dialect, candidate.before, candidate.after):
                yield replace(candidate, before=back.get(candidate.before, candidate.before))

    def _judged(self, candidate: RenameCandidate) -> RenameDecision:
        before, after = candidate.before, candidate.after
        impossible = self._dialect.cannot_rename(before, after)
        column = self._live.get(before)
        likely = candidate.decided_by == "hint" or (candidate.confidence >= ACCEPTED and not self._never)
        return RenameDecision(
            before,
            after,
            likely and impossible is None,
            candidate.confidence,
            (*candidate.evidence, *((impossible,) if impossible else ())),
            candidate.decided_by,
            tuple((other.after, other.confidence) for other in candidate.alternatives),
            computed=isinstance(column, Column) and column.computed is not None,
        )


def _told_apart(
    live: Schema, wanted: Schema, evidence: Evidence, candidates: Iterable[RenameCandidate]
) -> None:
    """An AutogenError where hints of several objects claim one: nobody but the user can tell whose it is."""
    tables = {c.before: c.after for c in candidates if c.before.kind == "table" and c.confidence >= ACCEPTED}
    for before, afters in sorted(contested(live, wanted, evidence, tables).items()):
        labels = [after.label for after in afters]
        answer = shlex.quote(f"{before.label}={labels[0]}")
        raise AutogenError(
            f"The models state renamed_from {before.name} for {', '.join(labels[:-1])} and {labels[-1]}, and "
            f"{before.label} can become only one of them. Take the hint from the others, or answer: "
            f"--rename {answer}."
        )


def _question(decisions: Iterable[RenameDecision], answers: Answers) -> RenameDecision | None:
    """The surest pair that is open; parts of a table come after the table."""
    open_ = [d for d in decisions if d.open and (d.before, d.after) not in answers.skipped]
    worth = [d for d in open_ if d.confidence >= ASKED]
    owners = {d.before for d in worth if d.before.kind == "table" or d.before.kind == "enum"}
    return min(worth, key=lambda d: (owner(d.before) in owners, -d.confidence, d.before), default=None)


def _without(schema: Schema, dropped: Collection[Key]) -> Schema:
    """The schema without objects that nothing succeeds, and their parts."""
    if not dropped:
        return schema
    gone = [o.key for o in schema if o.key in dropped or (o.key.table and o.key.owner in dropped)]
    return schema.replace(remove=gone)


def _with_their_owners(decisions: Iterable[RenameDecision]) -> Iterator[RenameDecision]:
    """The decisions about what the accepted ones leave possible: a column does not become one of a table that
    its own does not become, nor a label one of another type."""
    decisions = list(decisions)
    accepted = {d.before: d.after for d in decisions if d.accepted}
    schemas = {before.name: after.name for before, after in accepted.items() if before.kind == "schema"}
    for decision in decisions:
        before, after = owner(decision.before), owner(decision.after)
        if before is not None:
            carried = before._replace(schema=schemas.get(before.schema, before.schema))
            if accepted.get(before, carried) != after:
                continue
        yield decision
