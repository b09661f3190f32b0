"""What the server fills into a column: a default, an identity or a generated value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import ddl_compiler, expression, uncompilable
from autogen.schema import Computed, Identity

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect


@dataclass(frozen=True, slots=True)
class Generated:
    """``known`` is False for FetchedValue: the server has a default that the models do not tell."""

    default: str | None = None
    identity: Identity | None = None
    computed: Computed | None = None
    known: bool = True


NOTHING = Generated()
UNKNOWN = Generated(known=False)


def read(sqla: SqlaDialect, column: sqlalchemy.Column[Any], default: Any) -> Generated:
    """The translation of ``column.server_default``, where SQLAlchemy also keeps Identity and Computed."""
    from sqlalchemy.exc import SQLAlchemyError

    kind = getattr(default, "__visit_name__", "")
    if kind == "computed_column":
        where = f"the computed column {column.table.fullname}.{column.name}"
        return Generated(computed=Computed(expression(sqla, default.sqltext, where), bool(default.persisted)))
    if kind == "identity_column":
        return Generated(identity=identity(default)) if sqla.supports_identity_columns else NOTHING
    if not hasattr(default, "arg"):
        return UNKNOWN
    try:
        text = ddl_compiler(sqla).get_column_default_string(column)
    except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
        where = f"the server default of {column.table.fullname}.{column.name}"
        raise uncompilable(sqla, where, error) from error
    return NOTHING if text is None else Generated(default=text)


def identity(declared: sqlalchemy.Identity) -> Identity:
    """The options with their standard defaults filled in; bounds stay None where they are the type's."""
    increment = 1 if declared.increment is None else declared.increment
    start = declared.start
    if start is None:
        start = (
            (declared.minvalue if declared.minvalue is not None else 1)
            if increment > 0
            else (declared.maxvalue if declared.maxvalue is not None else -1)
        )
    return Identity(
        always=bool(declared.always),
        start=start,
        increment=increment,
        minimum=declared.minvalue,
        maximum=declared.maxvalue,
        cycle=bool(declared.cycle),
        cache=1 if declared.cache is None else declared.cache,
    )
