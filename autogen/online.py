"""Which tables are in use while a draft runs, and so get the forms under which reads and writes go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from autogen.changes import Change, Create, Drop, Rename
from autogen.dialects.base import Dialect
from autogen.dialects.in_use import OFFLINE, Online
from autogen.plan import Comparison
from autogen.schema import ForeignKey, Key, Table

Mode = Literal["auto", "always", "never"]
LOCK_TIMEOUT = "5s"


class Forms(NamedTuple):
    """What the user wants: safe forms for tables that may hold rows, for all that stand, or for none.

    ``lift_defaults`` lends a new NOT NULL column the models' Python-side default while it is added;
    None where nobody said anything about it."""

    mode: Mode = "auto"
    lock_timeout: str = LOCK_TIMEOUT
    lift_defaults: bool | None = None


DEFAULT = Forms()


def online(
    comparison: Comparison, dialect: Dialect, forms: Forms, has_rows: Callable[[Key], bool | None]
) -> Online:
    """The standing tables that the changes touch, without those that are proven empty (``auto``).

    ``has_rows`` is asked with the key a table has in the database, once for each table."""
    if forms.mode == "never" or not dialect.has_online_ddl:
        return OFFLINE
    changes = comparison.changes
    old = {c.after.key: c.before.key for c in changes if isinstance(c, Rename)}
    created = {c.key for c in changes if isinstance(c, Create) and isinstance(c.after, Table)}
    found: set[Key] = set()
    for table in sorted({key for change in changes for key in _tables(change)} - created):
        live = old.get(table, table)
        if live in comparison.before and (forms.mode == "always" or has_rows(live) is not False):
            found |= {table, live}
    return Online(frozenset(found), forms.lock_timeout)


def _tables(change: Change) -> set[Key]:
    """The tables that a change touches: a foreign key locks its target, too."""
    ends = [None if isinstance(change, Create) else change.before]
    ends.append(None if isinstance(change, Drop) else change.after)
    parts = [end for end in ends if end is not None]
    keys = {part.key.owner for part in parts if part.key.table or isinstance(part, Table)}
    return keys | {part.target for part in parts if isinstance(part, ForeignKey)}
