"""What operations on constraints and indexes do to a schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.lint import written
from autogen.lint.meaning import NOTHING, Effect, Meaning, altered, flagged
from autogen.schema import (
    Check,
    Constraint,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Unique,
)

_KINDS: dict[str | None, tuple[type, ...]] = {
    "foreignkey": (ForeignKey,),
    "unique": (Unique,),
    "check": (Check,),
    "primary": (PrimaryKey,),
    None: (ForeignKey, Unique, Check, PrimaryKey, Exclude),
}


# -- constraints and indexes ------------------------------------------------------------------------------


def create_constraint(self: Meaning, operation: Any, schema: Schema) -> Effect:
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


def drop_constraint(self: Meaning, operation: Any, schema: Schema) -> Effect:
    key = self.key(operation.table_name, operation.schema)
    name = None if operation.constraint_name is None else str(operation.constraint_name)
    kinds = _KINDS.get(operation.constraint_type, _KINDS[None])
    found = self.found(key, name, kinds, schema)
    if found is not None:
        return Effect((Drop(found),))
    if name is None and operation.constraint_type != "primary":
        return Effect(unclear="a constraint without a name cannot be dropped")
    if flagged(operation, "if_exists"):
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


def create_index(self: Meaning, operation: Any, schema: Schema) -> Effect:
    index = operation.to_index(self.context)
    key = self.key(index.table.name, index.table.schema)
    # a unique one may be a constraint: on some servers they are one thing
    (part,) = (p for p in self.parts(index.table) if isinstance(p, Index | Unique))
    if part.key in schema:
        return (
            NOTHING
            if flagged(operation, "if_not_exists")
            else Effect(unclear=f"{part.key.label} is there already")
        )
    return Effect((Create(part),), self.standing(key, schema))


def drop_index(self: Meaning, operation: Any, schema: Schema) -> Effect:
    name, within = str(operation.index_name), self.declaration.schema(operation.schema)
    known: list[Index | Unique] = [*schema.of_kind(Index), *schema.of_kind(Unique)]
    table = operation.table_name
    named = (i for i in known if i.name == name and i.schema == within)
    found = next((i for i in named if table is None or i.table == table), None)
    if found is not None:
        return Effect((Drop(found),))
    if flagged(operation, "if_exists"):
        return NOTHING
    # without its table an index is a thing of its own: it then stands for the table, too
    index = Index(within, str(table or ""), name, (IndexElement("its columns", is_expression=True),))
    return Effect((Drop(index),), (*self.standing(index.key.owner, schema), index))


def validate(self: Meaning, operation: written.Validate, schema: Schema) -> Effect:
    key = self.key(operation.table.name, operation.table.schema)
    found = self.found(key, operation.name, (ForeignKey, Check), schema)
    if isinstance(found, ForeignKey | Check):
        return altered(found, replace(found, validated=True))
    return NOTHING


def using_index(self: Meaning, operation: written.UsingIndex, schema: Schema) -> Effect:
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


def not_null_added(self: Meaning, operation: written.NotNullAdded, schema: Schema) -> Effect:
    key = self.key(operation.table.name, operation.table.schema)
    column, assumed = self.column(key, operation.column, schema)
    return altered(column, replace(column, nullable=not operation.validated), assumed)


def part_renamed(self: Meaning, operation: written.PartRenamed, schema: Schema) -> Effect:
    within = self.declaration.schema(operation.schema or None)
    for o in schema:
        named = getattr(o, "name", None) == operation.old and getattr(o, "schema", None) == within
        enum = operation.table is not None and operation.table.kind == "enum"
        fits = isinstance(o, EnumType) if enum else isinstance(o, Index | Constraint)
        if named and fits:
            return Effect((Rename(o, replace(o, name=operation.new)),))
    return NOTHING
