"""A whole schema: what the introspector reads, what the models declare, what the comparator compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

from autogen.schema.keys import Key, Kind
from autogen.schema.objects import Column, Object, PrimaryKey, Table, TablePart
from autogen.values import value

T = TypeVar("T")


@value(frozen=True, slots=True)
class Skipped:
    """An object that was seen and left alone, or that could not be compared, and why."""

    object: str
    reason: str


class Schema:
    """All objects by key, a value. ``skipped`` is what was deliberately left alone; ``==`` ignores it.

    Whatever comes out in an order is sorted by key, when it is first asked for: two large schemas in sync
    are compared without sorting either.
    """

    def __init__(self, objects: Iterable[Object] = (), skipped: Iterable[Skipped] = ()) -> None:
        self.by_key: dict[Key, Object] = {o.key: o for o in objects}
        self.skipped = tuple(skipped)

    @staticmethod
    def keyed(objects: dict[Key, Object], skipped: Iterable[Skipped] = ()) -> Schema:
        """The schema of objects whose keys are known; it keeps the dictionary."""
        schema = Schema((), skipped)
        schema.by_key = objects
        return schema

    def __eq__(self, other: object) -> bool:
        return self.by_key == other.by_key if isinstance(other, Schema) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.objects)

    def __repr__(self) -> str:
        return f"Schema({self.objects!r}, {self.skipped!r})"

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects)

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        return tuple(o for _, o in sorted(self.by_key.items(), key=itemgetter(0)))

    def get(self, key: Key) -> Object | None:
        return self.by_key.get(key)

    @cached_property
    def _kinds(self) -> dict[Kind, list[Key]]:
        found: dict[Kind, list[Key]] = defaultdict(list)
        for key in self.by_key:
            found[key[0]].append(key)
        return found

    @cached_property
    def _sorted_kinds(self) -> dict[Kind, tuple[Any, ...]]:
        return {}

    def of_kind(self, kind: type[T]) -> tuple[T, ...]:
        name: Kind = kind.kind  # type: ignore[attr-defined]
        if name not in self._sorted_kinds:
            self._sorted_kinds[name] = tuple([self.by_key[key] for key in sorted(self._kinds.get(name, ()))])
        return self._sorted_kinds[name]

    @cached_property
    def _parts(self) -> dict[tuple[str, str], list[Key]]:
        found: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key in self.by_key:
            _, schema, table, _ = key
            if table:
                found[schema, table].append(key)
        for keys in found.values():
            keys.sort()
        return found

    def parts(self, table: Key) -> tuple[TablePart, ...]:
        """Columns, constraints and indexes of a table, by kind and name."""
        keys = self._parts.get((table.schema, table.name), ()) if table.kind == "table" else ()
        return tuple([self.by_key[key] for key in keys])  # type: ignore[misc]

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
        for key in remove:
            objects.pop(key, None)
        for o in add:
            objects[o.key] = o
        return Schema.keyed(objects, self.skipped)

    def skipping(self, skipped: Iterable[Skipped]) -> Schema:
        """The same objects, with these left alone."""
        return Schema.keyed(self.by_key, skipped)
