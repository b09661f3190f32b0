"""PostgreSQL between two phases: a trigger on the row before it is written, and views that can be written."""

from __future__ import annotations

from collections.abc import Sequence

from autogen.dialects.postgresql.casts import using
from autogen.dialects.postgresql.online_frame import lock_limits
from autogen.dialects.postgresql.rewrites import depends_on_zone, rewritten
from autogen.dialects.postgresql.sqltext import MAX_BYTES, identifier, string, table_name
from autogen.dialects.transition import Transition, short_name
from autogen.phase import Copy
from autogen.schema import Column, ColumnType, Dependent, Key, Schema

_INVOKER = (15,)
"""Since when a view can be read with the rights of who reads it."""


class PostgreSQLTransition(Transition):
    each_batch = ("SET LOCAL lock_timeout = '5s'",)
    refusal = (
        "DO $refuse$ BEGIN IF EXISTS ({rows}) THEN "
        "RAISE EXCEPTION USING MESSAGE = '{said}'; END IF; END $refuse$",
    )

    def __init__(self, server: tuple[int, ...]) -> None:
        self.server = server

    def quote(self, name: str) -> str:
        return identifier(name)

    def table(self, key: Key) -> str:
        return table_name(key)

    def rewrites(self, before: Column, after: Column) -> bool:
        """Between timestamps with and without time zone that depends on the TimeZone of the session that runs
        the upgrade: it counts as a rewrite."""
        old, new = before.type, after.type
        return rewritten(old, new) == "table" or depends_on_zone(old, new)

    def lock_limits(self, duration: str) -> tuple[str, str]:
        return lock_limits(duration)

    def converted(self, column: str, before: ColumnType, after: ColumnType) -> str:
        return using(before, after, column) or column

    def sync(self, copy: Copy, schema: Schema) -> tuple[Dependent, ...]:
        """A function and its trigger. Triggers fire in the order of their names: this one comes last, when
        all others have made up the row."""
        source, target = copy.source, copy.target
        name = short_name("zz_sync", source.table, target.name, longest=MAX_BYTES)
        function = table_name(Key("table", source.schema, "", name))
        old, new = f"NEW.{identifier(source.name)}", f"NEW.{identifier(target.name)}"
        forth = f"{new} = {self.converted(old, source.type, target.type)};"
        if copy.mirrored:
            was = f"OLD.{identifier(target.name)}"
            back = f"{old} = {self.converted(new, target.type, source.type)};"
            body = (
                f"  IF TG_OP = 'INSERT' AND {new} IS NOT NULL\n"
                f"    OR TG_OP = 'UPDATE' AND {new}::text IS DISTINCT FROM {was}::text\n"
                f"  THEN {back}\n  ELSE {forth}\n  END IF;\n"
            )
        else:
            body = f"  {forth}\n"
        tag = _tag(body)
        create_function = (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {tag}\n"
            f"BEGIN\n{body}  RETURN NEW;\nEND {tag}"
        )
        table = table_name(source.key)
        create_trigger = (
            f"CREATE TRIGGER {identifier(name)} BEFORE INSERT OR UPDATE ON {table}\n"
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        trigger = f"DROP TRIGGER {identifier(name)} ON {table}"
        return (
            Dependent(
                "function", source.schema, "", name, (create_function,), (f"DROP FUNCTION {function}()",)
            ),
            Dependent("trigger", source.schema, source.table, name, (create_trigger,), (trigger,)),
        )

    def stand_in(
        self, old: Key, new: Key, columns: Sequence[Column], dependents: Sequence[Dependent]
    ) -> tuple[Dependent, ...]:
        """A view on one table takes INSERT, UPDATE and DELETE by itself. Whoever had rights on the table gets
        them on the view: they are stated under the name that the view has now."""
        listed = ", ".join(identifier(column.name) for column in columns)
        view = table_name(old)
        invoker = " WITH (security_invoker = true)" if self.server >= _INVOKER else ""
        create = [f"CREATE VIEW {view}{invoker} AS\nSELECT {listed} FROM {table_name(new)}"]
        rights = [
            sql
            for d in dependents
            if d.kind == "privileges" and (d.schema, d.table) == (old.schema, old.name)
            for sql in d.create
            if sql.startswith("GRANT ")
        ]
        return (Dependent("view", old.schema, "", old.name, (*create, *rights), (f"DROP VIEW {view}",)),)

    def cannot_stand_in(self, old: Key, dependents: Sequence[Dependent]) -> str | None:
        guarded = any(
            d.kind == "policy" and (d.schema, d.table) == (old.schema, old.name) for d in dependents
        )
        if guarded and self.server < _INVOKER:
            return "before PostgreSQL 15 a view under its old name would not apply its row-level policies"
        return None

    def estimate(self, key: Key) -> str:
        name = string(table_name(key))
        return f"SELECT CAST(reltuples AS bigint) FROM pg_class WHERE oid = CAST({name} AS regclass)"


def _tag(body: str) -> str:
    tag, n = "$$", 0
    while tag in body:
        n += 1
        tag = f"$f{n}$"
    return tag
