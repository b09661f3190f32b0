"""The tables that others read and write while a draft runs."""

from __future__ import annotations

from autogen.schema import ForeignKey, Key, Schema
from autogen.values import value


@value(frozen=True, slots=True)
class Online:
    """The standing tables that are in use while a draft runs, under the names they have before and after it.

    Their steps take the forms under which reads and writes go on. ``lock_timeout`` is how long a step waits
    for a lock on one of them, as PostgreSQL spells it (``5s``, ``500ms``). ``whole`` leaves out the forms
    that end the transaction."""

    tables: frozenset[Key] = frozenset()
    lock_timeout: str = "5s"
    whole: bool = False

    def reached_by(self, key: Key, *schemas: Schema) -> bool:
        """Whether a step about the object may lock one of the tables: its own, or one that it refers to."""
        if key.owner in self.tables:
            return True
        parts = [o for schema in schemas for o in (schema.parts(key) or [schema.get(key)])]
        return any(isinstance(part, ForeignKey) and part.target in self.tables for part in parts)


OFFLINE = Online()
"""No table is in use: the plain forms."""
