"""What operations on tables and columns do to a schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.dialects.stand_in import SqlType
from autogen.lint import written
from autogen.lint.meaning import NOTHING, UNKNOWN_DEFAULT, UNKNOWN_TYPE, Effect, Meaning, altered, flagged
from autogen.schema import (
    Column,
    Exclude,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Table,
    requires,
)

# -- tables -----------------------------------------------------------------------------------------------


def create_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    table = self.made_table(operation)
    key = self.key(table.name, table.schema)
    if key in schema:
        return (
            NOTHING
            if flagged(operation, "if_not_exists")
            else Effect(unclear=f"{key.label} is there already")
        )
    enums = [o for o in self.dialect.declare_objects(table.metadata) if o.key not in schema]
    whole = list(self.dialect.declare_table(table, Table(key.schema, key.name, table.comment)))
    columns = [
        self.enum_typed(self.declared_column(table, c, n), schema)
        for n, c in enumerate(table.columns, 1)
        if not c.system
    ]
    parts = [p for p in self.parts(table) if not isinstance(p, Exclude)]
    made: list[Object] = [*whole, *columns, *parts]
    distinct = {o.key: o for o in (*enums, *self.named(made, schema))}
    assumed = tuple(o for o in self.standing(key, schema) if isinstance(o, Namespace))
    return Effect(tuple(Create(o) for o in distinct.values()), assumed)


def drop_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    parts = sorted(schema.parts(key), key=lambda p: isinstance(p, Column))
    return Effect((*(Drop(p) for p in parts), Drop(table)), assumed)


def rename_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    if key not in schema and key._replace(kind="sequence") in schema:
        return NOTHING  # MariaDB renames sequences by the same statement
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    assert isinstance(table, Table)
    return Effect((Rename(table, replace(table, name=str(operation.new_table_name))),), assumed)


def table_comment(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    assert isinstance(table, Table)
    return altered(table, replace(table, comment=getattr(operation, "comment", None)), assumed)


def data(self: Meaning, operation: written.Data | written.Locked, schema: Schema) -> Effect:
    """Rows that are written stand in a table, and so does what is locked."""
    reads = isinstance(operation, written.Data) and not operation.writes
    tables = [table for table in operation.tables if table.name and not reads]
    return Effect(assumed=tuple(o for table in tables for o in self.standing(table, schema)))


# -- columns ----------------------------------------------------------------------------------------------


def add_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
    from alembic.util.sqla_compat import _copy

    declared = operation.column if operation.column.table is None else _copy(operation.column)
    table = self.objects.table(operation.table_name, declared, schema=operation.schema)
    key = self.key(table.name, table.schema)
    if schema.column(key, str(declared.name)) is not None:
        known = f"{key.label}.{declared.name} is there already"
        return NOTHING if flagged(operation, "if_not_exists") else Effect(unclear=known)
    position = len(schema.columns(key)) + 1
    column = self.enum_typed(self.declared_column(table, table.c[declared.name], position), schema)
    keyed = flagged(operation, "inline_primary_key")
    parts = [p for p in self.parts(table) if keyed or not isinstance(p, PrimaryKey)]
    named = self.named([column, *parts], schema)
    return Effect(tuple(Create(o) for o in named), self.standing(key, schema))


def drop_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    column, assumed = self.column(key, str(operation.column_name), schema)
    going = [p for p in schema.parts(key) if not isinstance(p, Column) and column.key in requires(p, schema)]
    return Effect((*(Drop(p) for p in going), Drop(column)), assumed)


def alter_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    before, assumed = _as_it_stood(self, operation, key, schema)
    after = self.enum_typed(_as_it_becomes(self, operation, before), schema)
    changes: list[Change] = [Alter(before, after)] if before != after else []
    if operation.modify_name and operation.modify_name != after.name:
        changes.append(Rename(after, replace(after, name=str(operation.modify_name))))
    return Effect(tuple(changes), assumed)


def _as_it_stood(
    self: Meaning, operation: Any, key: Key, schema: Schema
) -> tuple[Column, tuple[Object, ...]]:
    """The column, filled in with what the operation says of it where it is not known."""
    stated: dict[str, Any] = {}
    if operation.existing_type is not None:
        stated["type"] = _declared(self, operation, operation.existing_type).type
    nullable = operation.existing_nullable
    loses_default = operation.modify_server_default is None
    if nullable is None and operation.modify_nullable is not None:
        nullable = not operation.modify_nullable
    elif nullable is None:
        nullable = not loses_default  # the graver of the two is told where nothing says which it is
    stated["nullable"] = bool(nullable)
    if operation.existing_server_default not in (False, None):
        type_ = operation.existing_type or SqlType(UNKNOWN_TYPE)
        stated["default"] = _declared(self, operation, type_, operation.existing_server_default).default
    elif loses_default:
        stated["default"] = UNKNOWN_DEFAULT
    return self.column(key, str(operation.column_name), schema, **stated)


def _as_it_becomes(self: Meaning, operation: Any, before: Column) -> Column:
    after = before
    if operation.modify_type is not None:
        declared = _declared(self, operation, operation.modify_type)
        after = replace(after, type=declared.type)
    if operation.modify_nullable is not None:
        after = replace(after, nullable=bool(operation.modify_nullable))
    default = operation.modify_server_default
    if default is not False:
        declared = _declared(self, operation, SqlType(after.type.sql), default)
        after = replace(
            after,
            default=declared.default,
            identity=declared.identity,
            computed=declared.computed,
            autoincrement=before.autoincrement and default is None and before.default is None,
        )
    if operation.modify_comment is not False:
        after = replace(after, comment=operation.modify_comment)
    return after


def _declared(self: Meaning, operation: Any, type_: Any, default: Any = None) -> Column:
    import sqlalchemy as sa

    args = [default] if isinstance(default, sa.Identity | sa.Computed) else []
    plain = None if args else default
    column = sa.Column(operation.column_name, type_, *args, server_default=plain)
    table = self.objects.table(operation.table_name, column, schema=operation.schema)
    return self.declared_column(table, table.c[operation.column_name], 1)
