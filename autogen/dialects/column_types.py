"""SQLAlchemy types as values, one translation for all columns of equal type."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import plain_dialect, uncompilable
from autogen.schema import ColumnType
from autogen.type_code import effective_type, type_code

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect
    from sqlalchemy.types import TypeEngine

    from autogen.dialects.base import Dialect


class Types:
    """The types met so far. Models hold thousands of type objects of a few dozen kinds, so a type is
    translated once for each class and set of attributes."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.sqla = plain_dialect(dialect.sqla)
        self._known: dict[object, ColumnType] = {}

    def of(self, column: sqlalchemy.Column[Any]) -> ColumnType:
        """The type of a column of the models."""
        declared = column.type
        key = _key(declared)
        found = self._known.get(key)
        if found is None:
            where = f"the type of column {column.table.fullname}.{column.name}"
            generic = translate(declared, self.sqla, where, column)
            found = self._known[key] = self.dialect.declare_type(declared, generic)
        return found


def translate(
    declared: TypeEngine[Any], sqla: SqlaDialect, where: str, column: sqlalchemy.Column[Any] | None = None
) -> ColumnType:
    """The server's DDL for a type, without its collation and character set: these stand apart."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        effective = effective_type(declared, sqla)
        collation, charset = getattr(effective, "collation", None), getattr(effective, "charset", None)
        bare: Any = effective
        if collation or charset:
            bare = copy.copy(effective)
            for stated in ("collation", "charset"):
                if hasattr(bare, stated):
                    setattr(bare, stated, None)
        sql = sqla.type_compiler_instance.process(bare, type_expression=column)
    except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
        raise uncompilable(sqla, where, error) from error
    return ColumnType(
        sql,
        collation=str(collation) if collation else None,
        charset=str(charset) if charset else None,
        code=type_code(declared, sqla),
    )


# What a type object carries besides its parameters, or derives from them.
_BESIDES = frozenset(("dispatch", "metadata", "impl_instance", "_valid_lookup", "_object_lookup"))


def _key(declared: TypeEngine[Any]) -> object:
    """What makes two type objects the same type: their class and their attributes."""
    attributes = declared.__dict__
    if not attributes:
        return declared.__class__
    if "dispatch" not in attributes:
        try:
            key = (declared.__class__, *attributes.items())
            hash(key)
            return key
        except TypeError:
            pass
    return (declared.__class__, *((k, _frozen(v)) for k, v in attributes.items() if k not in _BESIDES))


def _frozen(value: Any) -> object:
    """A hashable stand-in for an attribute; for one that has none, a key that equals only its own object."""
    if hasattr(value, "_variant_mapping"):
        return _key(value)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Mapping):
        return tuple((k, _frozen(v)) for k, v in value.items())
    try:
        hash(value)
    except TypeError:
        return _Same(value)
    return value


class _Same:
    """Equality by identity; holds the object, so that its identity is not given to another one."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)
