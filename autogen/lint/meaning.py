"""What a statement does to a schema: operations as changes, and as what must have stood before them.

A schema may be known in part only (no database, an earlier revision that could not be followed). What a
statement speaks of and nobody knows is then taken to have stood, with as much as the statement says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.declare import constraints, indexes
from autogen.declare.tables import Declaration
from autogen.lint import written
from autogen.lint.sql.definitions import SqlType
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Constraint,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
    Unique,
    requires,
)

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from autogen.dialects.base import Dialect

UNKNOWN_TYPE = "unknown"
UNKNOWN_DEFAULT = "(some default)"
_SERIALS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
_SERIALS |= {"serial4": "integer", "serial8": "bigint", "serial2": "smallint"}
_KINDS: dict[str | None, tuple[type, ...]] = {
    "foreignkey": (ForeignKey,),
    "unique": (Unique,),
    "check": (Check,),
    "primary": (PrimaryKey,),
    None: (ForeignKey, Unique, Check, PrimaryKey, Exclude),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """``assumed`` must have stood for the changes to be possible; ``absorbed`` are part of something else
    from now on; ``unclear`` says why there are no changes."""

    changes: tuple[Change, ...] = ()
    assumed: tuple[Object, ...] = ()
    absorbed: tuple[Key, ...] = ()
    unclear: str = ""


NOTHING = Effect()


class Meaning:
    """Translates the operations of one revision. ``context`` is the one that the revision runs in, whose
    naming conventions Alembic applies."""

    def __init__(self, dialect: Dialect, context: MigrationContext) -> None:
        from alembic.operations.schemaobj import SchemaObjects

        self.dialect = dialect
        self.context = context
        self.declaration = Declaration(dialect)
        self.objects = SchemaObjects(context)

    def effect(self, operation: Any, schema: Schema) -> Effect:
        """What the operation does to the schema as it stands."""
        found = _EFFECTS.get(type(operation).__name__)
        if found is None:
            if type(operation).__module__ == written.__name__:
                return NOTHING
            return Effect(unclear=f"an operation of a plugin, {type(operation).__name__}")
        return found(self, operation, schema)

    # -- names and parts ------------------------------------------------------------------------------

    def key(self, name: str, schema: str | None) -> Key:
        return Key("table", self.declaration.schema(schema), "", str(name))

    def standing(self, key: Key, schema: Schema) -> tuple[Object, ...]:
        """The table and its schema as assumptions, where they are not known."""
        found: list[Object] = []
        namespace = Key("schema", "", "", key.schema)
        if key.schema and namespace not in schema:
            found.append(Namespace(key.schema))
        if key not in schema:
            found.append(Table(key.schema, key.name))
        return tuple(found)

    def column(self, key: Key, name: str, schema: Schema, **stated: Any) -> tuple[Column, tuple[Object, ...]]:
        """A column as it stands, or as it is taken to."""
        found = schema.column(key, name)
        if found is not None:
            return found, ()
        type_ = stated.pop("type", None) or ColumnType(UNKNOWN_TYPE)
        position = len(schema.columns(key)) + 1
        made = Column(key.schema, key.name, name, type_, position=position, **stated)
        return made, (*self.standing(key, schema), made)

    def declared_column(self, table: Any, column: Any, position: int) -> Column:
        key = self.key(table.name, table.schema)
        value = self.declaration.column(column, key.schema, key.name, position)
        found = self.dialect.declare_part(column, value)
        serial = _SERIALS.get(str(getattr(column.type, "sql", "")).lower())
        if serial:
            type_ = replace(found.type, sql=serial)
            return replace(found, type=type_, nullable=False, autoincrement=True)
        return found

    def parts(self, table: Any) -> Iterator[TablePart]:
        """The constraints and indexes of a Table, but not its columns."""
        key = self.key(table.name, table.schema)
        for item, part in constraints.of(self.declaration, table, key.schema, key.name):
            yield self.dialect.declare_part(item, part)
        for index, value in indexes.of(self.declaration, table, key.schema, key.name):
            yield self.dialect.declare_part(index, value)
        beside = self.dialect.declare_table(table, Table(key.schema, key.name))
        yield from (o for o in beside if isinstance(o, Exclude))

    def named(self, parts: Iterable[Object], schema: Schema) -> list[Object]:
        """The parts with the names that the server gives to unnamed constraints."""
        taken = {key.name for key in schema.by_key}
        made: list[Object] = []
        for part in parts:
            if isinstance(part, Constraint) and part.name is None:
                part = replace(part, name=self.dialect.default_name(part, frozenset(taken)))
            taken.add(part.key.name)
            made.append(part)
        return made

    def enum_typed(self, column: Column, schema: Schema) -> Column:
        """The column with the enum type that its type names, where SQL text named it."""
        if column.type.enum is None:
            for enum in schema.of_kind(EnumType):
                if column.type.sql in (enum.name, enum.key.label):
                    return replace(column, type=replace(column.type, enum=enum.key))
        return column

    def found(self, table: Key, name: str | None, kinds: tuple[type, ...], schema: Schema) -> Object | None:
        parts = [p for p in schema.parts(table) if isinstance(p, kinds)]
        if name is None:
            keys = [p for p in parts if isinstance(p, PrimaryKey)]
            return keys[0] if len(keys) == 1 else None
        return next((p for p in parts if getattr(p, "name", None) == name), None)


# -- tables -----------------------------------------------------------------------------------------------


def _create_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    table = operation.to_table(self.context)
    key = self.key(table.name, table.schema)
    if key in schema:
        return (
            NOTHING if _flag(operation, "if_not_exists") else Effect(unclear=f"{key.label} is there already")
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


def _drop_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    parts = sorted(schema.parts(key), key=lambda p: isinstance(p, Column))
    return Effect((*(Drop(p) for p in parts), Drop(table)), assumed)


def _rename_table(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    assert isinstance(table, Table)
    return Effect((Rename(table, replace(table, name=str(operation.new_table_name))),), assumed)


def _table_comment(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    assumed = self.standing(key, schema)
    table = schema.get(key) or assumed[-1]
    assert isinstance(table, Table)
    return _altered(table, replace(table, comment=getattr(operation, "comment", None)), assumed)


def _flag(operation: Any, name: str) -> bool:
    """IF EXISTS and IF NOT EXISTS, which not every version of Alembic has everywhere."""
    return bool(getattr(operation, name, None))


def _altered(before: Object, after: Object, assumed: tuple[Object, ...] = ()) -> Effect:
    return Effect((Alter(before, after),) if before != after else (), assumed)


# -- columns ----------------------------------------------------------------------------------------------


def _add_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
    from alembic.util.sqla_compat import _copy

    declared = operation.column if operation.column.table is None else _copy(operation.column)
    table = self.objects.table(operation.table_name, declared, schema=operation.schema)
    key = self.key(table.name, table.schema)
    if schema.column(key, str(declared.name)) is not None:
        known = f"{key.label}.{declared.name} is there already"
        return NOTHING if _flag(operation, "if_not_exists") else Effect(unclear=known)
    position = len(schema.columns(key)) + 1
    column = self.enum_typed(self.declared_column(table, table.c[declared.name], position), schema)
    keyed = _flag(operation, "inline_primary_key")
    parts = [p for p in self.parts(table) if keyed or not isinstance(p, PrimaryKey)]
    named = self.named([column, *parts], schema)
    return Effect(tuple(Create(o) for o in named), self.standing(key, schema))


def _drop_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    column, assumed = self.column(key, str(operation.column_name), schema)
    going = [p for p in schema.parts(key) if not isinstance(p, Column) and column.key in requires(p, schema)]
    return Effect((*(Drop(p) for p in going), Drop(column)), assumed)


def _alter_column(self: Meaning, operation: Any, schema: Schema) -> Effect:
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


# -- constraints and indexes ------------------------------------------------------------------------------


def _create_constraint(self: Meaning, operation: Any, schema: Schema) -> Effect:
    constraint = operation.to_constraint(self.context)
    key = self.key(constraint.table.name, constraint.table.schema)
    made = [p for p in self.parts(constraint.table) if not isinstance(p, Index)]
    if not isinstance(made[-1], PrimaryKey):
        made = [p for p in made if not isinstance(p, PrimaryKey)]
    part = self.named(made[-1:], schema)[0]
    if part.key in schema:
        return Effect(unclear=f"{part.key.label} is there already")
    assumed = list(self.standing(key, schema))
    changes: list[Change] = []
    for name in part.columns if isinstance(part, PrimaryKey | Unique | ForeignKey) else ():
        column, new = self.column(key, name, schema)
        assumed += [o for o in new if o not in assumed]
        if isinstance(part, PrimaryKey) and column.nullable and not new:
            changes.append(Alter(column, replace(column, nullable=False)))
    if isinstance(part, ForeignKey):
        assumed += [o for o in self.standing(part.target, schema) if o not in assumed]
    return Effect((*changes, Create(part)), tuple(assumed))


def _drop_constraint(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    name = None if operation.constraint_name is None else str(operation.constraint_name)
    kinds = _KINDS.get(operation.constraint_type, _KINDS[None])
    found = self.found(key, name, kinds, schema)
    if found is not None:
        return Effect((Drop(found),))
    if name is None and operation.constraint_type != "primary":
        return Effect(unclear="a constraint without a name cannot be dropped")
    if _flag(operation, "if_exists"):
        return NOTHING
    made = _presumed(key, name, operation.constraint_type)
    return Effect((Drop(made),), (*self.standing(key, schema), made))


def _presumed(table: Key, name: str | None, kind: str | None) -> Object:
    """A constraint of which no more is known than its name."""
    place = (table.schema, table.name, name)
    if kind == "primary" or (name or "").endswith("_pkey"):
        return PrimaryKey(*place, columns=())
    if kind == "foreignkey" or (name or "").endswith("_fkey"):
        return ForeignKey(*place, columns=(), target_schema="", target_table="", target_columns=())
    return Unique(*place, columns=()) if kind == "unique" else Check(*place, expression="")


def _create_index(self: Meaning, operation: Any, schema: Schema) -> Effect:
    index = operation.to_index(self.context)
    key = self.key(index.table.name, index.table.schema)
    (part,) = (p for p in self.parts(index.table) if isinstance(p, Index))
    if part.key in schema:
        return (
            NOTHING
            if _flag(operation, "if_not_exists")
            else Effect(unclear=f"{part.key.label} is there already")
        )
    return Effect((Create(part),), self.standing(key, schema))


def _drop_index(self: Meaning, operation: Any, schema: Schema) -> Effect:
    name, within = str(operation.index_name), self.declaration.schema(operation.schema)
    indexes_ = (i for i in schema.of_kind(Index) if i.name == name and i.schema == within)
    table = operation.table_name
    found = next((i for i in indexes_ if table is None or i.table == table), None)
    if found is not None:
        return Effect((Drop(found),))
    if _flag(operation, "if_exists"):
        return NOTHING
    # without its table an index is a thing of its own: it then stands for the table, too
    index = Index(within, str(table or ""), name, (IndexElement("its columns", is_expression=True),))
    return Effect((Drop(index),), (*self.standing(index.key.owner, schema), index))


def _validate(self: Meaning, operation: written.Validate, schema: Schema) -> Effect:
    key = self.key(operation.table.name, operation.table.schema)
    found = self.found(key, operation.name, (ForeignKey, Check), schema)
    if isinstance(found, ForeignKey | Check):
        return _altered(found, replace(found, validated=True))
    return NOTHING


def _using_index(self: Meaning, operation: written.UsingIndex, schema: Schema) -> Effect:
    key = self.key(operation.table.name, operation.table.schema)
    index = schema.get(Key("index", key.schema, key.name, operation.index))
    columns = index.columns if isinstance(index, Index) else ()
    kind = PrimaryKey if operation.primary else Unique
    part = kind(key.schema, key.name, operation.name or operation.index, columns)
    changes: list[Change] = []
    for name in columns if operation.primary else ():
        column = schema.column(key, name)
        if column is not None and column.nullable:
            changes.append(Alter(column, replace(column, nullable=False)))
    absorbed = (index.key,) if index is not None else ()
    return Effect((*changes, Create(part)), self.standing(key, schema), absorbed)


def _not_null_added(self: Meaning, operation: written.NotNullAdded, schema: Schema) -> Effect:
    key = self.key(operation.table.name, operation.table.schema)
    column, assumed = self.column(key, operation.column, schema)
    return _altered(column, replace(column, nullable=not operation.validated), assumed)


def _part_renamed(self: Meaning, operation: written.PartRenamed, schema: Schema) -> Effect:
    within = self.declaration.schema(operation.schema or None)
    for o in schema:
        named = getattr(o, "name", None) == operation.old and getattr(o, "schema", None) == within
        enum = operation.table is not None and operation.table.kind == "enum"
        fits = isinstance(o, EnumType) if enum else isinstance(o, Index | Constraint)
        if named and fits:
            return Effect((Rename(o, replace(o, name=operation.new)),))
    return NOTHING


# -- enum types -------------------------------------------------------------------------------------------


def _enum(self: Meaning, key: Key, schema: Schema, labels: Iterable[str] = ()) -> tuple[EnumType, bool]:
    key = key._replace(schema=self.declaration.schema(key.schema or None))
    found = schema.get(key)
    if isinstance(found, EnumType):
        return found, True
    return EnumType(key.schema, key.name, tuple(label for label in labels if label)), False


def _enum_created(self: Meaning, operation: written.EnumCreated, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, operation.labels)
    return Effect(unclear=f"{enum.key.label} is there already") if known else Effect((Create(enum),))


def _dropped(self: Meaning, operation: written.Dropped, schema: Schema) -> Effect:
    within, _, name = operation.name.rpartition(".")
    if operation.what == "type":
        enum, known = _enum(self, Key("enum", within, "", name), schema)
        return Effect((Drop(enum),)) if known else NOTHING
    if operation.what == "schema":
        found = schema.get(Key("schema", "", "", name))
        return Effect((Drop(found),)) if found is not None else NOTHING
    return NOTHING


def _label_added(self: Meaning, operation: written.LabelAdded, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, [operation.beside])
    labels = list(enum.labels)
    if operation.label in labels:
        return NOTHING
    place = len(labels)
    if operation.beside in labels:
        place = labels.index(operation.beside) + (operation.place == "after")
    labels.insert(place, operation.label)
    return _altered(enum, replace(enum, labels=tuple(labels)), () if known else (enum,))


def _label_renamed(self: Meaning, operation: written.LabelRenamed, schema: Schema) -> Effect:
    enum, known = _enum(self, operation.enum, schema, [operation.old])
    labels = tuple(operation.new if x == operation.old else x for x in enum.labels)
    return Effect((Rename(enum, replace(enum, labels=labels)),), () if known else (enum,))


_EFFECTS: dict[str, Callable[[Meaning, Any, Schema], Effect]] = {
    "CreateTableOp": _create_table,
    "DropTableOp": _drop_table,
    "RenameTableOp": _rename_table,
    "CreateTableCommentOp": _table_comment,
    "DropTableCommentOp": _table_comment,
    "AddColumnOp": _add_column,
    "DropColumnOp": _drop_column,
    "AlterColumnOp": _alter_column,
    "AddConstraintOp": _create_constraint,
    "CreatePrimaryKeyOp": _create_constraint,
    "CreateUniqueConstraintOp": _create_constraint,
    "CreateForeignKeyOp": _create_constraint,
    "CreateCheckConstraintOp": _create_constraint,
    "CreateExcludeConstraintOp": _create_constraint,
    "DropConstraintOp": _drop_constraint,
    "CreateIndexOp": _create_index,
    "DropIndexOp": _drop_index,
    "Validate": _validate,
    "UsingIndex": _using_index,
    "NotNullAdded": _not_null_added,
    "PartRenamed": _part_renamed,
    "EnumCreated": _enum_created,
    "Dropped": _dropped,
    "LabelAdded": _label_added,
    "LabelRenamed": _label_renamed,
}
