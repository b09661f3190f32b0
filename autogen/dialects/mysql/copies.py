"""Which changes of type copy the table with writes locked out (measured on MariaDB 10.11; MySQL 8 by its
manual)."""

from __future__ import annotations

from autogen.dialects.mysql import types
from autogen.dialects.mysql.types import TypeParts
from autogen.schema import ColumnType

_LABELS = ("enum", "set")
_UTF8 = ("utf8mb3", "utf8mb4")
_WIDTHS = {"latin1": 1, "ascii": 1, "binary": 1, "ucs2": 2, "utf8mb3": 3, "utf8mb4": 4}
"""The bytes of a character at most."""
_ANY_WIDTH = (1, 2, 3, 4)
_ONE_BYTE = 255
"""Up to so many bytes the length of a VARCHAR takes one byte in a row."""
_LOW_HALF = 127
"""Up to so many bytes MariaDB tells a length of one byte from one of two, and leaves rows as they are."""


def copied(before: ColumnType, after: ColumnType, is_mariadb: bool, charset: str | None = "utf8mb4") -> bool:
    """Whether the whole table is, whatever stands over the column. ``charset`` is the table's: where it is
    not known, whether the table may be."""
    old, new = types.parse(before.sql), types.parse(after.sql)
    if _characters_differ(before, after, is_mariadb):
        return True
    if old == new:
        return False
    if old.name == new.name and old.name in ("varchar", "varbinary"):
        return _length_copied(old, new, after.charset or charset, is_mariadb)
    if old.name == new.name and old.name in _LABELS:
        appended = new.args[: len(old.args)] == old.args
        return not appended or _storage(new) != _storage(old)
    return True


def _characters_differ(before: ColumnType, after: ColumnType, is_mariadb: bool) -> bool:
    if before.charset and after.charset and before.charset != after.charset:
        return not is_mariadb or (before.charset, after.charset) != _UTF8
    different = bool(before.collation and after.collation) and before.collation != after.collation
    return different and not is_mariadb


def _length_copied(old: TypeParts, new: TypeParts, charset: str | None, is_mariadb: bool) -> bool:
    was, room = int(old.args[0]), int(new.args[0])
    if room < was:
        return True
    stated = "binary" if old.name == "varbinary" else charset
    widths = (_WIDTHS[stated],) if stated in _WIDTHS else _ANY_WIDTH
    told_apart = _LOW_HALF if is_mariadb else 0
    return any(told_apart < was * width <= _ONE_BYTE < room * width for width in widths)


def _storage(parts: TypeParts) -> int:
    """The bytes of a value."""
    labels = len(parts.args)
    if parts.name == "enum":
        return 1 if labels < 256 else 2
    return next((n for n in (1, 2, 3, 4) if labels <= 8 * n), 8)
