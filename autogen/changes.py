"""Four shapes of change over every kind of object, their reverse, and their effect on a schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from autogen.schema import Key, Object, Schema


@dataclass(frozen=True, slots=True)
class Create:
    after: Object

    @property
    def key(self) -> Key:
        return self.after.key

    def reverse(self) -> Drop:
        return Drop(self.after)


@dataclass(frozen=True, slots=True)
class Drop:
    before: Object

    @property
    def key(self) -> Key:
        return self.before.key

    def reverse(self) -> Create:
        return Create(self.before)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


def apply(changes: Iterable[Change], schema: Schema) -> Schema:
    """The schema after the changes."""
    objects = dict(schema.by_key)
    for change in changes:
        if not isinstance(change, Create):
            del objects[change.before.key]
        if not isinstance(change, Drop):
            objects[change.after.key] = change.after
    return Schema(objects.values(), schema.skipped)
