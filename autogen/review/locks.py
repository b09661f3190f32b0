"""Findings about what has to wait while the server works on a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autogen.dialects.facts import Size, Work
from autogen.plan import Finding, Severity
from autogen.review.context import Context
from autogen.review.rule import Rule
from autogen.schema import Key

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def locked(
    context: Context,
    rule: Rule,
    key: Key,
    work: Work | None,
    remedy: str,
    *others: Key,
    note: str = "",
) -> Iterator[Finding]:
    """What waits for the work on the object's table, and on ``others`` that are locked along with it."""
    table = key.owner
    severity = weight(context, rule, key)
    if work is None or severity is None:
        return
    tables = " and ".join([with_size(context, table), *(other.label for other in others if other != table)])
    words = f"{work.does[:1].upper()}{work.does[1:]} under {work.lock}{note}"
    yield rule.finding(
        key, f"{words}: {work.blocks} of {tables} wait until it is done.", severity, remedy=remedy
    )


def weight(context: Context, rule: Rule, key: Key) -> Severity | None:
    """How much a lock on the object's table weighs: nothing where no row is there or the draft works around
    it, little where the server is through with all rows at once."""
    if not context.may_hold_rows(key.owner) or (is_drafted(context, rule) and context.online(key)):
        return None
    return "low" if context.is_small(key.owner) else rule.severity


def is_drafted(context: Context, rule: Rule) -> bool:
    """Whether drafts for this database have a safe form of what the rule speaks of."""
    return bool(rule.drafted) and context.dialect.is_among(rule.drafted)


def heaviest(context: Context, tables: Sequence[Key]) -> bool:
    """Whether one of the tables holds rows and is not small."""
    return any(context.may_hold_rows(table) and not context.is_small(table) for table in tables)


def with_size(context: Context, table: Key) -> str:
    """``orders (about 1,200,000 rows, 210 MB)``."""
    words = size_words(context.size(table))
    return f"{table.label} ({words})" if words else table.label


def size_words(size: Size) -> str:
    parts = [] if size.rows is None else [f"about {rounded(size.rows):,} rows"]
    return ", ".join([*parts, *([] if size.bytes is None else [_bytes(size.bytes)])])


def rounded(number: int) -> int:
    """To three digits: estimates are no better."""
    unit: int = 10 ** max(len(str(number)) - 3, 0)
    return int(round(number / unit) * unit)


def _bytes(number: float) -> str:
    for unit in _UNITS[:-1]:
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.0f} {_UNITS[-1]}"
