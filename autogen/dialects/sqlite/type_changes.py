"""What a changed type does to the values: SQLite stores nearly anything in nearly any column."""

from __future__ import annotations

import re

from autogen.dialects.base import TypeChange
from autogen.dialects.sqlite.types import affinity
from autogen.schema import Column, Object

_LENGTH = re.compile(r"(?:CHAR|VARYING|BINARY)\((\d+)\)")


def type_change(before: Object, after: Object) -> TypeChange:
    """Values move to the new column's affinity; what does not fit it stays as it was.

    A shorter declared length is ``narrowing`` although SQLite enforces none: the models promise other
    readers (a reviewer, another database, the application's own validation) that no value is longer.
    """
    if not (isinstance(before, Column) and isinstance(after, Column)) or before.type == after.type:
        return TypeChange("none")
    old, new = before.type.sql, after.type.sql
    shorter = _shorter(old, new)
    if shorter:
        return TypeChange("narrowing", shorter)
    return _converted(affinity(old), affinity(new))


def _shorter(old: str, new: str) -> str | None:
    limit = _LENGTH.search(new)
    if not limit or affinity(old) != "TEXT":
        return None
    had = _LENGTH.search(old)
    if had and int(had[1]) <= int(limit[1]):
        return None
    return f"values may be longer than {limit[1]}, which SQLite does not check"


def _converted(old: str, new: str) -> TypeChange:
    numeric = ("INTEGER", "NUMERIC", "REAL")
    if old == new or new == "BLOB" or (old in ("INTEGER", "REAL") and new == "NUMERIC"):
        return TypeChange("none")
    if new == "TEXT":
        return TypeChange("none", "numbers become text")
    if old in numeric and new in numeric:
        if new == "REAL" and old == "INTEGER":
            return TypeChange("lossy", "integers beyond 2^53 lose digits")
        return TypeChange("none", "values that are no integers stay as they are")
    if old == "TEXT":
        return TypeChange(
            "lossy", "text that looks like a number becomes one ('007' becomes 7), the rest stays"
        )
    return TypeChange("none", "values that are no numbers stay as they are")
