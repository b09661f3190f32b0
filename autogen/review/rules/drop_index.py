"""An index goes, and no other one takes its place."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.indexing import leading
from autogen.schema import Column, Index

RULE = Rule(
    "drop-index",
    "medium",
    "an index that no other one replaces is dropped from a table with rows",
)


def check(context: Context) -> Iterable[Finding]:
    gone = {column.key for column in context.dropped(Column)}
    for index in context.dropped(Index):
        table = index.key.owner
        if table in context.dropped_tables or not index.valid or not context.may_hold_rows(table):
            continue
        columns = [c for c in context.standing.columns(table) if c.key in gone]
        if any(column.name in index.columns for column in columns) or _replaced(context, index):
            continue
        over = ", ".join(element.text for element in index.elements)
        yield RULE.finding(
            index.key,
            f"Queries that find rows by {over} read the whole table from now on, and so do plans that rely "
            "on it.",
            "low" if context.is_small(table) else None,
            "See that nothing uses it (the server counts its scans) before it goes.",
        )


def _replaced(context: Context, index: Index) -> bool:
    """Whether another index begins with the same, or one is made of the same in another way."""
    after = context.comparison.after
    plain = [e.text for e in index.elements if not e.is_expression]
    if len(plain) == len(index.elements) and leading(after, index.key.owner, plain):
        return True
    texts = [e.text for e in index.elements]
    parts = after.parts(index.key.owner)
    return any(
        isinstance(p, Index) and p.predicate == index.predicate and [e.text for e in p.elements] == texts
        for p in parts
    )
