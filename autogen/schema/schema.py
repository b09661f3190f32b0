"""A whole schema: what the introspector reads, what the models declare, what the comparator compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TypeVar

from autogen.schema.keys import Key
from autogen.schema.objects import Column, Object, PrimaryKey, Table, TablePart

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Skipped:
    """An object that was seen and left alone, or that could not be compared, and why."""

    object: str
    reason: str


@dataclass(frozen=True)
class Schema:
    """All objects, sorted by key. ``skipped`` is what was deliberately left alone; ``==`` ignores it."""

    objects: tuple[Object, ...] = ()
    skipped: tuple[Skipped, ...] = field(default=(), compare=False)

    @staticmethod
    def of(objects: Iterable[Object], skipped: Iterable[Skipped] = ()) -> Schema:
        """The schema of these objects, in whatever order they come."""
        return Schema.keyed([(o.key, o) for o in objects], skipped)

    @staticmethod
    def keyed(objects: Iterable[tuple[Key, Object]], skipped: Iterable[Skipped] = ()) -> Schema:
        """The same of objects with their keys, where these are known already."""
        keyed = sorted(objects, key=itemgetter(0))
        schema = Schema(tuple(o for _, o in keyed), tuple(skipped))
        schema.__dict__["by_key"] = dict(keyed)  # what the cached property would work out again
        return schema

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects)

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    @cached_property
    def by_key(self) -> dict[Key, Object]:
        return {o.key: o for o in self.objects}

    def get(self, key: Key) -> Object | None:
        return self.by_key.get(key)

    @cached_property
    def _kinds(self) -> dict[type, tuple[Object, ...]]:
        found: dict[type, list[Object]] = defaultdict(list)
        for o in self.objects:
            found[o.__class__].append(o)
        return {kind: tuple(objects) for kind, objects in found.items()}

    def of_kind(self, kind: type[T]) -> tuple[T, ...]:
        return self._kinds.get(kind, ())  # type: ignore[return-value]

    @cached_property
    def _parts(self) -> dict[Key, tuple[TablePart, ...]]:
        found: dict[Key, list[TablePart]] = defaultdict(list)
        for o in self.objects:
            if isinstance(o, TablePart):
                found[o.key.owner].append(o)
        return {table: tuple(parts) for table, parts in found.items()}

    def parts(self, table: Key) -> tuple[TablePart, ...]:
        """Columns, constraints and indexes of a table, by kind and name."""
        return self._parts.get(table, ())

    def columns(self, table: Key) -> tuple[Column, ...]:
        """The columns of a table in their order there."""
        return tuple(
            sorted((p for p in self.parts(table) if isinstance(p, Column)), key=lambda c: c.position)
        )

    def column(self, table: Key, name: str) -> Column | None:
        found = self.by_key.get(Key("column", table.schema, table.name, name))
        return found if isinstance(found, Column) else None

    def primary_key(self, table: Key) -> PrimaryKey | None:
        found = self.by_key.get(Key("primary_key", table.schema, table.name, "(primary key)"))
        return found if isinstance(found, PrimaryKey) else None

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.of_kind(Table)

    def replace(self, remove: Iterable[Key] = (), add: Iterable[Object] = ()) -> Schema:
        """A copy without the objects of ``remove`` and with those of ``add``."""
        objects = dict(self.by_key)
        count = len(objects)
        for key in remove:
            objects.pop(key, None)
            count = -1
        for o in add:
            objects[o.key] = o
        if len(objects) != count:
            return Schema.keyed(objects.items(), self.skipped)
        schema = Schema(tuple(objects.values()), self.skipped)  # the same keys in the same order
        schema.__dict__["by_key"] = objects
        return schema
