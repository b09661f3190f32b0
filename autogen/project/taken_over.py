"""The options of env.py that say what is compared, put to use: include_object and the others.

Alembic asks these functions about SQLAlchemy's objects, so the database's tables are reflected for them, too.
What is left out is left as it is: where only the models have it, it is not made; what the database has stays,
in a table that is rebuilt as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from autogen.declare.hints import key_of
from autogen.errors import AutogenError
from autogen.project.table_parts import Part, parts_of
from autogen.project.user_code import contained, failure
from autogen.schema import Column, Key, Namespace, Schema, Skipped, TablePart, requires

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect, Scope
    from autogen.project.taken_over_offline import TakenOverOffline

Ask = Callable[..., Any]

NOTHING: Mapping[Key, Key] = MappingProxyType({})


class TakenOver:
    """The hooks of one ``context.configure``; one instance serves one run."""

    def __init__(self, options: Mapping[str, Any], metadatas: Sequence[MetaData], env_py: Path) -> None:
        self._options = options
        self._metadatas = metadatas
        self._env_py = env_py
        self._live: dict[Key, sqlalchemy.Table] = {}
        self.left: frozenset[Key] = frozenset()
        """The parts of tables that ``limited`` has left out."""

    def offline(self) -> TakenOverOffline:
        """The same without a database."""
        from autogen.project.taken_over_offline import TakenOverOffline

        return TakenOverOffline(self._options, self._metadatas, self._env_py)

    @property
    def idle(self) -> bool:
        """Whether the options say nothing that autogen would not do anyway."""
        given = self._options
        hooks = ("include_object", "include_name", "render_item", "include_schemas", "user_module_prefix")
        compares = [given.get(name, True) for name in ("compare_type", "compare_server_default")]
        return not any(given.get(name) for name in hooks) and all(value in (True, None) for value in compares)

    # -- which tables ---------------------------------------------------------------------------------

    def scope(self, dialect: Dialect, connection: Connection, scope: Scope) -> Scope:
        """The scope with the schemas that ``include_schemas`` adds, and without the tables left out."""
        schemas = list(scope.schemas)
        if self._options.get("include_schemas"):
            found = dialect.user_schemas(connection)
            schemas += [name for name in found if self._named(name, "schema", {})]
        declared = self._declared(dialect)
        schemas = sorted({*schemas, *(key.schema for key in declared if key.schema)})
        scope = replace(scope, schemas=tuple(schemas))
        if not self._filters and not self._compares:
            return scope
        self._live = self._reflected(dialect, connection, scope)
        if not self._filters:
            return scope
        asked = sorted({*declared, *self._live})
        with contained():
            left = {key: why for key in asked if (why := self._left_out(key, declared.get(key)))}
        return replace(scope, left={**scope.left, **left})

    def in_schemas(self, schema: Schema, scope: Scope) -> Schema:
        """A schema that was read without asking, without the schemas that ``include_name`` leaves out."""
        with contained():
            others = {n.name for n in schema.of_kind(Namespace)} - {*scope.schemas}
            out = {name for name in others if not self._named(name, "schema", {})}
        gone = [o.key for o in schema if (o.name if isinstance(o, Namespace) else o.key.schema) in out]
        return schema.replace(remove=gone) if gone else schema

    @property
    def _filters(self) -> bool:
        return bool(self._options.get("include_object") or self._options.get("include_name"))

    @property
    def _compares(self) -> bool:
        return any(callable(self._options.get(n)) for n in ("compare_type", "compare_server_default"))

    def _declared(self, dialect: Dialect) -> dict[Key, sqlalchemy.Table]:
        return {key_of(t, dialect): t for m in self._metadatas for t in m.tables.values()}

    def _reflected(
        self, dialect: Dialect, connection: Connection, scope: Scope
    ) -> dict[Key, sqlalchemy.Table]:
        import sqlalchemy as sa

        live, asked = sa.MetaData(), sa.inspect(connection)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            for schema in (None, *scope.schemas):
                if schema is None or asked.has_schema(schema):
                    self._reflect(live, connection, schema)
        found = {key_of(table, dialect): table for table in live.tables.values()}
        return {key: table for key, table in found.items() if not scope.left_out(key)}

    def _reflect(self, live: MetaData, connection: Connection, schema: str | None) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            live.reflect(connection, schema, resolve_fks=False)
        except SQLAlchemyError as error:
            said = " ".join(str(error).split())
            raise AutogenError(
                f"{self._env_py} passes functions that are asked about the database's tables as SQLAlchemy "
                f"reflects them, and it cannot reflect them: {type(error).__name__}: {said}"
            ) from error

    def _left_out(self, key: Key, declared: sqlalchemy.Table | None) -> str | None:
        reflected = self._live.get(key)
        if reflected is not None:
            parents = {"schema_name": key.schema or None, "schema_qualified_table_name": key.label}
            in_schema = key.schema or not self._options.get("include_schemas") or declared is not None
            if not in_schema and not self._named(None, "schema", {}):
                return "its schema is left out by include_name in env.py"
            if not self._named(key.name, "table", parents):
                return "left out by include_name in env.py"
        if not self._included(declared, reflected, key.name, "table"):
            return "left out by include_object in env.py"
        return None

    # -- which parts of them --------------------------------------------------------------------------

    def limited(
        self,
        dialect: Dialect,
        connection: Connection,
        current: Schema,
        desired: Schema,
        tables: Mapping[Key, Key] = NOTHING,
    ) -> tuple[Schema, Schema]:
        """The live and the declared schema, this one with everything that is left out, or whose difference is
        none to the project, as it is in the database. The live one's ``skipped`` tells of it. ``tables`` are
        new names of tables by the old ones, where ``current`` has those already."""
        from autogen.project.rendering import prefixed, rendered

        declared = self._declared(dialect)
        live = {tables.get(key, key): table for key, table in self._live.items()}
        told: list[Skipped] = []
        with contained():
            if self._filters:
                desired = self._without_parts(dialect, declared, live, current, desired, told)
            desired = self._compared(connection, declared, live, current, desired, told)
            desired = prefixed(self._options, self._env_py.parent / "script.py.mako", desired)
            desired = rendered(self._options, connection, declared, desired, self._calling)
        skipped = tuple(dict.fromkeys((*current.skipped, *told)))
        return (current.skipping(skipped) if told else current), desired

    def _without_parts(
        self,
        dialect: Dialect,
        declared: Mapping[Key, sqlalchemy.Table],
        live: Mapping[Key, sqlalchemy.Table],
        current: Schema,
        desired: Schema,
        told: list[Skipped],
    ) -> Schema:
        left: dict[Key, str] = {}
        for key, table in declared.items():
            if key in current and key in desired:
                parts = parts_of(dialect, table, live.get(key))
                left.update(self._parts_left_out(key, parts))
        left = {key: why for k, why in left.items() for key in _standing(k, current, desired)}
        if not left:
            return desired
        gone = {key for key in left if key not in current}
        gone |= {o.key for o in desired if isinstance(o, TablePart) and requires(o, desired) & gone}
        stay = [found for key in left if (found := current.get(key)) is not None]
        told += [Skipped(_told(key), why) for key, why in sorted(left.items())]
        self.left = frozenset(left)
        return desired.replace(remove=gone, add=stay)

    def _parts_left_out(self, table: Key, parts: Iterable[Part]) -> Iterator[tuple[Key, str]]:
        parents = {
            "schema_name": table.schema or None,
            "table_name": table.name,
            "schema_qualified_table_name": table.label,
        }
        for part in parts:
            why = ""
            if part.reflected is not None and not self._named(part.name, part.word, parents):
                why = "left out by include_name in env.py"
            elif not self._included(part.declared, part.reflected, part.name, part.word):
                why = "left out by include_object in env.py"
            if why:
                yield from ((key, why) for key in part.keys)

    # -- which differences ----------------------------------------------------------------------------

    def _compared(
        self,
        connection: Connection | None,
        declared: Mapping[Key, sqlalchemy.Table],
        live: Mapping[Key, sqlalchemy.Table],
        current: Schema,
        desired: Schema,
        told: list[Skipped],
    ) -> Schema:
        """Types and defaults as they are in the database where the project says that they are equal."""
        compare_type = self._options.get("compare_type", True)
        compare_default = self._options.get("compare_server_default", True)
        if compare_type in (True, None) and compare_default in (True, None):
            return desired
        equal = []
        context: Any = None
        for key, table in declared.items():
            for column in table.columns:
                name = str(column.name)
                before, after = current.column(key, name), desired.column(key, name)
                if before is None or after is None or before == after:
                    continue
                if connection is not None:
                    context = context or _migration_context(connection, self._options)
                found = live[key].columns.get(name) if key in live else None
                taken = after
                if before.type != after.type and self._same_type(compare_type, context, found, column):
                    taken = replace(taken, type=before.type)
                    told.append(Skipped(_told(after.key), f"its type differs, {self._words(compare_type)}"))
                if self._same_default(compare_default, context, found, column, before, after):
                    taken = replace(taken, default=before.default, on_update=before.on_update)
                    why = f"its default differs, {self._words(compare_default)}"
                    told.append(Skipped(_told(after.key), why))
                equal += [taken] if taken is not after else []
        return desired.replace(add=equal) if equal else desired

    def _same_type(self, compare: Any, context: Any, live: Any, column: Any) -> bool:
        if not callable(compare):
            return compare is False
        if live is None:
            return False
        said = self._calling("compare_type", compare, context, live, column, live.type, column.type)
        return said is False

    def _same_default(
        self, compare: Any, context: Any, live: Any, column: Any, before: Column, after: Column
    ) -> bool:
        if before.default == after.default:
            return False
        if not callable(compare):
            return compare is False
        if live is None:
            return False
        stated = live.server_default
        found = str(getattr(stated.arg, "text", stated.arg)) if hasattr(stated, "arg") else None
        asked = (context, live, column, found, column.server_default, after.default)
        return self._calling("compare_server_default", compare, *asked) is False

    def _words(self, compare: Any) -> str:
        return "equal by the function in env.py" if callable(compare) else "not compared by env.py"

    # -- asking ---------------------------------------------------------------------------------------

    def _named(self, name: str | None, word: str, parents: Mapping[str, str | None]) -> bool:
        hook = self._options.get("include_name")
        return hook is None or bool(self._calling("include_name", hook, name, word, dict(parents)))

    def _included(self, declared: Any, reflected: Any, name: str | None, word: str) -> bool:
        hook = self._options.get("include_object")
        if hook is None:
            return True
        asked = reflected if declared is None else declared
        compared = reflected if declared is not None else None
        return bool(self._calling("include_object", hook, asked, name, word, declared is None, compared))

    def _calling(self, option: str, hook: Ask, *arguments: Any) -> Any:
        try:
            return hook(*arguments)
        except Exception as error:
            raise AutogenError(
                f"The function that {self._env_py} passes as {option} failed: {failure(error)}"
                f"Alembic's autogenerate calls it with the same arguments."
            ) from None


def _standing(key: Key, current: Schema, desired: Schema) -> Iterator[Key]:
    """The key as the schemas have it: SQLAlchemy reflects as an index what is a unique constraint here."""
    other = {"index": "unique", "unique": "index"}.get(key.kind, key.kind)
    found = (k for k in (key, key._replace(kind=other)) if k in current or k in desired)  # type: ignore[arg-type]
    yield from dict.fromkeys(found)


def _told(key: Key) -> str:
    """A part for people; its kind keeps it apart from a table of the same label."""
    return f"{key.kind.replace('_', ' ')} {key.label}"


def _migration_context(connection: Connection, options: Mapping[str, Any]) -> Any:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection, opts=dict(options))
