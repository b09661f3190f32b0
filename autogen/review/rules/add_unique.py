"""Values must become unique in a table with rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.probes import Duplicates
from autogen.review.uniqueness import bare, enforced
from autogen.review.weighing import weighed
from autogen.schema import Index, IndexElement, Unique

RULE = Rule("add-unique", "blocker", "a unique constraint or index over values that may not be unique")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Unique), *(after for _, after in context.altered(Unique))]:
        plain = frozenset(IndexElement(name) for name in new.columns)
        if not enforced(context, new.key.owner, plain, new.nulls_not_distinct, None):
            yield from _finding(context, new, new.columns)
    for index in [*context.created(Index), *(after for _, after in context.altered(Index))]:
        elements = frozenset(bare(element) for element in index.elements)
        if index.unique and not enforced(
            context, index.key.owner, elements, index.nulls_not_distinct, index.predicate
        ):
            yield from _finding(context, index, tuple(e.text for e in index.elements if not e.is_expression))


def _finding(context: Context, new: Unique | Index, columns: tuple[str, ...]) -> Iterator[Finding]:
    table = new.key.owner
    if not new.nulls_not_distinct and context.always_null(table, columns):
        return
    if context.may_hold_rows(table):
        finding = RULE.finding(
            new.key,
            "Must become unique: the upgrade fails while rows hold duplicates.",
            remedy="Remove duplicates first, and see that running code adds no new ones.",
        )
        settled = "See that running code adds no duplicates."
        yield weighed(finding, context.ask(Duplicates(new)), settled=settled)
