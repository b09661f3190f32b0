"""The same options where no database is there to be asked about: the models' objects alone are shown to them.

A hook sees what the models declare; where schema.lock has such an object as well, that same object stands for
the reflected one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.project.table_parts import Part, parts_of
from autogen.project.taken_over import TakenOver
from autogen.project.user_code import contained
from autogen.schema import Column, Key, Schema, Skipped, TablePart, requires

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

_UNASKED = "and the function in env.py that compares it cannot be asked without a database"


class TakenOverOffline(TakenOver):
    """The hooks of one ``context.configure`` in a run without a database."""

    def alone(self, dialect: Dialect, desired: Schema) -> Schema:
        """The declared schema without what ``include_object`` leaves out, whatever a database has."""
        if not self._options.get("include_object"):
            return desired
        tables: set[Key] = set()
        parts: set[Key] = set()
        with contained():
            for key, table in self._declared(dialect).items():
                if key not in desired:
                    continue
                if not self._ever(Part("table", key.name, table, None, (key,))):
                    tables.add(key)
                    continue
                unwanted = (part for part in parts_of(dialect, table, None) if not self._ever(part))
                parts.update(key for part in unwanted for key in part.keys)
        return without(desired, tables, parts)

    def held(
        self, dialect: Dialect, stored: Schema, desired: Schema
    ) -> tuple[Schema, Schema, tuple[Skipped, ...]]:
        """Both schemas without what is left out, the declared one with types and defaults that are not
        compared as they are stored; and the differences that only a function could judge, with a database."""
        declared = self._declared(dialect)
        told: list[Skipped] = []
        with contained():
            if self._filters:
                known = {skipped.object for skipped in stored.skipped}
                self._live = {k: t for k, t in declared.items() if k in stored or k.label in known}
                tables = {k for k, t in declared.items() if k in desired and self._left_out(k, t)}
                rest = {k: t for k, t in declared.items() if k in desired and k not in tables}
                parts = set(self._left_parts(dialect, rest, stored))
                stored, desired = without(stored, tables, parts), without(desired, tables, parts)
            desired = self._compared(None, declared, {}, stored, desired, told)
        return stored, desired, tuple(s for s in told if s.reason.endswith(_UNASKED))

    def _left_parts(
        self, dialect: Dialect, tables: dict[Key, sqlalchemy.Table], stored: Schema
    ) -> Iterator[Key]:
        for key, table in tables.items():
            parts = list(parts_of(dialect, table, None))
            unnamed = [part for part in parts if part.name is None]
            named = (
                part._replace(reflected=part.declared if any(k in stored for k in part.keys) else None)
                for part in parts
                if part.name is not None
            )
            yield from (left for left, _ in self._parts_left_out(key, named))
            yield from (left for part in unnamed if not self._ever(part) for left in part.keys)

    def _ever(self, part: Part) -> bool:
        """Whether it is compared at least where the database has it, too."""
        asked = part.name, part.word
        return self._included(part.declared, None, *asked) or self._included(
            part.declared, part.declared, *asked
        )

    def _same_type(self, compare: Any, context: Any, live: Any, column: Any) -> bool:
        return callable(compare) or compare is False

    def _same_default(
        self, compare: Any, context: Any, live: Any, column: Any, before: Column, after: Column
    ) -> bool:
        return before.default != after.default and (callable(compare) or compare is False)

    def _words(self, compare: Any) -> str:
        return _UNASKED if callable(compare) else super()._words(compare)


def without(schema: Schema, tables: set[Key], parts: set[Key]) -> Schema:
    """The schema without these tables and these parts of others, and without what stands on such a part."""
    gone = {key for key in tables | parts if key in schema}
    if not gone:
        return schema
    for item in schema:
        if isinstance(item, TablePart) and (item.key.owner in tables or requires(item, schema) & parts):
            gone.add(item.key)
    return schema.replace(remove=gone)
