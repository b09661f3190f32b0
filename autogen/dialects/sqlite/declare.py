"""What the models declare, in the spelling that introspection gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from autogen.dialects.compiled import ddl_compiler, stated
from autogen.dialects.sqlite import types
from autogen.dialects.sqlite.parser import parse_element
from autogen.dialects.sqlite.sqltext import expression, tokenize
from autogen.schema import Check, Column, ColumnType, Computed, Index, IndexElement, Object, PrimaryKey, Table

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import O


def table(declared: sqlalchemy.Table, value: Table) -> tuple[Object, ...]:
    """The table with WITHOUT ROWID, STRICT and its ON CONFLICT clauses."""
    options = stated(declared, "sqlite")
    found: dict[str, str] = {}
    if options.get("with_rowid") is False:
        found["without_rowid"] = "true"
    if options.get("strict"):
        found["strict"] = "true"
    for key, action in _conflicts(declared).items():
        if action.upper() != "ABORT":
            found[f"on_conflict {key}"] = action.upper()
    return (replace(value, options=tuple(sorted(found.items()))) if found else value,)


def _conflicts(declared: sqlalchemy.Table) -> dict[str, str]:
    """ON CONFLICT by constraint, as SQLAlchemy's DDL would render it (CHECK accepts it without effect)."""
    found: dict[str, str] = {}
    if not any(stated(item, "sqlite") for item in (*declared.columns, *declared.constraints)):
        return found
    for column in declared.columns:
        action = stated(column, "sqlite").get("on_conflict_not_null")
        if action and not column.nullable:
            found[f"not null({column.name})"] = action
    for constraint in declared.constraints:
        kind = constraint.__visit_name__
        if kind not in ("primary_key_constraint", "unique_constraint"):
            continue
        columns = list(cast("Any", constraint).columns)
        primary = kind == "primary_key_constraint"
        action = stated(constraint, "sqlite").get("on_conflict")
        if len(columns) == 1 and (action is None or (primary and autoincrements(columns[0]))):
            place = "on_conflict_primary_key" if primary else "on_conflict_unique"
            action = stated(columns[0], "sqlite").get(place)
        if action and columns:
            names = ", ".join(str(c.name) for c in columns)
            found["primary key" if primary else f"unique({names})"] = action
    return found


def autoincrements(column: sqlalchemy.Column[Any]) -> bool:
    """Whether SQLAlchemy writes ``PRIMARY KEY AUTOINCREMENT`` into the column, the constraint's name lost."""
    import sqlalchemy as sa

    if not column.primary_key or not stated(column.table, "sqlite").get("autoincrement"):
        return False
    return bool(
        len(column.table.primary_key.columns) == 1
        and issubclass(column.type._type_affinity, sa.Integer)  # type: ignore[arg-type]
        and not column.foreign_keys
    )


def column_type(value: ColumnType) -> ColumnType:
    """A type in canonical spelling, its collation apart."""
    read = types.type_of(value.sql)
    collation = types.collation(value.collation) or read.collation
    return replace(value, sql=read.sql, collation=collation, charset=None, enum=None)


def part(declared: Any, value: O) -> O:
    """A column, constraint or index in canonical spelling."""
    if isinstance(value, Column):
        return cast("O", _column(declared, value))
    if isinstance(value, Index):
        return cast("O", _index(declared, value))
    if isinstance(value, PrimaryKey):
        columns = list(declared.columns)
        nameless = len(columns) == 1 and autoincrements(columns[0])
        if not nameless and not value.deferrable:
            return value
        return cast(
            "O", PrimaryKey(value.schema, value.table, None if nameless else value.name, value.columns)
        )
    if isinstance(value, Check):
        return replace(value, expression=expression(value.expression))
    return value


def _column(declared: sqlalchemy.Column[Any], value: Column) -> Column:
    """The column as it is, which nearly all are, or with what differs: SQLite has no identity and fills in
    NOT NULL for the rowid's alias."""
    key = declared.primary_key
    alias = key and value.type.sql == "INTEGER" and len(declared.table.primary_key.columns) == 1
    nullable = value.nullable and not alias
    default = None if value.default is None else types.default_of(value.default)
    computed = value.computed
    if computed:
        computed = Computed(expression(computed.expression), computed.persisted)
    counted = key and autoincrements(declared)
    same = nullable == value.nullable and default == value.default and computed == value.computed
    if same and not counted and value.identity is None:
        return value
    return replace(
        value, nullable=nullable, default=default, identity=None, computed=computed, autoincrement=counted
    )


def _index(declared: sqlalchemy.Index, value: Index) -> Index:
    where = stated(declared, "sqlite").get("where")
    predicate = None
    if where is not None:
        import sqlalchemy as sa
        from sqlalchemy.dialects import sqlite

        clause = sa.text(where) if isinstance(where, str) else where
        compiler = ddl_compiler(sqlite.dialect())
        text = compiler.sql_compiler.process(clause, include_table=False, literal_binds=True)
        predicate = expression(text)
    elements = value.elements
    if any(e.is_expression or e.collation is not None or e.nulls_first != e.descending for e in elements):
        columns = {str(c.name): c for c in declared.table.columns}  # type: ignore[union-attr]
        elements = tuple(_element(element, columns) for element in elements)
    return Index(value.schema, value.table, value.name, elements, value.unique, predicate=predicate)


def _element(element: IndexElement, columns: dict[str, Any]) -> IndexElement:
    """An index key; COLLATE and DESC inside its text become what they are."""
    descending, collation = element.descending, element.collation
    text, is_expression = element.text, element.is_expression
    if is_expression:
        read = parse_element(tokenize(text))
        folded = {name.lower(): name for name in columns}
        known = not read.is_expression and read.text.lower() in folded
        text = folded[read.text.lower()] if known else read.text if read.is_expression else expression(text)
        is_expression = not known
        descending = descending or read.descending
        collation = collation or read.collation
    own = None
    if not is_expression and text in columns:
        own = types.collation(getattr(columns[text].type, "collation", None))
    stated = types.collation(collation)
    if collation is not None and stated is None and own is not None:
        stated = "BINARY"
    return IndexElement(
        text, is_expression, descending, descending, collation=None if stated == own else stated
    )
