"""A type changes so that values may not fit, or change silently; an enum loses labels."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Column, ColumnType, EnumType, Key

RULE = Rule(
    "type-lossy",
    "blocker",
    "a type change that narrows, rounds, truncates or may fail; an enum label that goes",
)


def check(context: Context) -> Iterable[Finding]:
    for before, after in context.retyped:
        if context.may_hold_rows(after.key.owner):
            yield from _column(context, before, after)
    for old, new in context.altered(EnumType):
        gone = [label for label in old.labels if label not in new.labels]
        if gone and any(context.may_hold_rows(table) for table in _users(context, old.key)):
            yield from (_label(new, label) for label in gone)


def _label(enum: EnumType, label: str) -> Finding:
    message = (
        f"Removes the label {label!r}: the upgrade fails while a row holds it. Give such rows another value "
        "first."
    )
    return Finding(RULE.id, RULE.severity, f"{enum.key.label}.{label}", message, "enum")


def _column(context: Context, before: Column, after: Column) -> Iterable[Finding]:
    change = context.dialect.type_change(before, after)
    types = f"{_words(before.type, after.type)} becomes {_words(after.type, before.type)}"
    if change.loss == "narrowing":
        why = change.why or "values that do not fit fail"
        yield RULE.finding(after.key, f"Narrowing: {why}. Check the data before {types}.")
    elif change.loss == "lossy":
        why = change.why or "values change silently"
        yield RULE.finding(
            after.key,
            f"Lossy change: {why}. When {types}, downgrade() brings the type back, not the values.",
        )
    elif change.loss == "may fail":
        why = change.why or "values that cannot be converted fail"
        yield RULE.finding(after.key, f"Conversion: {why}. Check the data before {types}.", "high")


def _words(type_: ColumnType, other: ColumnType) -> str:
    """A type, with the collation and character set by which the other one differs."""
    alike = (type_.collation, type_.charset) == (other.collation, other.charset)
    return type_.sql if alike else type_.words


def _users(context: Context, enum: Key) -> Iterable[Key]:
    """The tables that stand with a column of the enum type."""
    columns = context.standing.of_kind(Column)
    return dict.fromkeys(c.key.owner for c in columns if c.type.enum == enum)
