"""Which changes of type PostgreSQL makes in its catalog, and which write the table anew (measured on 15 and
18, with the session's TimeZone at UTC and elsewhere)."""

from __future__ import annotations

from typing import Literal

from autogen.dialects.postgresql.casts import base, using
from autogen.dialects.postgresql.number_changes import parameters
from autogen.dialects.postgresql.sqltext import split_type
from autogen.dialects.postgresql.time_changes import FRACTIONS, TIMESTAMP, TIMESTAMPTZ, rounded
from autogen.schema import ColumnType

Rewrite = Literal["", "indexes", "table"]
_FREE = frozenset({("cidr", "inet"), ("xml", "text"), ("xml", "character varying")})
_ALIKE = ("text", "character varying", "citext")
_NUMBERED = frozenset({("integer", "oid"), ("oid", "integer")})


def rewritten(before: ColumnType, after: ColumnType) -> Rewrite:
    """What is written anew: nothing, the indexes over the column, or the whole table."""
    old, had, dimensions = split_type(before.sql)
    new, has, new_dimensions = split_type(after.sql)
    if before.sql == after.sql and before.enum == after.enum:
        return "indexes" if before.collation != after.collation else ""
    if dimensions or new_dimensions or before.enum or after.enum:
        return "table"
    if using(before, after, "c") is not None:
        return "table"
    old, new = base(before), base(after)
    pair = (old, new)
    kept = "indexes" if before.collation != after.collation else ""
    if old == new:
        free = _free(old, had, has, before, after)
        return _unless(free, kept)  # type: ignore[arg-type]
    if old in _ALIKE and new in _ALIKE:
        if has:
            return "table"
        return "indexes" if "citext" in pair or kept else ""
    if pair in _NUMBERED or (set(pair) == {TIMESTAMP, TIMESTAMPTZ} and not rounded(before, after)):
        return "indexes"
    return _unless(pair in _FREE and not has, "")


def _unless(free: bool, kept: Rewrite) -> Rewrite:
    return kept if free else "table"


def depends_on_zone(before: ColumnType, after: ColumnType) -> bool:
    """Whether the table stays as it is only where the session's TimeZone is UTC."""
    return {base(before), base(after)} == {TIMESTAMP, TIMESTAMPTZ} and not rounded(before, after)


def _free(
    name: str, had: tuple[str, ...], has: tuple[str, ...], before: ColumnType, after: ColumnType
) -> bool:
    """Whether other parameters of one type ask nothing of the values."""
    if name in ("character varying", "bit varying"):
        return not has or (bool(had) and int(has[0]) >= int(had[0]))
    if name == "numeric":
        if not has:
            return True
        if not had:
            return False
        (precision, scale), (was, was_scale) = parameters(has), parameters(had)
        return precision >= was and scale == was_scale
    return name in FRACTIONS and not rounded(before, after) and _fields(before) == _fields(after)


def _fields(type_: ColumnType) -> str:
    return split_type(type_.sql)[0]
