"""A connection to no database, for code of the project's: it notes every statement and finds no rows.

Questions about the schema (``inspect(bind).has_table(…)``) are answered from the schema as recorded so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import UserDefinedType

from autogen.dialects.base import Dialect
from autogen.dialects.driver import Answer, Cursor, DriverConnection, DriverModule, Noted, unanswered
from autogen.schema import (
    Check,
    Column,
    EnumType,
    ForeignKey,
    Index,
    Key,
    Namespace,
    Schema,
    Unique,
)
from autogen.schema import (
    Sequence as SequenceObject,
)


class SqlType(UserDefinedType[Any]):
    """A type as a statement spells it."""

    cache_ok = True

    def __init__(self, sql: str, collation: str | None = None) -> None:
        self.sql = sql
        self.collation = collation

    def get_col_spec(self, **_: object) -> str:
        return self.sql


class _Answers:
    """Mixed into SQLAlchemy's dialect: executes nothing, and reflects the recorded schema."""

    schema_now: Callable[[], Schema]
    default_named: str
    autocommit: bool
    inspector = sa.engine.Inspector

    # -- execution ------------------------------------------------------------------------------------

    def do_execute(self, cursor: Cursor, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.execute(statement)
        compiled = getattr(context, "compiled", None)
        columns = getattr(compiled, "_result_columns", None)
        if columns:
            cursor.described(columns, made=bool(getattr(compiled, "isinsert", False)))

    def do_executemany(self, cursor: Cursor, statement: str, parameters: Any, context: Any = None) -> None:
        self.do_execute(cursor, statement, parameters, context)

    def do_execute_no_params(self, cursor: Cursor, statement: str, context: Any = None) -> None:
        self.do_execute(cursor, statement, (), context)

    def get_isolation_level(self, _: object) -> str:
        return "AUTOCOMMIT" if self.autocommit else "READ COMMITTED"

    get_default_isolation_level = get_isolation_level

    def _assert_and_set_isolation_level(self, _: object, level: str) -> None:
        self.autocommit = level.upper() == "AUTOCOMMIT"

    def set_isolation_level(self, _: object, level: str) -> None:
        self.autocommit = level.upper() == "AUTOCOMMIT"

    def reset_isolation_level(self, _: object) -> None:
        self.autocommit = False

    # -- reflection -----------------------------------------------------------------------------------

    def _key(self, table: str, schema: str | None) -> Key:
        return Key("table", "" if schema in (None, self.default_named) else str(schema), "", table)

    def _parts(self, table: str, schema: str | None, kind: type) -> Iterable[Any]:
        key, now = self._key(table, schema), self.schema_now()
        if key not in now:
            raise NoSuchTableError(table)
        return [p for p in now.parts(key) if isinstance(p, kind)]

    def has_table(self, _: object, table_name: str, schema: str | None = None, **__: object) -> bool:
        return self._key(table_name, schema) in self.schema_now()

    def has_index(
        self, _: object, table_name: str, index_name: str, schema: str | None = None, **__: object
    ) -> bool:
        key = self._key(table_name, schema)
        return Key("index", key.schema, table_name, index_name) in self.schema_now()

    def has_schema(self, _: object, schema_name: str, **__: object) -> bool:
        return schema_name == self.default_named or Key("schema", "", "", schema_name) in self.schema_now()

    def has_type(self, _: object, type_name: str, schema: str | None = None, **__: object) -> bool:
        return self._key(type_name, schema)._replace(kind="enum") in self.schema_now()

    def has_sequence(self, _: object, name: str, schema: str | None = None, **__: object) -> bool:
        return self._key(name, schema)._replace(kind="sequence") in self.schema_now()

    def get_schema_names(self, _: object, **__: object) -> list[str]:
        return [self.default_named, *(n.name for n in self.schema_now().of_kind(Namespace))]

    def get_table_names(self, _: object, schema: str | None = None, **__: object) -> list[str]:
        within = self._key("", schema).schema
        return [table.name for table in self.schema_now().tables if table.schema == within]

    def get_sequence_names(self, _: object, schema: str | None = None, **__: object) -> list[str]:
        within = self._key("", schema).schema
        return [s.name for s in self.schema_now().of_kind(SequenceObject) if s.schema == within]

    def get_view_names(self, *_: object, **__: object) -> list[str]:
        return []

    get_materialized_view_names = get_temp_table_names = get_temp_view_names = get_view_names

    def get_enums(self, _: object, schema: str | None = None, **__: object) -> list[dict[str, Any]]:
        return [
            {"name": e.name, "schema": e.schema or self.default_named, "labels": list(e.labels)}
            for e in self.schema_now().of_kind(EnumType)
        ]

    def get_columns(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> list[dict[str, Any]]:
        columns: list[Column] = list(self._parts(table_name, schema, Column))
        known = {column.name for column in columns}
        referred = [n for n in self._referred_to(self._key(table_name, schema)) if n not in known]
        return [
            {
                "name": c.name,
                "type": self._type(c.type.sql),
                "nullable": c.nullable,
                "default": c.default,
                "autoincrement": c.autoincrement,
                "comment": c.comment,
            }
            for c in sorted(columns, key=lambda c: c.position)
        ] + [{"name": n, "type": sa.types.NullType(), "nullable": True, "default": None} for n in referred]

    def _referred_to(self, table: Key) -> list[str]:
        """The columns that a table must have because foreign keys refer to them."""
        keys = (fk for fk in self.schema_now().of_kind(ForeignKey) if fk.target == table)
        return list(dict.fromkeys(name for fk in keys for name in fk.target_columns))

    def _type(self, sql: str) -> Any:
        """SQLAlchemy's class for a type, its length where it has one."""
        known: dict[str, Any] = getattr(self, "ischema_names", {})
        name, _, inside = sql.partition("(")
        found = known.get(name.strip()) or known.get(name.strip().upper())
        try:
            numbers = [int(n) for n in inside.partition(")")[0].split(",")] if inside else []
            return found(*numbers) if found else SqlType(sql)
        except (TypeError, ValueError):
            return SqlType(sql)

    def get_pk_constraint(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> dict[str, Any]:
        self._parts(table_name, schema, Column)
        key = self.schema_now().primary_key(self._key(table_name, schema))
        return {"constrained_columns": list(key.columns) if key else [], "name": key.name if key else None}

    def get_foreign_keys(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> list[dict[str, Any]]:
        keys: Iterable[ForeignKey] = self._parts(table_name, schema, ForeignKey)
        return [
            {
                "name": fk.name,
                "constrained_columns": list(fk.columns),
                "referred_schema": fk.target_schema or None,
                "referred_table": fk.target_table,
                "referred_columns": list(fk.target_columns),
                "options": {},
            }
            for fk in keys
        ]

    def get_indexes(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> list[dict[str, Any]]:
        indexes: Iterable[Index] = self._parts(table_name, schema, Index)
        return [
            {"name": i.name, "unique": i.unique, "column_names": [e.text for e in i.elements]}
            for i in indexes
            if not any(e.is_expression for e in i.elements)
        ]

    def get_unique_constraints(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> list[dict[str, Any]]:
        keys: Iterable[Unique] = self._parts(table_name, schema, Unique)
        return [{"name": u.name, "column_names": list(u.columns)} for u in keys]

    def get_check_constraints(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> list[dict[str, Any]]:
        checks: Iterable[Check] = self._parts(table_name, schema, Check)
        return [{"name": c.name, "sqltext": c.expression} for c in checks]

    def get_table_comment(
        self, _: object, table_name: str, schema: str | None = None, **__: object
    ) -> dict[str, Any]:
        table: Any = self.schema_now().get(self._key(table_name, schema))
        return {"text": table.comment if table is not None else None}

    def get_table_options(self, *_: object, **__: object) -> dict[str, Any]:
        return {}


_MULTI = (
    "get_multi_columns",
    "get_multi_pk_constraint",
    "get_multi_foreign_keys",
    "get_multi_indexes",
    "get_multi_unique_constraints",
    "get_multi_check_constraints",
    "get_multi_table_comment",
    "get_multi_table_options",
)


def stand_in_engine(
    dialect: Dialect,
    noted: Noted,
    schema_now: Callable[[], Schema],
    url: sa.engine.URL | None = None,
    answer: Answer = unanswered,
) -> Engine:
    """An engine of SQLAlchemy's that no database is behind. ``noted`` is told each statement, ``answer`` may
    know what an empty database would say to one, ``url`` is what it says it is connected to."""
    given = type(dialect.sqla)
    # without the driver's part, which looks into its own cursors
    plain = next((c for c in given.__mro__ if c.__module__.endswith(".base")), given)
    own: dict[str, Any] = {name: getattr(DefaultDialect, name) for name in _MULTI}
    own |= {
        "supports_statement_cache": True,
        "use_insertmanyvalues": False,
        "driver": getattr(given, "driver", ""),
    }
    answers: Any = type(plain.__name__, (_Answers, plain), own)
    made = answers(paramstyle="named")
    for name in ("server_version_info", "max_identifier_length", "default_schema_name", "is_mariadb"):
        if getattr(dialect.sqla, name, None) is not None and hasattr(made, name):
            setattr(made, name, getattr(dialect.sqla, name))
    made.dbapi, made.schema_now = DriverModule, schema_now
    made.default_named, made.autocommit = dialect.default_schema, False
    made.default_schema_name = dialect.default_schema or None
    pool = StaticPool(lambda: DriverConnection(noted, answer))  # type: ignore[arg-type]
    return Engine(pool, made, url or sa.engine.URL.create(dialect.sqla.name))


def is_stand_in(engine: Engine) -> bool:
    return isinstance(engine.dialect, _Answers)
