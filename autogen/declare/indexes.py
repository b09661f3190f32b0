"""Indexes of one table; predicates, methods and other options are kept by dialect, so left to its hook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import constraint_name, ddl_compiler, expression
from autogen.errors import AutogenError
from autogen.schema import Index, IndexElement

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.declare.tables import Declaration

_ORDERING = re.compile(r"\s+(?:(ASC|DESC)(?:\s+NULLS\s+(FIRST|LAST))?|NULLS\s+(FIRST|LAST))\s*\Z", re.I)


def of(
    run: Declaration, table: sqlalchemy.Table, schema: str, name: str
) -> Iterator[tuple[sqlalchemy.Index, Index]]:
    """Each index that this server would get, with its translation."""
    sqla = run.dialect.sqla
    for declared in table.indexes:
        if declared._ddl_if is not None and not _created(run, declared):
            continue
        index_name = constraint_name(sqla, declared, table)
        if index_name is None:
            raise AutogenError(
                f"An index of table {table.fullname} has no name, and no naming convention gives it one. "
                "Name it in the models."
            )
        elements = tuple(_element(run, table, index_name, e) for e in declared.expressions)
        yield declared, Index(schema, name, index_name, elements, unique=bool(declared.unique))


def _created(run: Declaration, declared: sqlalchemy.Index) -> bool:
    from sqlalchemy.schema import CreateIndex

    condition: Any = declared._ddl_if
    compiler = ddl_compiler(run.dialect.sqla)
    return bool(condition._should_execute(CreateIndex(declared), declared, None, compiler=compiler))


def _element(run: Declaration, table: sqlalchemy.Table, index: str, declared: Any) -> IndexElement:
    if declared.__visit_name__ == "column":
        return IndexElement(str(declared.name))
    inner, descending, nulls_first, collation = _unwrap(declared)
    if inner.__visit_name__ == "column" and not inner.is_literal:
        text, is_expression = str(inner.name), False
    else:
        where = f"index {index} of table {table.fullname}"
        text, is_expression = expression(run.dialect.sqla, inner, where), True
        ordering = _ORDERING.search(text)
        if ordering:
            text = text[: ordering.start()]
            descending = (ordering[1] or "").upper() == "DESC"
            stated = ordering[2] or ordering[3]
            nulls_first = None if stated is None else stated.upper() == "FIRST"
        if text in table.columns and re.fullmatch(r"[a-z_][a-z0-9_]*", text):
            is_expression = False
    if nulls_first is None:
        nulls_first = descending
    return IndexElement(text, is_expression, descending, nulls_first, collation=collation)


def _unwrap(element: Any) -> tuple[Any, bool, bool | None, str | None]:
    """The key itself, and its DESC, NULLS FIRST (None where unstated) and collation."""
    from sqlalchemy.sql import operators

    descending, nulls_first, collation = False, None, None
    while True:
        kind = element.__visit_name__
        modifier = getattr(element, "modifier", None) if kind == "unary" else None
        if modifier in (operators.desc_op, operators.asc_op):
            descending = modifier is operators.desc_op
        elif modifier in (operators.nulls_first_op, operators.nulls_last_op):
            nulls_first = modifier is operators.nulls_first_op
        elif kind == "binary" and element.operator is operators.collate:
            collation = str(element.right.collation)
            element = element.left
            continue
        elif kind not in ("label", "grouping"):
            return element, descending, nulls_first, collation
        element = element.element
