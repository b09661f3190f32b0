"""What the server fills into a column: a default, an identity or a generated value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.dialects.compiled import ddl_compiler, expression, uncompilable
from autogen.schema import Computed, Identity
from autogen.values import value

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect


@value(frozen=True, slots=True)
class Generated:
    """``known`` is False for FetchedValue: the server has a default that the models do not tell."""

    default: str | None = None
    identity: Identity | None = None
    computed: Computed | None = None
    known: bool = True


NOTHING = Generated()
UNKNOWN = Generated(known=False)


class Defaults:
    """The server defaults of one run. Models repeat a few defaults thousands of times, so the text of
    the common ones is compiled once."""

    def __init__(self, sqla: SqlaDialect) -> None:
        from sqlalchemy.sql.compiler import DDLCompiler

        self.sqla = sqla
        self.compiler = ddl_compiler(sqla)
        # a dialect that spells the default with an eye on its column must see each column
        own = type(self.compiler).get_column_default_string
        self._cached = own is DDLCompiler.get_column_default_string
        self._known: dict[object, Generated] = {}

    def of(self, column: sqlalchemy.Column[Any]) -> Generated:
        """The translation of ``server_default``, where SQLAlchemy also keeps Identity and Computed."""
        default: Any = column.server_default
        if default is None:
            return NOTHING
        kind = getattr(default, "__visit_name__", "")
        if kind == "computed_column":
            where = f"the computed column {column.table.fullname}.{column.name}"
            sql = expression(self.sqla, default.sqltext, where)
            return Generated(computed=Computed(sql, self._stored(default)))
        if kind == "identity_column":
            return Generated(identity=identity(default)) if self.sqla.supports_identity_columns else NOTHING
        if not hasattr(default, "arg"):
            return UNKNOWN
        key = _key(default.arg) if self._cached else None
        found = self._known.get(key) if key else None
        if found is None:
            found = self._compile(column)
            if key:
                self._known[key] = found
        return found

    def _stored(self, computed: sqlalchemy.Computed) -> bool:
        """What is stated, unless a library has SQLAlchemy compile it its own way (geoalchemy2 does)."""
        if not hasattr(type(computed), "_compiler_dispatcher"):
            return bool(computed.persisted)
        tail = self.compiler.process(computed).rpartition(")")[2].upper()
        return "STORED" in tail or "PERSISTED" in tail

    def _compile(self, column: sqlalchemy.Column[Any]) -> Generated:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return Generated(default=self.compiler.get_column_default_string(column))
        except (SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
            where = f"the server default of {column.table.fullname}.{column.name}"
            raise uncompilable(self.sqla, where, error) from error


def _key(arg: Any) -> object:
    """What decides the text of a default of the common kinds; None for the others."""
    if isinstance(arg, str):
        return arg
    kind = arg.__visit_name__
    if kind == "textclause":
        return None if arg._bindparams else (kind, arg.text)
    if "sequence" in arg.__dict__:  # next_value(), a function without arguments to look at
        return None
    if kind == "function" and type(arg).__module__ == "sqlalchemy.sql.functions":
        return None if arg.clauses.clauses else (type(arg), arg.name, tuple(arg.packagenames))
    return kind if kind in ("true", "false", "null") else None


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
