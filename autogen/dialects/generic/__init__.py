"""Any other server that SQLAlchemy has a dialect for, seen through its Inspector.

The Inspector cannot see everything. What it cannot see is compared on neither side, and said in
``Schema.skipped``. There is no scratch database: drafts are unproven, doubts about spelling stay doubts.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.changes import Change
from autogen.dialects.base import Dialect, O, Scope
from autogen.dialects.in_use import OFFLINE, Online
from autogen.plan import Step
from autogen.schema import Column, Dependent, Key, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection


class Generic(Dialect):
    name: ClassVar[str] = "generic"

    @classmethod
    def connect(cls, url: URL) -> AbstractContextManager[tuple[Dialect, Connection]]:
        from autogen.dialects.generic import connection

        return connection.connect(cls, url)

    def introspect(self, connection: Connection, scope: Scope) -> Schema:
        from autogen.dialects.generic import introspect

        return introspect.introspect(self, connection, scope)

    def has_rows(self, connection: Connection, table: Key) -> bool | None:
        from autogen.dialects.generic import connection as module

        return module.has_rows(connection, table)

    def declare_part(self, declared: Any, part: O) -> O:
        from autogen.dialects.generic import declare

        return declare.part(declared, part)

    def inherit(self, current: O, desired: O) -> O:
        """A key column the server counts by itself may show a default or an identity that no model states."""
        if not (isinstance(current, Column) and isinstance(desired, Column)):
            return desired
        taken = replace(desired, autoincrement=current.autoincrement)
        if desired.autoincrement and desired.default is None and desired.identity is None:
            taken = replace(taken, default=current.default, identity=current.identity)
        return taken

    def reconcile(self, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
        """Without what the Inspector cannot see of the live side."""
        from autogen.dialects.generic import unseen

        return current, unseen.without(current, desired)

    def steps(
        self,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        online: Online = OFFLINE,
    ) -> list[Step]:
        from autogen.dialects.generic import lowering

        return lowering.steps(self, changes, before, after)
