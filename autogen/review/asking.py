"""Which facts the catalog is asked for: of what changes alone, and of what is locked along with it."""

from __future__ import annotations

from collections.abc import Callable

from autogen.changes import Alter, Create, Drop
from autogen.dialects.facts import Asked
from autogen.plan import Comparison
from autogen.schema import Column, EnumType, ForeignKey, Key, TablePart


def asked(comparison: Comparison, old_name: Callable[[Key], Key]) -> Asked:
    """The tables that stand and change, those that new foreign keys refer to, those that use a changed enum
    type; the integer keys of these tables; the defaults of new columns."""
    tables: set[Key] = set()
    defaults: set[str] = set()
    for change in comparison.changes:
        subject = change.before if isinstance(change, Drop) else change.after
        if isinstance(subject, EnumType) and isinstance(change, Alter):
            columns = comparison.before.of_kind(Column)
            tables |= {c.key.owner for c in columns if c.type.enum == change.before.key}
        if isinstance(subject, TablePart):
            tables.add(old_name(change.key.owner))
        elif change.key.kind == "table":
            tables.add(old_name(change.key))
        if isinstance(subject, ForeignKey) and not isinstance(change, Drop):
            tables.add(old_name(subject.target))
        if isinstance(change, Create) and isinstance(subject, Column) and subject.default is not None:
            defaults.add(subject.default)
    standing = sorted(key for key in tables if key in comparison.before)
    return Asked(tuple(standing), tuple(_keys(comparison, standing)), tuple(sorted(defaults)))


def _keys(comparison: Comparison, tables: list[Key]) -> list[Key]:
    """The columns that number rows."""
    return [
        column.key
        for table in tables
        for column in comparison.before.columns(table)
        if column.autoincrement or column.identity
    ]
