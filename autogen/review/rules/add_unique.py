"""Values must become unique in a table with rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Index, IndexElement, PrimaryKey, Unique

RULE = Rule("add-unique", "blocker")


def check(context: Context) -> Iterable[Finding]:
    for new in [*context.created(Unique), *(after for _, after in context.altered(Unique))]:
        plain = frozenset(IndexElement(name) for name in new.columns)
        if not _holds(context, new, plain, new.nulls_not_distinct, None):
            yield from _finding(context, new, new.columns)
    for index in [*context.created(Index), *(after for _, after in context.altered(Index))]:
        bare = frozenset(_bare(element) for element in index.elements)
        if index.unique and not _holds(context, index, bare, index.nulls_not_distinct, index.predicate):
            yield from _finding(context, index, tuple(e.text for e in index.elements if not e.is_expression))


def _finding(context: Context, new: Unique | Index, columns: tuple[str, ...]) -> Iterator[Finding]:
    table = new.key.owner
    if not new.nulls_not_distinct and context.always_null(table, columns):
        return
    if context.may_hold_rows(table):
        yield RULE.finding(
            new.key,
            "Must become unique: the upgrade fails while rows hold duplicates. "
            "Remove duplicates first, and see that running code adds no new ones.",
        )


def _holds(
    context: Context,
    new: Unique | Index,
    wanted: frozenset[IndexElement],
    nulls_not_distinct: bool,
    predicate: str | None,
) -> bool:
    """Whether the database enforces as much already: some key over these columns or fewer of them."""
    table = context.old_name(new.key.owner)
    for part in context.comparison.before.parts(table):
        if isinstance(part, Index):
            same_rows = part.predicate in (None, predicate)
            enforced = part.unique and part.valid and same_rows
            over = frozenset(_bare(e) for e in part.elements)
        elif isinstance(part, PrimaryKey | Unique):
            enforced, over = True, frozenset(IndexElement(name) for name in part.columns)
        else:
            continue
        no_nulls = isinstance(part, PrimaryKey) or part.nulls_not_distinct
        if enforced and over <= wanted and (no_nulls or not nulls_not_distinct):
            return True
    return False


def _bare(element: IndexElement) -> IndexElement:
    """The element without what only orders or stores it."""
    return IndexElement(
        element.text, element.is_expression, opclass=None, collation=element.collation, length=element.length
    )
