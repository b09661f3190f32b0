"""What MariaDB and MySQL do with the rows of a table while a change runs in its plain form.

Only what locks writes out counts: a table rebuilt in place (NULL to NOT NULL) goes on being written.
"""

from __future__ import annotations

import re

from autogen.changes import Alter, Change, Create, Drop
from autogen.dialects.facts import Work
from autogen.dialects.mysql.copies import copied
from autogen.schema import Check, Column, ForeignKey, Index, PrimaryKey

COPY = Work("copies the table", "ALGORITHM=COPY, LOCK=SHARED", "writes", copies=True)
IN_PLACE = Work("rebuilds the table", "ALGORITHM=INPLACE, LOCK=SHARED", "writes", copies=True)
SPECIAL = Work("builds the index", "LOCK=SHARED", "writes")
_CONSTANT = re.compile(
    r"""(?: [bBxXnN]?'(?:[^'\\]|''|\\.)*' | [+-]?[\d.]+(?:e[+-]?\d+)? | null | true | false
    | (?:current_timestamp|now|localtimestamp|localtime) (?:\(\d*\))? )\Z""",
    re.X | re.S | re.I,
)


def work(change: Change, is_mariadb: bool) -> Work | None:
    if isinstance(change, Drop):
        return COPY if isinstance(change.before, PrimaryKey) else None
    if not isinstance(change, Create | Alter):
        return None
    new = change.after
    old = change.before if isinstance(change, Alter) else None
    if isinstance(new, Column):
        return _altered(old, new, is_mariadb) if isinstance(old, Column) else _added(new)
    if isinstance(new, Index):
        return SPECIAL if new.method in ("fulltext", "spatial") else None
    if isinstance(new, ForeignKey):
        return COPY
    if isinstance(new, Check):
        return COPY if new.enforced else None
    return None


def _added(column: Column) -> Work | None:
    if column.computed:
        return COPY if column.computed.persisted else None
    if column.autoincrement:
        return IN_PLACE
    return COPY if column.default is not None and not _CONSTANT.match(column.default.strip("() ")) else None


def _altered(before: Column, after: Column, is_mariadb: bool) -> Work | None:
    if before.computed != after.computed:
        return COPY
    if before.type != after.type:
        return COPY if copied(before.type, after.type, is_mariadb) else None
    return COPY if before.autoincrement != after.autoincrement else None
