"""Changes as Alembic operations that any server may understand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autogen.changes import Change
from autogen.dialects.compiled import plain_dialect
from autogen.dialects.lowering import Lowering, phases
from autogen.operations import Kwargs
from autogen.plan import Step
from autogen.schema import Code, Column, ColumnType, Constraint, Index, IndexElement, Schema, Table
from autogen.source import SA, literal, text

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect

    from autogen.dialects.base import Dialect

_STRING = re.compile(r"'((?:[^'\\]|'')*)'\Z", re.DOTALL)


def steps(dialect: Dialect, changes: Sequence[Change], before: Schema, after: Schema) -> list[Step]:
    spelling = Spelling(dialect.final_names, plain_dialect(dialect.sqla))
    found = phases(dialect, changes, before, after)
    return GenericLowering(spelling, found.before, found.after).lower_phases(found)


class GenericLowering(Lowering):
    spelling: Spelling

    def quote(self, name: str) -> str:
        quoted: str = self.spelling.sqla.identifier_preparer.quote_identifier(name)
        return quoted


class Spelling:
    """See operations.Spelling. Hardly an argument is prefixed with a dialect: nothing of the kind is seen."""

    def __init__(self, final_names: bool, sqla: SqlaDialect) -> None:
        self.final_names = final_names
        self.sqla = sqla

    def type_code(self, type_: ColumnType) -> Code:
        """The type's own code; failing that, a nameless type that writes exactly this SQL."""
        if type_.code is not None:
            return type_.code
        spec = f"lambda self, **kw: {literal(type_.sql)}"
        made = (
            f'type("Verbatim", (sa.types.UserDefinedType,), {{"get_col_spec": {spec}, "cache_ok": True}})()'
        )
        return Code(made, frozenset({SA}))

    def default_code(self, column: Column) -> Code:
        default = column.default or ""
        quoted = _STRING.match(default)
        return Code(literal(quoted[1].replace("''", "'"))) if quoted else text(default)

    def column_kwargs(self, column: Column) -> Kwargs:
        return {}

    def constraint_kwargs(self, constraint: Constraint) -> Kwargs:
        return {}

    def index_kwargs(self, index: Index) -> Kwargs:
        return {f"{self.sqla.name}_include": literal(index.include)} if index.include else {}

    def index_elements(self, index: Index) -> list[Code]:
        return [self._element(element) for element in index.elements]

    def _element(self, element: IndexElement) -> Code:
        if not element.is_expression and not element.descending:
            return Code(literal(element.text))
        sql = element.text
        if not element.is_expression:
            sql = self.sqla.identifier_preparer.quote_identifier(element.text)
        return text(f"{sql} DESC" if element.descending else sql)

    def table_kwargs(self, table: Table) -> Kwargs:
        return {}
