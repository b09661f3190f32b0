"""MySQL and MariaDB between two phases: one statement a trigger, so that no client needs a DELIMITER."""

from __future__ import annotations

from collections.abc import Sequence

from autogen.dialects.mysql.copies import copied
from autogen.dialects.mysql.online import lock_limits
from autogen.dialects.mysql.tokens import qualified, quote, string
from autogen.dialects.transition import Transition, short_name
from autogen.phase import Copy
from autogen.schema import Column, Dependent, ForeignKey, Key, Schema

_LONGEST = 60


class MySQLTransition(Transition):
    each_batch = ("SET SESSION innodb_lock_wait_timeout = 5", "SET SESSION lock_wait_timeout = 5")
    # SIGNAL stands in stored programs only: two rows where one is wanted are an error anywhere
    refusal = ("SELECT IF(EXISTS ({rows}), (SELECT '{said}' UNION SELECT ''), '')",)
    quoted = Transition.quoted + r""".replace("\\", "\\\\")"""

    def __init__(self, is_mariadb: bool) -> None:
        self.is_mariadb = is_mariadb

    def quote(self, name: str) -> str:
        return quote(name)

    def table(self, key: Key) -> str:
        return qualified(key.owner.schema, key.owner.name)

    def rewrites(self, before: Column, after: Column) -> bool:
        return copied(before.type, after.type, self.is_mariadb)

    def lock_limits(self, duration: str) -> tuple[str, str]:
        return lock_limits(duration)

    def cannot_sync(self, column: Column, schema: Schema) -> str | None:
        acts = ("CASCADE", "SET NULL", "SET DEFAULT")
        for fk in schema.of_kind(ForeignKey):
            on_it = fk.key.owner == column.key.owner and column.name in fk.columns
            if on_it and (fk.on_update in acts or fk.on_delete in acts[1:]):
                return f"the foreign key {fk.name} changes it without firing a trigger"
        return None

    def sync(self, copy: Copy, schema: Schema) -> tuple[Dependent, ...]:
        source, target = copy.source, copy.target
        old, new = f"NEW.{quote(source.name)}", f"NEW.{quote(target.name)}"
        if copy.mirrored:
            was = f"OLD.{quote(target.name)}"
            # compared as bytes: a collation may take two spellings for one
            same = f"CAST({new} AS BINARY) <=> CAST({was} AS BINARY)"
            insert = f"SET {new} = COALESCE({new}, {old}),\n  {old} = {new}"
            update = f"SET {old} = IF({same}, {old}, {new}),\n  {new} = {old}"
        else:
            insert = update = f"SET {new} = {old}"
        return tuple(
            self._trigger(copy, event, body) for event, body in (("INSERT", insert), ("UPDATE", update))
        )

    def _trigger(self, copy: Copy, event: str, body: str) -> Dependent:
        source = copy.source
        name = short_name("sync", source.table, copy.target.name, event[:3].lower(), longest=_LONGEST)
        sql = f"CREATE TRIGGER {{}} BEFORE {event} ON {self.table(source.key)}\nFOR EACH ROW {body}"
        full = qualified(source.schema, name)
        return Dependent(
            "trigger",
            source.schema,
            source.table,
            name,
            (sql.replace("{}", full, 1),),
            (f"DROP TRIGGER {full}",),
        )

    def stand_in(
        self, old: Key, new: Key, columns: Sequence[Column], dependents: Sequence[Dependent]
    ) -> tuple[Dependent, ...]:
        """A view on one table takes INSERT, UPDATE and DELETE by itself."""
        listed = ", ".join(quote(column.name) for column in columns)
        view = self.table(old)
        create = f"CREATE SQL SECURITY INVOKER VIEW {view} AS\nSELECT {listed} FROM {self.table(new)}"
        return (Dependent("view", old.schema, "", old.name, (create,), (f"DROP VIEW {view}",)),)

    def estimate(self, key: Key) -> str:
        database = string(key.owner.schema) if key.owner.schema else "DATABASE()"
        return (
            "SELECT table_rows FROM information_schema.tables "
            f"WHERE table_schema = {database} AND table_name = {string(key.owner.name)}"
        )
