"""What MySQL and MariaDB are told of tables in use: how long to wait for a lock, and where not to copy.

ALTER TABLE copies the table, with writes waiting, wherever nothing better is left, and says nothing of it.
Adding a column or an index, a new default or comment never does; MODIFY may. So a MODIFY that needs no copy
is drafted as SQL that asks for none and fails otherwise (Alembic has no argument for that). Other changes
of type copy whatever is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autogen import operations as ops
from autogen.dialects.in_use import Online
from autogen.dialects.mysql.copies import copied
from autogen.dialects.transition import RATHER_FAIL
from autogen.operations import NOWHERE
from autogen.plan import Step
from autogen.schema import Column, Schema, Table

IN_PLACE = ("ALGORITHM=INPLACE", "LOCK=NONE")
NO_COPY = "fails rather than copy the table while writes wait"
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "": 1e-3}


def stays_in_place(
    before: Column, after: Column, old: Schema, new: Schema, online: Online, is_mariadb: bool
) -> bool:
    """Whether the server may be held to change a column of a table in use without copying it."""
    key = after.key.owner
    modified = (before.type, before.nullable) != (after.type, after.nullable)
    table = old.get(key)
    if not modified or not isinstance(table, Table) or key not in new or key not in online.tables:
        return False
    return needs_no_copy(before, after, dict(table.options).get("charset"), is_mariadb)


def needs_no_copy(before: Column, after: Column, charset: str | None, is_mariadb: bool) -> bool:
    """Whether a MODIFY with another type or nullability leaves the table where it is (on MariaDB: measured).

    ``charset`` is the table's, where that is known."""
    old, new = before.type, after.type
    same = (before.autoincrement, before.computed, before.on_update, old.charset, old.collation)
    if same != (after.autoincrement, after.computed, after.on_update, new.charset, new.collation):
        return False
    return not copied(old, new, is_mariadb, charset)


def timed(steps: Sequence[Step], online: Online, before: Schema, after: Schema) -> list[Step]:
    """The steps between a lock timeout and its end, where one of them locks a table in use."""
    if not any(online.reached_by(step.subject, before, after) for step in steps):
        return list(steps)
    begin, end = lock_limits(online.lock_timeout)
    return [ops.execute(begin, NOWHERE, RATHER_FAIL), *steps, ops.execute(end, NOWHERE)]


def lock_limits(duration: str) -> tuple[str, str]:
    """SQL that begins and ends a lock timeout."""
    variable = "SET SESSION lock_wait_timeout"
    return f"{variable} = {seconds(duration)}", f"{variable} = DEFAULT"


def seconds(duration: str) -> int:
    """A duration as PostgreSQL spells it in whole seconds, one at least."""
    found = re.fullmatch(r"(\d+) *(us|ms|s|min|h)?", duration)
    if found is None:
        raise ValueError(f"not a duration: {duration!r}")
    return max(round(int(found[1]) * _SECONDS[found[2] or ""]), 1)
