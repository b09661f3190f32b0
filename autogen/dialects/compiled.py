"""SQL text of the models' expressions, shared by the declare stage and the dialects' declare hooks."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from autogen.errors import AutogenError

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect
    from sqlalchemy.sql.compiler import DDLCompiler


def plain_dialect(sqla: SqlaDialect) -> SqlaDialect:
    """A copy of a dialect that spells SQL as the server sees it.

    Drivers with a percent paramstyle need ``%`` doubled on the way to them; SQLAlchemy's compilers do that
    for every text. The copy does not, and it shares no cache with the original that would remember it.
    """
    found: SqlaDialect | None = getattr(sqla, "_autogen_plain", None)
    if found is not None:
        return found
    plain: Any = copy.copy(sqla)
    plain.identifier_preparer = copy.copy(sqla.identifier_preparer)
    plain.identifier_preparer.dialect = plain
    plain.identifier_preparer._double_percents = False
    plain.identifier_preparer._strings = {}
    plain.paramstyle, plain.positional = "named", False
    plain._type_memos = WeakKeyDictionary()
    plain.type_compiler_instance = plain.type_compiler = plain.type_compiler_cls(plain)
    sqla._autogen_plain = plain  # type: ignore[attr-defined]
    made: SqlaDialect = plain
    return made


def ddl_compiler(sqla: SqlaDialect) -> DDLCompiler:
    """The compiler of a dialect's DDL, bound to no statement, that doubles no ``%``."""
    plain = plain_dialect(sqla)
    found: DDLCompiler | None = getattr(plain, "_autogen_ddl", None)
    if found is None:
        found = plain.ddl_compiler(plain, None)  # type: ignore[arg-type]
        plain._autogen_ddl = found  # type: ignore[attr-defined]
    return found


def expression(sqla: SqlaDialect, clause: Any, where: str) -> str:
    """A clause as it stands in DDL: values inline, columns without their table.

    ``where`` names the object it belongs to, for the error message of what cannot be compiled.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        text: str = ddl_compiler(sqla).sql_compiler.process(clause, include_table=False, literal_binds=True)
    except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
        raise uncompilable(sqla, where, error) from error
    return text


def uncompilable(sqla: SqlaDialect, where: str, error: Exception) -> AutogenError:
    """The error for something of the models that has no SQL on this server."""
    first_line = (str(error).splitlines() or [type(error).__name__])[0]
    return AutogenError(
        f"The models declare something that SQLAlchemy cannot write as {sqla.name} DDL, in {where}: "
        f"{first_line} Correct the model; metadata.create_all() would fail in the same way."
    )


_NOTHING: Mapping[str, Any] = MappingProxyType({})


def stated(item: Any, dialect_name: str) -> Mapping[str, Any]:
    """The arguments that a table, column, constraint or index takes for one dialect, by their short names.

    SQLAlchemy makes the collection when it is first asked for; nearly all objects state nothing, so nobody
    asks them. Use ``get``: what is not stated may be missing.
    """
    if "dialect_options" not in item.__dict__:
        return _NOTHING
    options: Mapping[str, Any] = item.dialect_options[dialect_name]
    return options


def is_autoincrement(column: sqlalchemy.Column[Any]) -> bool:
    """Whether the column is the integer primary key that SQLAlchemy lets the server count.

    That is a SERIAL or AUTO_INCREMENT column where the server has these; never one with a default,
    an identity or a generation of its own, nor with a sequence unless that is only for servers without.
    """
    return (
        column.primary_key
        and column.table._autoincrement_column is column
        and column.server_default is None
        and (column.default is None or bool(getattr(column.default, "optional", False)))
    )


def constraint_name(sqla: SqlaDialect, item: Any, table: sqlalchemy.Table) -> str | None:
    """The name of a constraint or index as SQLAlchemy sends it: conventions applied, over-long
    generated names shortened with their hash. None where it sends none."""
    name = item.name
    if name is None:
        return None
    if name.__class__ is str and len(name) <= sqla.max_identifier_length:
        return str(name)
    from sqlalchemy.exc import IdentifierError
    from sqlalchemy.sql.base import _NONE_NAME
    from sqlalchemy.sql.naming import _constraint_name_for_table

    if name is _NONE_NAME:
        name = _constraint_name_for_table(item, table)  # type: ignore[no-untyped-call]
        if name is None:
            return None
    preparer: Any = plain_dialect(sqla).identifier_preparer
    is_index = item.__visit_name__ == "index"
    render = (
        preparer.truncate_and_render_index_name if is_index else preparer.truncate_and_render_constraint_name
    )
    try:
        return str(render(name, _alembic_quote=False))
    except IdentifierError as error:
        raise AutogenError(
            f'The name "{name}" in table {table.fullname} is too long for {sqla.name}: {error} '
            "Give it a shorter name in the models."
        ) from error
