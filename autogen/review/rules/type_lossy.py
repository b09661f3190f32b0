"""A type changes so that values may not fit, or change silently; an enum loses labels."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Evidence, Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Labelled, Misfits
from autogen.review.weighing import GRAVEST, weighed
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
        users = _users(context, new.key) if gone else []
        if any(context.may_hold_rows(user.owner) for user in users):
            yield from (_label(context, new, label, users) for label in gone)


def _label(context: Context, enum: EnumType, label: str, users: list[Key]) -> Finding:
    finding = Finding(
        RULE.id,
        RULE.severity,
        f"{enum.key.label}.{label}",
        f"Removes the label {label!r}: the upgrade fails while a row holds it.",
        "enum",
        remedy="Give such rows another value first.",
    )
    kept = (user for user in users if _keeps(context, user, enum.key))
    live = tuple(context.live_column(user) for user in kept)
    return weighed(finding, context.ask(Labelled(context.live_label(enum, label), live)))


def _column(context: Context, before: Column, after: Column) -> Iterable[Finding]:
    change = context.dialect.type_change(before, after)
    types = f"{_words(before.type, after.type)} becomes {_words(after.type, before.type)}"
    if change.loss == "none":
        return
    refused = context.ask(Misfits(before, after, True))
    changed = context.ask(Misfits(before, after, False))
    told = _told(refused, changed)
    again = "Check the data again" if told and told.verdict == "clean" else "Check the data"
    if change.loss == "narrowing":
        why = change.why or "values that do not fit fail"
        finding = RULE.finding(after.key, f"Narrowing: {why}.", remedy=f"{again} before {types}.")
    elif change.loss == "lossy":
        why = change.why or "values change silently"
        remedy = f"When {types}, downgrade() brings the type back, not the values."
        finding = RULE.finding(after.key, f"Lossy change: {why}.", remedy=remedy)
    else:
        why = change.why or "values that cannot be converted fail"
        finding = RULE.finding(after.key, f"Conversion: {why}.", "high", f"{again} before {types}.")
    decided = change.loss != "lossy" or changed is not None
    yield weighed(
        finding,
        told,
        fails=context.strict and told is refused,
        clean="medium" if decided else finding.severity,
    )


def _told(refused: Evidence | None, changed: Evidence | None) -> Evidence | None:
    """The answer that matters most; the upgrade's failing before what it changes."""
    answers = [answer for answer in (refused, changed) if answer is not None]
    return min(answers, key=lambda answer: GRAVEST.index(answer.verdict), default=None)


def _words(type_: ColumnType, other: ColumnType) -> str:
    """A type, with the collation and character set by which the other one differs."""
    alike = (type_.collation, type_.charset) == (other.collation, other.charset)
    return type_.sql if alike else type_.words


def _users(context: Context, enum: Key) -> list[Key]:
    """The columns of the enum type that stand."""
    return [column.key for column in context.standing.of_kind(Column) if column.type.enum == enum]


def _keeps(context: Context, column: Key, enum: Key) -> bool:
    """Whether a column keeps the type; of one that gets another, its own change tells."""
    after = context.comparison.after.get(column)
    return isinstance(after, Column) and after.type.enum == enum
