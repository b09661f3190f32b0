"""What a statement does to a schema: operations as changes, and as what must have stood before them.

A schema may be known in part only (no database, an earlier revision that could not be followed). What a
statement speaks of and nobody knows is then taken to have stood, with as much as the statement says of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.changes import Alter, Change
from autogen.declare import constraints, indexes
from autogen.declare.tables import Declaration
from autogen.lint import written
from autogen.schema import (
    Column,
    ColumnType,
    Constraint,
    EnumType,
    Exclude,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Table,
    TablePart,
)
from autogen.values import value

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

    from autogen.dialects.base import Dialect

UNKNOWN_TYPE = "unknown"
UNKNOWN_DEFAULT = "(some default)"
_SERIALS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
_SERIALS |= {"serial4": "integer", "serial8": "bigint", "serial2": "smallint"}


@value(frozen=True, slots=True)
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
        self._made: tuple[Any, Any] = (None, None)

    def effect(self, operation: Any, schema: Schema) -> Effect:
        """What the operation does to the schema as it stands."""
        from autogen.lint.effects import EFFECTS

        found = EFFECTS.get(type(operation).__name__)
        if found is None:
            if type(operation).__module__ == written.__name__:
                return NOTHING
            return Effect(unclear=f"an operation of a plugin, {type(operation).__name__}")
        return found(self, operation, schema)

    def made_table(self, operation: Any) -> Any:
        """The Table of a CreateTableOp. It is made once: its indexes belong to one Table alone."""
        if self._made[0] is not operation:
            self._made = operation, operation.to_table(self.context)
        return self._made[1]

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
        for index, stated in indexes.of(self.declaration, table, key.schema, key.name):
            yield self.dialect.declare_part(index, stated)
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


def flagged(operation: Any, name: str) -> bool:
    """IF EXISTS and IF NOT EXISTS, which not every version of Alembic has everywhere."""
    return bool(getattr(operation, name, None))


def altered(before: Object, after: Object, assumed: tuple[Object, ...] = ()) -> Effect:
    return Effect((Alter(before, after),) if before != after else (), assumed)
