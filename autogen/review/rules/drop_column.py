"""A column is dropped, and its values with it; so is one whose values are replaced by an expression."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Values
from autogen.review.rules.probable_rename import unlikely
from autogen.review.uniqueness import told_apart_by
from autogen.schema import Column

RULE = Rule("drop-column", "blocker", "every dropped column, and one whose values an expression replaces")


def check(context: Context) -> Iterable[Finding]:
    for column in context.dropped(Column):
        if column.key.owner not in context.dropped_tables:
            yield _dropped(context, column)
    for before, after in context.altered(Column):
        if bool(before.computed) != bool(after.computed) and context.may_hold_rows(after.key.owner):
            yield _computed(after)


def _computed(column: Column) -> Finding:
    """A column that becomes computed, or stops being so: the values it holds are at stake."""
    if column.computed is None:
        message = (
            "Becomes a plain column: the values computed so far may be lost. See whether the draft fills "
            "them in again."
        )
        return RULE.finding(column.key, message, "high")
    return RULE.finding(
        column.key,
        "Deletes the column's values, which the computed expression replaces. "
        "downgrade() restores the column, not the values.",
    )


def _dropped(context: Context, column: Column) -> Finding:
    if column.computed is not None:
        message = "Deletes a computed column. downgrade() computes it again; code that still reads it breaks."
        return RULE.finding(column.key, message, "medium")
    if not context.may_hold_rows(column.key.owner):
        message = "Deletes a column of a table that is empty now. Code that still reads it breaks."
        return RULE.finding(column.key, message, "medium")
    held = context.ask(Values(context.live_column(column.key)))
    if held and held.verdict == "clean":
        message = "Deletes a column that holds no value now. Code that still reads it breaks."
        return replace(RULE.finding(column.key, message, "medium"), evidence=held)
    filled = column.nullable or column.default is not None or column.autoincrement or column.identity
    limits = ""
    if not filled:
        limits = ", and only while the table is empty, because it is NOT NULL without a default"
    elif told_apart_by(context, column):
        limits = ", and fails while a unique key tells rows apart by this column alone"
    found = held.text.removeprefix("holds ") if held and held.verdict == "violated" else "the column's values"
    finding = RULE.finding(
        column.key,
        f"Deletes {found}. downgrade() restores the column, not the values{limits}; "
        f"code that still reads it breaks.{unlikely(context, column.key)}",
    )
    return replace(finding, evidence=held)
