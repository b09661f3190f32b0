"""What lives beside the tables and is not compared, but must survive a change: views, triggers …"""

from __future__ import annotations

from typing import Literal

from autogen.schema.keys import Key
from autogen.values import value

DependentKind = Literal[
    "extension",
    "type",
    "function",
    "view",
    "materialized view",
    "trigger",
    "rule",
    "policy",
    "table",
    "privileges",
]


@value(frozen=True, slots=True)
class Dependent:
    """An object the models do not declare, with the SQL that drops and restores it exactly.

    ``create`` restores definition, comment, owner-independent grants and indexes, a statement each, in
    order. ``uses`` are the keys of the tables and columns it stands on (a column key for each column it
    reads); ``uses_dependents`` the ``identity`` of other dependents it stands on. ``table`` is set for
    what belongs to a table (triggers, rules, policies, privileges; those of the table itself have no name,
    those of a column have the column's).
    """

    kind: DependentKind
    schema: str
    table: str
    name: str
    create: tuple[str, ...]
    drop: tuple[str, ...]
    uses: tuple[Key, ...] = ()
    uses_dependents: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """Kind and qualified name, unique within a database."""
        return f"{self.kind} {'.'.join(part for part in (self.schema, self.table, self.name) if part)}"
