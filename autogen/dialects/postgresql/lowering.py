"""Changes -> Alembic operations for PostgreSQL.

The walk is put together from walk (what stands in the way), lowering_parts, lowering_columns and
lowering_enums; this is the only entrance.
"""

from __future__ import annotations

from collections.abc import Sequence

from autogen.changes import Change
from autogen.dialects.base import OFFLINE, Dialect, Online
from autogen.dialects.lowering import Phases, phases
from autogen.dialects.postgresql.lowering_enums import Enums
from autogen.dialects.postgresql.lowering_renames import Renames
from autogen.dialects.postgresql.online_frame import NotResumable
from autogen.dialects.postgresql.spelling import Spelling
from autogen.plan import Step
from autogen.schema import Dependent, Schema


def steps(
    dialect: Dialect,
    changes: Sequence[Change],
    before: Schema,
    after: Schema,
    dependents: Sequence[Dependent] = (),
    online: Online = OFFLINE,
) -> list[Step]:
    """The steps of an upgrade or, with reversed changes and exchanged schemas, of a downgrade.

    Where a second run could not go on after one that was cut short, all forms are plain: one transaction."""
    found = phases(dialect, changes, before, after)

    def lowered(plain: bool) -> list[Step]:
        return _lowered(dialect, found, changes, (before, after), dependents, online, plain)

    try:
        return lowered(plain=False)
    except NotResumable:
        return lowered(plain=True)


def _lowered(
    dialect: Dialect,
    found: Phases,
    changes: Sequence[Change],
    ends: tuple[Schema, Schema],
    dependents: Sequence[Dependent],
    online: Online,
    plain: bool,
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
