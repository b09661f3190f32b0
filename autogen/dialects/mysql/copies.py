"""Which changes of type copy the table with writes locked out (measured on MariaDB 10.11; MySQL 8 by its
manual)."""

from __future__ import annotations

from autogen.dialects.mysql import types
from autogen.dialects.mysql.types import TypeParts
from autogen.schema import ColumnType

_LABELS = ("enum", "set")
_UTF8 = ("utf8mb3", "utf8mb4")
_WIDTHS = {"utf8mb4": 4, "utf8mb3": 3}
_ONE_BYTE = 255
"""Up to so many bytes the length of a VARCHAR takes one byte in a row."""
_LOW_HALF = 127
"""Up to so many bytes MariaDB tells a length of one byte from one of two, and leaves rows as they are."""


def copied(before: ColumnType, after: ColumnType, is_mariadb: bool) -> bool:
    """Whether the whole table is, whatever stands over the column."""
    old, new = types.parse(before.sql), types.parse(after.sql)
    if _characters_differ(before, after, is_mariadb):
        return True
    if old == new:
        return False
    if old.name == new.name == "varchar":
        return _varchar_copied(old, new, after.charset, is_mariadb)
    if old.name == new.name and old.name in _LABELS:
        appended = new.args[: len(old.args)] == old.args
        return not appended or _storage(new) != _storage(old)
    return True


def _characters_differ(before: ColumnType, after: ColumnType, is_mariadb: bool) -> bool:
    if before.charset and after.charset and before.charset != after.charset:
        return not is_mariadb or (before.charset, after.charset) != _UTF8
    different = bool(before.collation and after.collation) and before.collation != after.collation
    return different and not is_mariadb


def _varchar_copied(old: TypeParts, new: TypeParts, charset: str | None, is_mariadb: bool) -> bool:
    was, room = int(old.args[0]), int(new.args[0])
    if room < was:
        return True
    width = _WIDTHS.get(charset or "utf8mb4", 1)
    told_apart = 0 if not is_mariadb else _LOW_HALF
    return told_apart < was * width <= _ONE_BYTE < room * width


def _storage(parts: TypeParts) -> int:
    """The bytes of a value."""
    labels = len(parts.args)
    if parts.name == "enum":
        return 1 if labels < 256 else 2
    return next((n for n in (1, 2, 3, 4) if labels <= 8 * n), 8)
