"""Four shapes of change over every kind of object, their reverse, and their effect on a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from autogen.schema import Column, EnumType, Key, Kind, Namespace, Object, Pair, Schema, enum_of, is_label
from autogen.values import value

if TYPE_CHECKING:
    from autogen.schema.renaming import Rewrite


@value(frozen=True, slots=True)
class Create:
    after: Object

    @property
    def key(self) -> Key:
        return self.after.key

    def reverse(self) -> Drop:
        return Drop(self.after)


@value(frozen=True, slots=True)
class Drop:
    before: Object

    @property
    def key(self) -> Key:
        return self.before.key

    def reverse(self) -> Create:
        return Create(self.before)


@value(frozen=True, slots=True)
class Alter:
    """The same object (same key) before and after, whole; what differs is computed."""

    before: Object
    after: Object

    @property
    def key(self) -> Key:
        return self.after.key

    def reverse(self) -> Alter:
        return Alter(self.after, self.before)

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields that differ."""
        return tuple(
            f.name
            for f in fields(self.before)
            if f.compare and getattr(self.before, f.name) != getattr(self.after, f.name)
        )


@value(frozen=True, slots=True)
class Rename:
    """The same object under another name, equal in everything else."""

    before: Object
    after: Object

    @property
    def key(self) -> Key:
        return self.after.key

    def reverse(self) -> Rename:
        return Rename(self.after, self.before)


Change = Create | Drop | Alter | Rename


def reverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that undo these, in the order that undoes them."""
    return tuple(change.reverse() for change in reversed(tuple(changes)))


MOVED: frozenset[Kind] = frozenset({"schema", "enum", "sequence", "table", "column"})
"""Kinds whose renames are accepted before the comparison. All of them in a plan hold at once and stand in one
run, before the other changes of an upgrade and after those of a downgrade; a rename of any other kind is a
change among changes."""


def is_moved(change: Change) -> bool:
    return isinstance(change, Rename) and change.after.kind in MOVED


@value(frozen=True, slots=True)
class Parts:
    """The changes around the accepted renames: ``first`` come before them, ``rest`` are all others, which
    ``down`` says come before them as well, ``last`` come after everything."""

    first: tuple[Change, ...] = ()
    renames: tuple[Rename, ...] = ()
    rest: tuple[Change, ...] = ()
    last: tuple[Change, ...] = ()
    down: bool = False


def parted(changes: Sequence[Change]) -> Parts:
    """The run of accepted renames, and what stands before and after it. Schemas are created before the
    tables that move there, and dropped after those moved back."""
    places = [n for n, change in enumerate(changes) if is_moved(change)]
    if not places:
        return Parts(rest=tuple(changes))
    head, tail = tuple(changes[: places[0]]), tuple(changes[places[-1] + 1 :])
    renames = tuple(c for c in changes[places[0] : places[-1] + 1] if isinstance(c, Rename))
    if all(change.key.kind == "schema" for change in head):
        return Parts(head, renames, tail)
    return Parts((), renames, head, tail, down=True)


def pairs_of(renames: Iterable[Rename]) -> Iterator[Pair]:
    """Old and new keys; those of the labels of an enum type besides."""
    for rename in renames:
        before, after = rename.before, rename.after
        if before.key != after.key:
            yield before.key, after.key
        if isinstance(before, EnumType) and isinstance(after, EnumType):
            for old, new in zip(before.labels, after.labels, strict=True):
                if old != new:
                    b, a = before.key, after.key
                    yield Key("enum", b.schema, b.name, old), Key("enum", a.schema, a.name, new)


def stepwise(
    renames: Iterable[Rename], schema: Schema, along: Mapping[Key, str] | None = None
) -> list[Rename]:
    """The renames as statements can run one after the other, each from the name of that moment; ``along`` are
    the names that parts of tables take with them, by key."""
    from autogen.schema.renaming import one_by_one

    made = []
    labels = {enum.key: enum.labels for enum in schema.of_kind(EnumType)}
    for origin, before, after in one_by_one(schema, pairs_of(renames), along):
        if is_label(before):
            enum = enum_of(origin)
            old = labels[enum]
            labels[enum] = tuple(after.name if label == before.name else label for label in old)
            made.append(
                Rename(
                    EnumType(before.schema, before.table, old),
                    EnumType(after.schema, after.table, labels[enum]),
                )
            )
        else:
            subject = schema.by_key[origin]
            made.append(Rename(_called(subject, before), _called(subject, after)))
    return made


def _called(subject: Object, key: Key) -> Object:
    if isinstance(subject, Namespace):
        return replace(subject, name=key.name)
    if isinstance(subject, Column):
        return replace(subject, schema=key.schema, table=key.table, name=key.name)
    return replace(subject, schema=key.schema, name=key.name)


def apply(changes: Iterable[Change], schema: Schema, rewrite: Rewrite | None = None) -> Schema:
    """The schema after the changes; ``rewrite`` puts SQL text under new names."""
    changes = tuple(changes)
    parts = parted(changes)
    if parts.renames:
        from autogen.schema.renaming import as_it_is, renamed

        before = parts.rest if parts.down else parts.first
        after = parts.last if parts.down else parts.rest
        schema = renamed(_applied(before, schema), pairs_of(parts.renames), rewrite or as_it_is)
        return _applied(after, schema)
    return _applied(changes, schema)


def _applied(changes: Iterable[Change], schema: Schema) -> Schema:
    objects = dict(schema.by_key)
    for change in changes:
        if not isinstance(change, Create):
            del objects[change.before.key]
        if not isinstance(change, Drop):
            objects[change.after.key] = change.after
    return Schema(objects.values(), schema.skipped)
