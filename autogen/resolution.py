"""Renames resolved: found, decided, applied to the current schema before the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autogen.changes import MOVED, Change, Create, Rename, pairs_of, parted
from autogen.compare import comparable, compare
from autogen.declare import hints
from autogen.dialects.base import Dialect, Scope, ScratchUnavailable
from autogen.plan import Comparison, DecidedBy, RenameDecision
from autogen.schema import Dependent, EnumType, Key, Namespace, Schema
from autogen.schema.renaming import NewNames, Pair, enum_of, is_label

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.prove.scratch import Scratch


@dataclass(frozen=True)
class Answers:
    """What somebody said about renames: pairs that are one object (old key, new key), and pairs that are
    not; ``dropped`` are objects of the database that nothing succeeds. ``decided_by`` says how it was said.
    """

    renamed: tuple[Pair, ...] = ()
    refused: frozenset[Pair] = frozenset()
    dropped: frozenset[Key] = frozenset()
    decided_by: DecidedBy = "flag"


UNANSWERED = Answers()


def decided(
    current: Schema, desired: Schema, dialect: Dialect, metadatas: Sequence[MetaData], answers: Answers
) -> tuple[RenameDecision, ...]:
    """The pairs that look like renames and what is made of them; none where nothing is missing on one side
    or the other."""
    if not answers.renamed and not (_unmatched(current, desired) & _unmatched(desired, current)):
        return ()
    from autogen.renames import ACCEPTED, Evidence, detect

    live, wanted = comparable(current, desired, dialect)
    said = {a: (_in_words(b),) for b, a in answers.renamed if not is_label(b)}
    evidence = Evidence(hints={**hints(metadatas, dialect), **said}, refused=answers.refused)
    found = [RenameDecision(b, a, True, 1.0, ("answered",), answers.decided_by) for b, a in answers.renamed]
    answered = {key for pair in answers.renamed for key in pair}
    for candidate in detect(live, wanted, evidence):
        pair = before, after = candidate.before, candidate.after
        if before.kind not in MOVED or not answered.isdisjoint(pair):
            continue
        dropped = before in answers.dropped or pair in answers.refused
        impossible = dialect.cannot_rename(before, after)
        found.append(
            RenameDecision(
                before,
                after,
                candidate.confidence >= ACCEPTED and not dropped and impossible is None,
                candidate.confidence,
                (*candidate.evidence, *((impossible,) if impossible else ())),
                answers.decided_by if dropped else candidate.decided_by,
                tuple((other.after, other.confidence) for other in candidate.alternatives),
            )
        )
    return tuple(_with_their_owners(sorted(found, key=lambda decision: (decision.before, decision.after))))


def _in_words(key: Key) -> str:
    """An old name as a hint states it."""
    return key.label if key.kind == "table" else key.name


def _with_their_owners(decisions: Iterable[RenameDecision]) -> Iterator[RenameDecision]:
    """The decisions about what the accepted ones leave possible: a column does not become one of a table that
    its own does not become, nor a label one of another type."""
    decisions = list(decisions)
    accepted = {d.before: d.after for d in decisions if d.accepted}
    for decision in decisions:
        owners = [enum_of(k) if is_label(k) else k.owner for k in (decision.before, decision.after)]
        belongs = bool(decision.before.table) and accepted.get(owners[0], owners[0]) != owners[1]
        schema_too = any(d.kind == "schema" for d in accepted)
        if not belongs or schema_too:
            yield decision


def _unmatched(one: Schema, other: Schema) -> set[str]:
    """The kinds of which ``one`` has objects that ``other`` has not; labels count where they differ."""
    missing: set[str] = {key.kind for key in one.by_key.keys() - other.by_key.keys() if key.kind in MOVED}
    twins = ((enum, other.get(enum.key)) for enum in one.of_kind(EnumType))
    return missing | {"label" for enum, twin in twins if twin is not None and twin != enum}


def compared(
    current: Schema,
    desired: Schema,
    decisions: Sequence[RenameDecision],
    dialect: Dialect,
    scratch: Scratch,
) -> Comparison:
    """The comparison after the accepted renames, which come first among its changes."""
    pairs = [(d.before, d.after) for d in decisions if d.accepted]
    if not pairs:
        comparison = compare(current, desired, dialect, scratch)
        return replace(comparison, renames=tuple(decisions)) if decisions else comparison
    names = NewNames.of(current, [*pairs, *dialect.follow(current, desired, pairs)])
    moved = [(o, names.renamed(o, dialect.in_new_names)) for o in current]
    middle = Schema.of((new for _, new in moved), current.skipped)
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
        renames=tuple(decisions),
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
    after = Schema.of(middle.renamed(o, dialect.in_new_names) for o in comparison.before)
    steps = dialect.steps((*parts.first, *parts.renames), comparison.before, after)
    lines = imports({"from alembic import op"}.union(*(s.code.imports for s in steps)), frozenset())
    with scratch.open() as connection:
        dialect.rebuild(connection, scratch.blueprint)
        try:
            run_draft(f"{lines}\n\ndef upgrade():\n{body(steps, 100, False)}\n", "upgrade", connection)
        except DraftFailed as error:
            raise ScratchUnavailable(str(error)) from error
        return dialect.dependents(connection, dialect.introspect(connection, scope))
