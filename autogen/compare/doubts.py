"""Texts that differ and may mean the same: asked of the database, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autogen.changes import Rename
from autogen.compare.names import Names
from autogen.dialects.base import Dialect, Doubt, ScratchFactory
from autogen.schema import Check, Exclude, Key, Object, Schema, Skipped


@dataclass(frozen=True, slots=True)
class Answers:
    """``desired`` in the server's spelling, renames found on the way, and what stayed open."""

    desired: Schema
    renames: tuple[Rename, ...]
    unknown: tuple[Skipped, ...]


def settle_doubts(
    current: Schema, desired: Schema, names: Names, dialect: Dialect, scratch: ScratchFactory
) -> Answers:
    """Asks the database about every pair whose texts differ.

    What could not be decided takes the live text, so that it is never drafted, and is reported.
    ``names`` are what the names alone have told.
    """
    doubts = [d for d in (_doubt(current.get(o.key), o) for o in desired) if d]
    settled = dialect.settle(doubts, desired, scratch) if doubts else []
    add, unknown = [], []
    for doubt, answer in zip(doubts, settled, strict=True):
        if answer.unknown is None:
            add.append(answer.after)
        else:
            add.append(_undecided(doubt))
            unknown.append(Skipped(doubt.after.key.label, answer.unknown))
    desired = desired.replace(add=add) if add else desired
    twins = _find_twins(current, desired, names.renames, dialect, scratch)
    adopted = {after: before for before, after in twins if after in names.nameless}
    renamed = {after: before for before, after in twins if after not in names.nameless}
    respelled = [replace(current.by_key[b], name=desired.by_key[a].name) for a, b in renamed.items()]  # type: ignore
    desired = desired.replace(adopted, (current.by_key[b] for b in adopted.values())).replace(
        renamed, respelled
    )
    renames = tuple(
        Rename(current.by_key[b], after) for b, after in zip(renamed.values(), respelled, strict=True)
    )
    return Answers(desired, renames, tuple(unknown))


def _doubt(before: Object | None, after: Object) -> Doubt | None:
    if before is None or before == after:
        return None
    doubtful = any(
        None not in (a := getattr(before, name), b := getattr(after, name)) and a != b
        for name in after.EXPRESSIONS
    )
    return Doubt(before, after) if doubtful else None


def _undecided(doubt: Doubt) -> Object:
    """The declared object with the live texts where both sides have one."""
    texts: dict[str, Any] = {
        name: getattr(doubt.before, name)
        for name in doubt.after.EXPRESSIONS
        if None not in (getattr(doubt.before, name), getattr(doubt.after, name))
    }
    return replace(doubt.after, **texts)


def _find_twins(
    current: Schema, desired: Schema, renames: Sequence[Rename], dialect: Dialect, scratch: ScratchFactory
) -> list[tuple[Key, Key]]:
    """Checks and exclusions that would be dropped and created but mean the same: (live key, declared key)."""
    known = {r.before.key for r in renames} | {r.after.key for r in renames}
    gone = _by_table(o for o in current if o.key not in desired and o.key not in known)
    new = _by_table(o for o in desired if o.key not in current and o.key not in known)
    tables = sorted(gone.keys() & new.keys())
    rounds = {t: max(len(gone[t]), len(new[t])) for t in tables}
    found: dict[Key, Key] = {}
    for turn in range(max(rounds.values(), default=0)):
        # each live constraint is asked about at most once a turn: a scratch table holds a name only once
        asked: list[tuple[Key, Doubt]] = []
        for table in tables:
            for i, after in enumerate(new[table]):
                at = (i + turn) % rounds[table]
                before = gone[table][at] if at < len(gone[table]) else None
                free = before is not None and before.key not in found and after.key not in found.values()
                if before is not None and free and type(before) is type(after):
                    asked.append((after.key, Doubt(before, replace(after, name=before.name))))
        answers = dialect.settle([doubt for _, doubt in asked], desired, scratch) if asked else []
        for (key, doubt), answer in zip(asked, answers, strict=True):
            if answer.unknown is None and answer.after == doubt.before:
                found[doubt.before.key] = key
    return list(found.items())


def _by_table(objects: Iterable[Object]) -> dict[Key, list[Check | Exclude]]:
    found: dict[Key, list[Check | Exclude]] = defaultdict(list)
    for o in objects:
        if isinstance(o, Check | Exclude):
            found[o.key.owner].append(o)
    return found
