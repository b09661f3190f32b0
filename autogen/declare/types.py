"""Column types as values, one translation for all columns of equal type."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import plain_dialect, uncompilable
from autogen.schema import ColumnType
from autogen.type_code import effective_type, type_code

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect
    from sqlalchemy.types import TypeEngine


class Types:
    """The types met so far. Models hold thousands of type objects of a few dozen kinds, so a type is
    translated once for each class and set of attributes."""

    def __init__(self, sqla: SqlaDialect) -> None:
        self.sqla = plain_dialect(sqla)
        self._known: dict[object, ColumnType] = {}
        self._kept: list[object] = []

    def of(self, column: sqlalchemy.Column[Any]) -> ColumnType:
        declared = column.type
        attributes = declared.__dict__
        try:
            key = (declared.__class__, *attributes.items()) if attributes else declared.__class__
            found = self._known.get(key)
        except TypeError:  # an unhashable attribute: this very object is the key, and kept alive as such
            key = id(declared)
            found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.translate(declared, column)
            self._kept.append(declared)
        return found

    def translate(self, declared: TypeEngine[Any], column: sqlalchemy.Column[Any]) -> ColumnType:
        """The server's DDL for the type without its collation and character set, which stand apart."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            effective = effective_type(declared, self.sqla)
            collation, charset = getattr(effective, "collation", None), getattr(effective, "charset", None)
            bare: Any = effective
            if collation or charset:
                bare = copy.copy(effective)
                for stated in ("collation", "charset"):
                    if hasattr(bare, stated):
                        setattr(bare, stated, None)
            sql = self.sqla.type_compiler_instance.process(bare, type_expression=column)
        except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
            where = f"the type of column {column.table.fullname}.{column.name}"
            raise uncompilable(self.sqla, where, error) from error
        code = type_code(declared, self.sqla)
        return ColumnType(
            sql,
            collation=str(collation) if collation else None,
            charset=str(charset) if charset else None,
            code=code,
        )
