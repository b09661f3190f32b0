"""What PostgreSQL does with the rows of a table while a change runs in its plain form."""

from __future__ import annotations

from autogen.changes import Alter, Change, Create
from autogen.dialects.facts import Blocks, Facts, Work
from autogen.dialects.postgresql.facts import called
from autogen.dialects.postgresql.lowering_enums import grows
from autogen.dialects.postgresql.rewrites import rewritten
from autogen.dialects.postgresql.sqltext import identifier
from autogen.plan import Comparison
from autogen.schema import Check, Column, EnumType, Exclude, ForeignKey, Index, PrimaryKey, Unique

_EXCLUSIVE = "an ACCESS EXCLUSIVE lock"
_ALL: Blocks = "reads and writes"
REWRITE = Work("rewrites the table", _EXCLUSIVE, _ALL, copies=True)
SCAN = Work("reads every row", _EXCLUSIVE, _ALL)
INDEX = Work("builds the index", "a SHARE lock", "writes")
KEY = Work("builds its index", _EXCLUSIVE, _ALL)
REFERENCE = Work("looks up every row", "a SHARE ROW EXCLUSIVE lock", "writes")
REINDEX = Work("builds the column's indexes anew", _EXCLUSIVE, _ALL)
_STABLE = frozenset(
    {"now", "statement_timestamp", "transaction_timestamp", "timezone", "date_trunc", "lower"}
)
"""Functions that are known to give all rows one value, where the catalog could not be asked."""


def work(change: Change, comparison: Comparison, facts: Facts) -> Work | None:
    if not isinstance(change, Create | Alter):
        return None
    new = change.after
    old = change.before if isinstance(change, Alter) else None
    if isinstance(new, Column):
        return _altered(old, new, comparison) if isinstance(old, Column) else _added(new, facts)
    if isinstance(new, Index):
        in_place = isinstance(change, Alter) and change.changed == ("options",)
        return None if in_place else INDEX
    if isinstance(new, Unique | PrimaryKey | Exclude):
        return KEY
    if isinstance(new, ForeignKey):
        return REFERENCE if new.validated and new.enforced else None
    if isinstance(new, Check):
        return SCAN if new.validated and new.enforced else None
    if isinstance(new, EnumType) and isinstance(old, EnumType):
        return None if grows(old, new) else REWRITE
    return None


def _added(column: Column, facts: Facts) -> Work | None:
    stored = column.computed is not None and column.computed.persisted
    if stored or column.identity or column.autoincrement:
        return REWRITE
    return REWRITE if column.default is not None and is_volatile(column.default, facts) else None


def is_volatile(default: str, facts: Facts) -> bool:
    """Whether the default gives each row another value, so that none can stand for all in the catalog."""
    names = called([default])
    return bool(names - _STABLE) if facts.volatile is None else not names.isdisjoint(facts.volatile)


def _altered(before: Column, after: Column, comparison: Comparison) -> Work | None:
    if before.computed != after.computed:
        return REWRITE if after.computed and after.computed.persisted else None
    if before.type != after.type:
        what = rewritten(before.type, after.type)
        if what == "table":
            return REWRITE
        if what == "indexes" and _indexed(before, comparison):
            return REINDEX
    return SCAN if before.nullable and not after.nullable and not _never_null(before, comparison) else None


def _never_null(column: Column, comparison: Comparison) -> bool:
    """Whether a check says so already: the server then reads no row."""
    wanted = f"{identifier(column.name)} IS NOT NULL"
    parts = comparison.before.parts(column.key.owner)
    return any(isinstance(p, Check) and p.validated and p.expression.strip("()") == wanted for p in parts)


def _indexed(column: Column, comparison: Comparison) -> bool:
    parts = comparison.before.parts(column.key.owner)
    return any(column.name in p.columns for p in parts if isinstance(p, Index | Unique | PrimaryKey))
