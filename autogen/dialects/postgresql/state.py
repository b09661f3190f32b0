"""The schema as it stands in the middle of a walk over changes."""

from __future__ import annotations

from collections import defaultdict

from autogen.changes import Change, Create, Drop
from autogen.schema import Column, ForeignKey, Key, Object, Schema, Table, TablePart, requires


class State:
    """All objects that stand now; every look-up the walk needs costs no more than one table."""

    def __init__(self, schema: Schema) -> None:
        self.objects: dict[Key, Object] = {}
        self._parts: dict[Key, dict[Key, TablePart]] = defaultdict(dict)
        self._referring: dict[Key, dict[Key, ForeignKey]] = defaultdict(dict)
        for obj in schema:
            self.add(obj)

    def __contains__(self, key: Key) -> bool:
        return key in self.objects

    def get(self, key: Key) -> Object | None:
        return self.objects.get(key)

    def add(self, obj: Object) -> None:
        self.objects[obj.key] = obj
        if isinstance(obj, TablePart):
            self._parts[obj.key.owner][obj.key] = obj
        if isinstance(obj, ForeignKey):
            self._referring[obj.target][obj.key] = obj

    def remove(self, key: Key) -> None:
        obj = self.objects.pop(key, None)
        if isinstance(obj, TablePart):
            self._parts[key.owner].pop(key, None)
        if isinstance(obj, ForeignKey):
            self._referring[obj.target].pop(key, None)

    def parts(self, table: Key) -> list[TablePart]:
        return list(self._parts[table].values())

    def referring(self, table: Key) -> list[ForeignKey]:
        """The foreign keys that point at a table, its own included."""
        return list(self._referring[table].values())

    def requires(self, part: TablePart) -> set[Key]:
        """What a part stands on, as things are now."""
        near: list[Object] = self.parts(part.key.owner)  # type: ignore[assignment]
        if isinstance(part, ForeignKey):
            near = [*near, *self.parts(part.target)]
        return requires(part, Schema(near))

    def standing_on(self, part: TablePart) -> list[TablePart]:
        """The parts that PostgreSQL takes along with this one, or that keep it from going."""
        table = part.key.owner
        near: dict[Key, TablePart] = {p.key: p for p in (*self.parts(table), *self.referring(table))}
        if isinstance(part, Column):
            schema = Schema(self.parts(table))
            return [p for p in near.values() if part.key in requires(p, schema)]
        return [
            p for p in self.referring(table) if part.key in self.requires(p) and isinstance(p, ForeignKey)
        ]

    def columns_of(self, enum: Key) -> list[Column]:
        """The columns of an enum type, in a stable order."""
        found = [o for o in self.objects.values() if isinstance(o, Column) and o.type.enum == enum]
        return sorted(found, key=lambda c: c.key)

    def apply(self, change: Change) -> None:
        if not isinstance(change, Create):
            if isinstance(change.before, Table) and isinstance(change, Drop):
                for part in self.parts(change.key):
                    self.remove(part.key)
            self.remove(change.before.key)
        if not isinstance(change, Drop):
            self.add(change.after)

    def names(self, schema: str) -> set[str]:
        """The names taken among the relations and types of a schema."""
        found = (getattr(o, "name", None) for o in self.objects.values() if o.key.schema == schema)
        return {name for name in found if name}
