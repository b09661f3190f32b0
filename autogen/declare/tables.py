"""One table of the models, with its columns, as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autogen.declare import constraints, indexes
from autogen.declare.defaults import Defaults
from autogen.dialects.column_types import Types
from autogen.schema import Column, Object, Skipped, Table

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect


class Declaration:
    """One run over the models: the dialect, the types seen so far, and what was left alone."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.types = Types(dialect)
        self.defaults = Defaults(dialect.sqla)
        self.skipped: list[Skipped] = []
        self.comments = bool(dialect.sqla.supports_comments)

    def schema(self, name: str | None) -> str:
        """A schema's name as a value: empty for the default one, spelled out or not."""
        return "" if name is None or name == self.dialect.default_schema else str(name)

    def table(self, declared: sqlalchemy.Table) -> Iterator[Object]:
        """The table and its parts; nothing for a table that is left alone."""
        schema, name = self.schema(declared.schema), str(declared.name)
        reason = left_alone(declared)
        if reason:
            self.skipped.append(Skipped(f"{schema}.{name}" if schema else name, reason))
            return
        comment = str(declared.comment) if declared.comment and self.comments else None
        yield from self.dialect.declare_table(declared, Table(schema, name, comment))
        declare_part = self.dialect.declare_part
        for position, column in enumerate(declared.columns, 1):
            if not column.system:
                yield declare_part(column, self.column(column, schema, name, position))
        for item, part in constraints.of(self, declared, schema, name):
            yield declare_part(item, part)
        for index, value in indexes.of(self, declared, schema, name):
            yield declare_part(index, value)

    def column(self, column: sqlalchemy.Column[Any], schema: str, table: str, position: int) -> Column:
        """The generic translation of a column; ``autoincrement`` is the dialect's to decide."""
        generated = self.defaults.of(column)
        comment = column.comment
        return Column(
            schema,
            table,
            str(column.name),
            self.types.of(column),
            bool(column.nullable),
            generated.default,
            generated.identity,
            generated.computed,
            str(comment) if comment and self.comments else None,
            position=position,
            default_known=generated.known,
        )


def left_alone(table: sqlalchemy.Table) -> str | None:
    """Why a Table of the models is not one of the database's tables, or None.

    ``info`` keys are the recipes in use for Alembic's include_object hook; SQLAlchemy 2.1 declares views
    as tables of their own.
    """
    if getattr(table, "is_view", False) or table.info.get("is_view"):
        return "a view, mapped by the models"
    if table.info.get("skip_autogenerate"):
        return 'marked with info={"skip_autogenerate": True}'
    if any(prefix.upper() in ("TEMPORARY", "TEMP") for prefix in map(str, table._prefixes)):
        return "a temporary table"
    return None
