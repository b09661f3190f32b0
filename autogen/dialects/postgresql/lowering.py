"""Changes -> Alembic operations for PostgreSQL.

The walk is put together from walk (what stands in the way), lowering_parts, lowering_columns and
lowering_enums; this is the only entrance.
"""

from __future__ import annotations

from collections.abc import Sequence

from autogen.changes import Change
from autogen.dialects.base import Dialect
from autogen.dialects.in_use import OFFLINE, Online
from autogen.dialects.lowering import Phases, phases
from autogen.dialects.postgresql.lowering_enums import Enums
from autogen.dialects.postgresql.lowering_renames import Renames
from autogen.dialects.postgresql.online_frame import NotResumable
from autogen.dialects.postgresql.spelling import Spelling
from autogen.plan import Step
from autogen.schema import Dependent, Key, Schema


def steps(
    dialect: Dialect,
    changes: Sequence[Change],
    before: Schema,
    after: Schema,
    dependents: Sequence[Dependent] = (),
    online: Online = OFFLINE,
) -> list[Step]:
    """The steps of an upgrade or, with reversed changes and exchanged schemas, of a downgrade.

    What a second run could not go on with after one that was cut short stays in one transaction."""
    found = phases(dialect, changes, before, after)

    def lowered(plain: frozenset[Key] | None) -> list[Step]:
        return _lowered(dialect, found, changes, (before, after), dependents, online, plain)

    if online.whole:
        return lowered(None)
    try:
        return lowered(frozenset())
    except NotResumable as first:
        try:
            return lowered(first.waiting)
        except NotResumable:
            return lowered(None)


def _lowered(
    dialect: Dialect,
    found: Phases,
    changes: Sequence[Change],
    ends: tuple[Schema, Schema],
    dependents: Sequence[Dependent],
    online: Online,
    plain: frozenset[Key] | None,
) -> list[Step]:
    spelling = Spelling(dialect.final_names, found.before, found.after)
    server = tuple(getattr(dialect.sqla, "server_version_info", None) or ())
    walk = Renames if found.renames else Enums
    lowering = walk(
        spelling, found.before, found.after, dependents, server, dialect.default_schema, online, plain=plain
    )
    if isinstance(lowering, Renames):
        return lowering.lower_around(found, changes, *ends)
    return lowering.lower(changes)
