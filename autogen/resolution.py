"""Renames resolved: found, decided, applied to the current schema before the comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.changes import MOVED, Change, Create, Rename, pairs_of, parted
from autogen.compare import comparable, compare
from autogen.dialects.base import Dialect, Scope, ScratchFactory, ScratchUnavailable
from autogen.plan import Comparison, Renaming
from autogen.schema import Dependent, EnumType, Key, Namespace, Schema, enum_of, is_label
from autogen.wishes import Wishes

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.prove.scratch import Scratch
    from autogen.schema.renaming import NewNames


Limited = Callable[[Schema, Schema, Mapping[Key, Key]], tuple[Schema, Schema]]


def decided(
    current: Schema, desired: Schema, dialect: Dialect, metadatas: Sequence[MetaData], wishes: Wishes
) -> Renaming:
    """The pairs that look like renames and what is made of them; none where nothing is missing on one side
    or the other. Where somebody can be asked, each answer is looked at together with all others."""
    unmatched = _unmatched(desired, current)
    unmatched = unmatched and unmatched & _unmatched(current, desired)
    if not (wishes.renames or wishes.drops or any(wishes.earlier) or unmatched):
        return Renaming()
    from autogen.decisions import decisions

    return decisions(*comparable(current, desired, dialect), dialect, metadatas, wishes)


def stale_hints(
    metadatas: Sequence[MetaData], dialect: Dialect, comparison: Comparison
) -> Mapping[Key, tuple[str, ...]]:
    """The objects of the models whose hints speak of no rename that is left, with the names that the hints
    state: they may be deleted."""
    from autogen.declare.hints import hints
    from autogen.dialects.letter_case import spelled

    found = hints(metadatas, dialect)
    used = {change.after.key for change in comparison.changes if isinstance(change, Rename)}
    live = spelled(found, comparison.after, dialect.folded)
    return {live[key]: found[key] for key in sorted(found, key=live.__getitem__) if live[key] not in used}


def _unmatched(one: Schema, other: Schema) -> set[str]:
    """The kinds of which ``one`` has objects that ``other`` has not; labels count where they differ."""
    there = other.by_key
    missing: set[str] = {key.kind for key in one.by_key if key not in there and key.kind in MOVED}
    twins = ((enum, other.get(enum.key)) for enum in one.of_kind(EnumType))
    return missing | {"label" for enum, twin in twins if twin is not None and twin != enum}


def compared(
    current: Schema,
    desired: Schema,
    renaming: Renaming,
    dialect: Dialect,
    scratch: ScratchFactory,
    limited: Limited | None = None,
) -> tuple[Comparison, Schema]:
    """The comparison after the accepted renames, which come first among its changes, and what the models were
    in it. ``limited`` limits both schemas once more where tables have new names by then."""
    pairs = [(d.before, d.after) for d in renaming.decisions if d.accepted]
    if not pairs:
        return replace(compare(current, desired, dialect, scratch), renaming=renaming), desired
    from autogen.schema.renaming import NewNames

    names = NewNames.of(current, [*pairs, *dialect.follow(current, desired, pairs)])
    moved = [(o, names.renamed(o, dialect.in_new_names)) for o in current]
    middle = Schema((new for _, new in moved), current.skipped)
    if limited is not None:
        middle, desired = limited(middle, desired, names.tables)
        current = current.skipping(middle.skipped)
    comparison = compare(middle, desired, dialect, scratch)
    left = comparison.before
    before = current.replace(remove=[old.key for old, new in moved if new.key not in left])
    subjects = dict.fromkeys(enum_of(b) if is_label(b) else b for b, _ in pairs)
    renames = [Rename(before.by_key[b], left.by_key[names.key(b)]) for b in subjects]
    schemas = [c for c in comparison.changes if isinstance(c, Create) and isinstance(c.after, Namespace)]
    rest: list[Change] = [c for c in comparison.changes if c not in schemas]
    changes = (*schemas, *renames, *rest)
    return replace(comparison, changes=changes, before=before, renaming=renaming), desired


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
    from autogen.schema.renaming import NewNames

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
    from autogen.schema.renaming import NewNames

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
