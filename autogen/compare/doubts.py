"""Texts that differ and may mean the same: asked of the database, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from autogen.changes import Rename
from autogen.compare.names import Names
from autogen.compare.work import Work
from autogen.dialects.base import Dialect, Doubt, ScratchFactory, Settled
from autogen.schema import Check, Exclude, Key, Object, Skipped
from autogen.values import value

Rule = Check | Exclude


@value(frozen=True, slots=True)
class Answers:
    """Renames found on the way, and what stayed open."""

    renames: tuple[Rename, ...]
    unknown: tuple[Skipped, ...]


def settle_doubts(work: Work, names: Names, dialect: Dialect, scratch: ScratchFactory) -> Answers:
    """Asks the database about every pair whose texts differ.

    What could not be decided takes the live text, so that it is never drafted, and is reported.
    ``names`` are what the names alone have told.
    """
    doubts = [Doubt(before, after) for before, after in work.pairs if _doubtful(before, after)]
    doubts.sort(key=lambda doubt: doubt.after.key)
    unknown = []
    for doubt, answer in _asked(doubts, work, dialect, scratch):
        if answer.unknown is None:
            work.put((), [answer.after])
        else:
            work.put((), [_undecided(doubt)])
            unknown.append(Skipped(doubt.after.key.label, answer.unknown))
    renames = []
    for before, after in _find_twins(work, names.renames, dialect, scratch):
        if after.key in names.nameless:
            work.put([after.key], [before])
            work.match(after.key, before.key)
        else:
            renamed = replace(before, name=after.name)
            work.put([after.key], [renamed])
            renames.append(Rename(before, renamed))
    return Answers(tuple(renames), tuple(unknown))


def _asked(
    doubts: Sequence[Doubt], work: Work, dialect: Dialect, scratch: ScratchFactory
) -> list[tuple[Doubt, Settled]]:
    return list(zip(doubts, dialect.settle(doubts, work.desired, scratch), strict=True)) if doubts else []


def _doubtful(before: Object, after: Object) -> bool:
    """Whether both have a text of their own where they differ."""
    return any(
        None not in (a := getattr(before, name), b := getattr(after, name)) and a != b
        for name in after.EXPRESSIONS
    )


def _undecided(doubt: Doubt) -> Object:
    """The declared object with the live texts where both sides have one."""
    texts: dict[str, Any] = {
        name: getattr(doubt.before, name)
        for name in doubt.after.EXPRESSIONS
        if None not in (getattr(doubt.before, name), getattr(doubt.after, name))
    }
    return replace(doubt.after, **texts)


def _find_twins(
    work: Work, renames: Sequence[Rename], dialect: Dialect, scratch: ScratchFactory
) -> list[tuple[Rule, Rule]]:
    """Checks and exclusions that would be dropped and created but mean the same: (live, declared)."""
    known = {r.before.key for r in renames} | {r.after.key for r in renames}
    gone = _by_table(o for k, o in work.gone.items() if k not in known)
    new = _by_table(o for k, o in work.open.items() if k not in known and k not in work.live)
    tables = sorted(gone.keys() & new.keys())
    rounds = {t: max(len(gone[t]), len(new[t])) for t in tables}
    found: dict[Key, tuple[Rule, Rule]] = {}
    taken: set[Key] = set()
    for turn in range(max(rounds.values(), default=0)):
        # each live constraint is asked about at most once a turn: a scratch table holds a name only once
        asked: list[tuple[Rule, Rule]] = []
        for table in tables:
            for i, after in enumerate(new[table]):
                at = (i + turn) % rounds[table]
                before = gone[table][at] if at < len(gone[table]) else None
                if before is None or before.key in found or after.key in taken:
                    continue
                if type(before) is type(after):
                    asked.append((before, after))
        doubts = [Doubt(before, replace(after, name=before.name)) for before, after in asked]
        for (before, after), (_, answer) in zip(asked, _asked(doubts, work, dialect, scratch), strict=True):
            if answer.unknown is None and answer.after == before:
                found[before.key] = before, after
                taken.add(after.key)
    return list(found.values())


def _by_table(objects: Iterable[Object]) -> dict[Key, list[Rule]]:
    """Checks and exclusions by their table, in a stable order."""
    found: dict[Key, list[Rule]] = defaultdict(list)
    for o in sorted((o for o in objects if isinstance(o, Rule)), key=lambda o: o.key):
        found[o.key.owner].append(o)
    return found
