"""A whole schema as SQL, for rebuilding it quickly: one statement an object, no Alembic in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from autogen.dialects.postgresql.lowering_columns import identity_options
from autogen.dialects.postgresql.lowering_parts import constraint_sql, sequence_options
from autogen.dialects.postgresql.spelling import TABLE_OPTIONS, element_sql, serial_type
from autogen.dialects.postgresql.sqltext import identifier, qualified, string, table_name
from autogen.schema import (
    Check,
    Column,
    Constraint,
    EnumType,
    Identity,
    Index,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
    TablePart,
    Unique,
)


def enum_sql(enum: EnumType) -> str:
    labels = ", ".join(string(label) for label in enum.labels)
    return f"CREATE TYPE {qualified(enum.schema, enum.name)} AS ENUM ({labels})"


def sequence_sql(sequence: Sequence) -> str:
    options = sequence_options(sequence, Sequence(sequence.schema, sequence.name))
    return " ".join([f"CREATE SEQUENCE {qualified(sequence.schema, sequence.name)}", *options])


def table_sql(table: Table, schema: Schema) -> Iterator[str]:
    """CREATE TABLE with its columns, keys and checks, then its comments."""
    options = dict(table.options)
    columns = schema.columns(table.key)
    unlogged = "UNLOGGED " if options.get("unlogged") else ""
    name = qualified(table.schema, table.name)
    inside = [*(column_sql(c) for c in columns), *(named(c) for c in schema.parts(table.key) if fits_in(c))]
    parts = [f"CREATE {unlogged}TABLE {name} ({', '.join(inside)})"]
    if "inherits" in options:
        parts.append(f"INHERITS ({options['inherits']})")
    if "partition_by" in options:
        parts.append(f"PARTITION BY {options['partition_by']}")
    if "using" in options:
        parts.append(f"USING {identifier(options['using'])}")
    storage = [f"{k}={string(v)}" for k, v in table.options if k not in TABLE_OPTIONS]
    if storage:
        parts.append(f"WITH ({', '.join(storage)})")
    if "tablespace" in options:
        parts.append(f"TABLESPACE {identifier(options['tablespace'])}")
    yield " ".join(parts)
    if table.comment is not None:
        yield f"COMMENT ON TABLE {name} IS {string(table.comment)}"
    for column in columns:
        if column.comment is not None:
            yield f"COMMENT ON COLUMN {name}.{identifier(column.name)} IS {string(column.comment)}"
        if column.autoincrement and column.nullable:
            yield f"ALTER TABLE {name} ALTER COLUMN {identifier(column.name)} DROP NOT NULL"


def column_sql(column: Column) -> str:
    parts = [identifier(column.name), serial_type(column) if column.autoincrement else column.type.sql]
    if column.type.collation:
        parts.append(f"COLLATE {column.type.collation}")
    if column.computed:
        kind = "STORED" if column.computed.persisted else "VIRTUAL"
        parts.append(f"GENERATED ALWAYS AS ({column.computed.expression}) {kind}")
    if column.identity:
        when = "ALWAYS" if column.identity.always else "BY DEFAULT"
        options = identity_options(Identity(), column.identity)
        inside = f" ({' '.join(options)})" if options else ""
        parts.append(f"GENERATED {when} AS IDENTITY{inside}")
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if not column.nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def fits_in(part: TablePart) -> TypeGuard[PrimaryKey | Unique | Check]:
    """Whether a part is made with its table: CREATE TABLE would forget that a check is NOT VALID."""
    return isinstance(part, PrimaryKey | Unique) or (isinstance(part, Check) and part.validated)


def named(constraint: Constraint) -> str:
    name = f"CONSTRAINT {identifier(constraint.name)} " if constraint.name else ""
    return f"{name}{constraint_sql(constraint)}"


def add_constraint_sql(constraint: Constraint) -> str:
    return f"ALTER TABLE {table_name(constraint.key)} ADD {named(constraint)}"


def index_sql(index: Index) -> Iterator[str]:
    unique = "UNIQUE " if index.unique else ""
    method = f" USING {identifier(index.method)}" if index.method else ""
    keys = ", ".join(element_sql(e) for e in index.elements)
    parts = [f"CREATE {unique}INDEX {identifier(index.name)} ON {table_name(index.key)}{method} ({keys})"]
    if index.include:
        parts.append(f"INCLUDE ({', '.join(identifier(c) for c in index.include)})")
    if index.nulls_not_distinct:
        parts.append("NULLS NOT DISTINCT")
    if index.options:
        parts.append(f"WITH ({', '.join(f'{k}={string(v)}' for k, v in index.options)})")
    if index.predicate is not None:
        parts.append(f"WHERE {index.predicate}")
    yield " ".join(parts)
    if not index.valid:
        # only a superuser may; a scratch database is nobody else's
        name = string(qualified(index.schema, index.name))
        yield f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = {name}::regclass"
