"""What the models declare, in the spelling that introspection gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from autogen.dialects.compiled import ddl_compiler
from autogen.dialects.sqlite import types
from autogen.dialects.sqlite.parser import parse_element
from autogen.dialects.sqlite.sqltext import expression, tokenize
from autogen.schema import Check, Column, Computed, Index, IndexElement, Object, PrimaryKey, Table

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import O


def table(declared: sqlalchemy.Table, value: Table) -> tuple[Object, ...]:
    """The table with WITHOUT ROWID, STRICT and its ON CONFLICT clauses; SQLite keeps no comments."""
    stated = declared.dialect_options["sqlite"]
    options: dict[str, str] = {}
    if stated.get("with_rowid") is False:
        options["without_rowid"] = "true"
    if stated.get("strict"):
        options["strict"] = "true"
    for key, action in _conflicts(declared).items():
        if action and action.upper() != "ABORT":
            options[f"on_conflict {key}"] = action.upper()
    return (replace(value, comment=None, options=tuple(sorted(options.items()))),)


def _conflicts(declared: sqlalchemy.Table) -> dict[str, str | None]:
    """ON CONFLICT by constraint, as SQLAlchemy's DDL would render it (CHECK accepts it without effect)."""
    found: dict[str, str | None] = {}
    for column in declared.columns:
        if not column.nullable:
            found[f"not null({column.name})"] = _option(column, "on_conflict_not_null")
    for constraint in declared.constraints:
        kind = constraint.__visit_name__
        if kind not in ("primary_key_constraint", "unique_constraint"):
            continue
        columns = list(cast("Any", constraint).columns)
        if not columns:
            continue
        primary = kind == "primary_key_constraint"
        action = _option(constraint, "on_conflict")
        if len(columns) == 1 and (action is None or (primary and autoincrements(columns[0]))):
            action = _option(columns[0], "on_conflict_primary_key" if primary else "on_conflict_unique")
        names = ", ".join(str(c.name) for c in columns)
        found["primary key" if primary else f"unique({names})"] = action
    return found


def _option(item: Any, name: str) -> str | None:
    value: str | None = item.dialect_options["sqlite"].get(name)
    return value


def autoincrements(column: sqlalchemy.Column[Any]) -> bool:
    """Whether SQLAlchemy writes ``PRIMARY KEY AUTOINCREMENT`` into the column, the constraint's name lost."""
    import sqlalchemy as sa

    declared = column.table
    return bool(
        column.primary_key
        and declared.dialect_options["sqlite"].get("autoincrement")
        and len(declared.primary_key.columns) == 1
        and issubclass(column.type._type_affinity, sa.Integer)  # type: ignore[arg-type]
        and not column.foreign_keys
    )


def part(declared: Any, value: O) -> O:
    """A column, constraint or index in canonical spelling."""
    if isinstance(value, Column):
        return cast("O", _column(declared, value))
    if isinstance(value, PrimaryKey):
        columns = list(declared.columns)
        nameless = len(columns) == 1 and autoincrements(columns[0])
        plain = replace(value, deferrable=False, initially_deferred=False, include=())
        return replace(plain, name=None) if nameless else plain
    if isinstance(value, Check):
        return replace(value, expression=expression(value.expression))
    if isinstance(value, Index):
        return cast("O", _index(declared, value))
    return value


def _column(declared: sqlalchemy.Column[Any], value: Column) -> Column:
    type_ = types.type_of(value.type.sql)
    type_ = replace(
        value.type,
        sql=type_.sql,
        collation=types.collation(value.type.collation) or type_.collation,
        charset=None,
        enum=None,
    )
    computed = value.computed
    if computed:
        computed = Computed(expression(computed.expression), computed.persisted)
    alias = value.nullable and declared.primary_key and type_.sql == "INTEGER"
    if alias and len(declared.table.primary_key.columns) == 1:
        value = replace(value, nullable=False)
    return replace(
        value,
        type=type_,
        default=None if value.default is None else types.default_of(value.default),
        identity=None,
        computed=computed,
        comment=None,
        autoincrement=autoincrements(declared),
        on_update=None,
    )


def _index(declared: sqlalchemy.Index, value: Index) -> Index:
    where = declared.dialect_options["sqlite"].get("where")
    predicate = None
    if where is not None:
        import sqlalchemy as sa

        clause = sa.text(where) if isinstance(where, str) else where
        from sqlalchemy.dialects import sqlite

        compiler = ddl_compiler(sqlite.dialect())
        text = compiler.sql_compiler.process(clause, include_table=False, literal_binds=True)
        predicate = expression(text)
    columns = {str(c.name): c for c in declared.table.columns}  # type: ignore[union-attr]
    elements = tuple(_element(element, columns) for element in value.elements)
    return replace(
        value,
        elements=elements,
        predicate=predicate,
        method=None,
        include=(),
        options=(),
        nulls_not_distinct=False,
    )


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
