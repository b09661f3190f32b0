"""What the database enforces to be unique already, and what it could not enforce again."""

from __future__ import annotations

from autogen.review.context import Context, gives_nothing
from autogen.schema import Column, Index, IndexElement, Key, PrimaryKey, TablePart, Unique


def enforced(
    context: Context,
    table: Key,
    wanted: frozenset[IndexElement],
    nulls_not_distinct: bool = False,
    predicate: str | None = None,
) -> bool:
    """Whether the database enforces as much already: some key over these columns or fewer of them."""
    for part in context.standing.parts(table):
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


def told_apart_by(context: Context, column: Column) -> bool:
    """Whether a unique key of the database may tell rows apart by this dropped column alone, which the
    downgrade restores with one value for them all."""
    table = column.key.owner
    dropped = {c.name: c for c in context.dropped(Column) if c.key.owner == table}
    remaining = [_names(p) for p in context.comparison.after.parts(table) if _whole(p)]
    for part in context.standing.parts(table):
        names = _names(part)
        if column.name not in names:
            continue
        gone = [dropped[name] for name in names if name in dropped]
        nulls_apart = not (isinstance(part, PrimaryKey) or getattr(part, "nulls_not_distinct", False))
        differs = any(_numbered(c) or (nulls_apart and c.nullable and gives_nothing(c)) for c in gone)
        kept = names - dropped.keys()
        if not differs and not any(key and key <= kept for key in remaining):
            return True
    return False


def _numbered(column: Column) -> bool:
    """Whether the server gives each row another value, or computes one."""
    return bool(column.identity or column.autoincrement or column.computed)


def _names(part: TablePart) -> frozenset[str]:
    """The columns of a unique key; none where the part is no such key."""
    if isinstance(part, Index):
        return frozenset(e.text for e in part.elements if part.unique and not e.is_expression)
    return frozenset(part.columns if isinstance(part, PrimaryKey | Unique) else ())


def _whole(part: TablePart) -> bool:
    """Whether a key holds for all rows, and by its columns alone."""
    return not isinstance(part, Index) or not (part.predicate or any(e.is_expression for e in part.elements))
