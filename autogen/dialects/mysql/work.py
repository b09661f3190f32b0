"""What MariaDB and MySQL do with the rows of a table while a change runs in its plain form.

Only what locks writes out counts: a table rebuilt in place (NULL to NOT NULL) goes on being written.
"""

from __future__ import annotations

import re

from autogen.changes import Alter, Change, Create, Drop
from autogen.dialects.facts import Work
from autogen.dialects.mysql.copies import copied
from autogen.dialects.mysql.tokens import columns_in
from autogen.schema import Check, Column, ForeignKey, Index, PrimaryKey

_PER_ROW = frozenset({"uuid", "uuid_short", "uuid_v4", "uuid_v7", "sys_guid", "nextval", "nextvalue"})
COPY = Work("copies the table", "ALGORITHM=COPY, LOCK=SHARED", "writes", copies=True)
IN_PLACE = Work("rebuilds the table", "ALGORITHM=INPLACE, LOCK=SHARED", "writes", copies=True)
SPECIAL = Work("builds the index", "LOCK=SHARED", "writes")
_CONSTANT = re.compile(
    r"""(?: [bBxXnN]?'(?:[^'\\]|''|\\.)*' | [+-]?[\d.]+(?:e[+-]?\d+)? | null | true | false
    | (?:current_timestamp|now|localtimestamp|localtime) (?:\(\d*\))? )\Z""",
    re.X | re.S | re.I,
)


def work(change: Change, columns: frozenset[str], is_mariadb: bool) -> Work | None:
    """``columns`` are the names of those that the table has."""
    if isinstance(change, Drop):
        return COPY if isinstance(change.before, PrimaryKey) else None
    if not isinstance(change, Create | Alter):
        return None
    new = change.after
    old = change.before if isinstance(change, Alter) else None
    if isinstance(new, Column):
        return _altered(old, new, is_mariadb) if isinstance(old, Column) else _added(new, columns, is_mariadb)
    if isinstance(new, Index):
        return SPECIAL if new.method in ("fulltext", "spatial") else None
    if isinstance(new, ForeignKey):
        return COPY
    if isinstance(new, Check):
        return COPY if new.enforced else None
    return None


def _added(column: Column, columns: frozenset[str], is_mariadb: bool) -> Work | None:
    if column.computed:
        return COPY if column.computed.persisted else None
    if column.autoincrement:
        return IN_PLACE
    if column.default is None or _CONSTANT.match(column.default.strip("() ")):
        return None
    # MariaDB evaluates an expression once for all rows, unless it reads the row or is known to differ
    once = is_mariadb and {w.lower() for w in columns_in(column.default)}.isdisjoint(columns | _PER_ROW)
    return None if once else COPY


def _altered(before: Column, after: Column, is_mariadb: bool) -> Work | None:
    if before.computed != after.computed:
        return COPY
    if before.type != after.type:
        return COPY if copied(before.type, after.type, is_mariadb) else None
    return COPY if before.autoincrement != after.autoincrement else None
