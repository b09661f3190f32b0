"""Two branches of the history side by side: what each changes, and where the two meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autogen.changes import Change, Create, Drop
from autogen.project.revisions import RevisionFile, Revisions
from autogen.schema import Key, Schema, requires

if TYPE_CHECKING:
    from autogen.lint.history import History
    from autogen.lint.recording import Recording


class Touched(NamedTuple):
    """The objects that a side changes, those of them that are not afterwards what they were, and what its new
    objects stand on."""

    keys: frozenset[Key]
    gone: frozenset[Key]
    needed: frozenset[Key]

    def __or__(self, other: object) -> Touched:
        assert isinstance(other, Touched)
        return Touched(*(mine | theirs for mine, theirs in zip(self, other, strict=True)))


class Side(NamedTuple):
    """One of the heads, with the revisions that no other head has, oldest first. ``unseen`` are statements
    that were not understood, with their places."""

    head: str
    revisions: tuple[RevisionFile, ...]
    touched: Touched
    unseen: tuple[str, ...] = ()


def own_revisions(head: str, revisions: Revisions) -> tuple[RevisionFile, ...]:
    others = revisions.ancestors(other for other in revisions.heads if other != head)
    mine = revisions.ancestors([head]) - others
    return tuple(file for file in revisions.ordered() if file.id in mine)


def recorded_side(head: str, history: History) -> Side:
    """A side by what its revisions say, run on nothing but what those before them make."""
    from autogen.lint.rebuilds import as_changed
    from autogen.lint.targets import target_of

    files = own_revisions(head, history.revisions)
    touched, unseen = NOTHING, []
    for file in files:
        target = target_of(file, history.revisions)
        recording = history.run(target.path, "upgrade", history.start(target).schema)
        touched |= touched_by(as_changed(recording), recording.before, recording.after)
        unseen += list(_unseen(file, recording))
    return Side(head, files, touched, tuple(unseen))


def _unseen(file: RevisionFile, recording: Recording) -> Iterator[str]:
    for gap in recording.gaps:
        said = " ".join(gap.text.split())[:60]
        yield f"{file.path.name}:{gap.line or recording.first_line}  {said or gap.why}"


NOTHING = Touched(frozenset(), frozenset(), frozenset())


def touched_by(changes: Iterable[Change], before: Schema, after: Schema) -> Touched:
    """What changes touch; a table that is made is told by its name alone, not by its parts."""
    keys: set[Key] = set()
    gone: set[Key] = set()
    needed: set[Key] = set()
    for change in changes:
        if not isinstance(change, Create):
            keys.add(change.before.key)
            gone.add(change.before.key)
            if isinstance(change, Drop) and change.before.kind == "table":
                gone |= {part.key for part in before.parts(change.before.key)}
        if not isinstance(change, Drop):
            keys.add(change.after.key)
            needed |= requires(change.after, after)
    made = {c.after.key for c in changes if isinstance(c, Create) and c.after.kind == "table"}
    return Touched(
        frozenset(k for k in keys if k in made or k.owner not in made), frozenset(gone), frozenset(needed)
    )


def differences(base: Schema, side: Schema) -> Touched:
    """The same by two schemas: what of the base is another one in the side."""
    old, new = base.by_key, side.by_key
    gone = frozenset(key for key, item in old.items() if new.get(key) != item)
    come = frozenset(key for key, item in new.items() if old.get(key) != item)
    needed: set[Key] = set()
    for key in come:
        needed |= requires(new[key], side)
    made = {key for key in come - gone if key.kind == "table"}
    keys = frozenset(k for k in gone | come if k in made or k.owner not in made)
    return Touched(keys, gone, frozenset(needed))


def overlap(one: Touched, other: Touched) -> tuple[Key, ...]:
    """The objects that both change, or that one changes while the other builds on it."""
    both = one.keys & other.keys
    both |= (one.gone & other.needed) | (other.gone & one.needed)
    return tuple(sorted(both))


def overlaps(sides: Sequence[Side]) -> tuple[Key, ...]:
    found: set[Key] = set()
    for n, one in enumerate(sides):
        for other in sides[n + 1 :]:
            found |= set(overlap(one.touched, other.touched))
    return tuple(sorted(found))
