"""Pairs of types between which the server has no conversion, not even for a table without rows."""

from __future__ import annotations

from dataclasses import replace

from autogen.changes import Alter, Change
from autogen.dialects.mysql import types
from autogen.dialects.mysql.text_changes import BYTES
from autogen.schema import Column, ColumnType

_SPATIAL = frozenset(
    {
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
    }
)
_ADDRESSES = frozenset({"uuid", "inet4", "inet6"})
_CONVERTIBLE = types.TEXTS | BYTES | {"json"}


def by_way(change: Change) -> list[Change]:
    """The change alone, or by way of text (of bytes for a shape) where no conversion leads there directly.

    Values arrive where their text is one of the new type, and are refused where it is not.
    """
    if not isinstance(change, Alter):
        return [change]
    before, after = change.before, change.after
    if not (isinstance(before, Column) and isinstance(after, Column)) or before.computed or after.computed:
        return [change]
    names = [types.parse(c.type.sql).name for c in (before, after)]
    if names[0] == names[1] or not _CONVERTIBLE.isdisjoint(names) or _SPATIAL.issuperset(names):
        return [change]
    if (_SPATIAL | _ADDRESSES).isdisjoint(names):
        return [change]
    kind = ColumnType("varchar(80)" if _SPATIAL.isdisjoint(names) else "longblob")
    halfway = replace(before, type=kind, default=None, on_update=None, autoincrement=False)
    return [Alter(before, halfway), Alter(halfway, after)]
