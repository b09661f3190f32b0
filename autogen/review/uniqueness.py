"""What the database enforces to be unique already."""

from __future__ import annotations

from autogen.review.context import Context
from autogen.schema import Index, IndexElement, Key, PrimaryKey, Unique


def enforced(
    context: Context,
    table: Key,
    wanted: frozenset[IndexElement],
    nulls_not_distinct: bool = False,
    predicate: str | None = None,
) -> bool:
    """Whether the database enforces as much already: some key over these columns or fewer of them."""
    for part in context.comparison.before.parts(context.old_name(table)):
        if isinstance(part, Index):
            same_rows = part.predicate in (None, predicate)
            holds = part.unique and part.valid and same_rows
            over = frozenset(bare(e) for e in part.elements)
        elif isinstance(part, PrimaryKey | Unique):
            holds, over = True, frozenset(IndexElement(name) for name in part.columns)
        else:
            continue
        no_nulls = isinstance(part, PrimaryKey) or part.nulls_not_distinct
        if holds and over <= wanted and (no_nulls or not nulls_not_distinct):
            return True
    return False


def bare(element: IndexElement) -> IndexElement:
    """The element without what only orders or stores it."""
    return IndexElement(
        element.text, element.is_expression, opclass=None, collation=element.collation, length=element.length
    )
