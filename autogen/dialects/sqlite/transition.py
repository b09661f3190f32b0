"""SQLite between two phases: triggers that write the row once more, and views made writable by triggers."""

from __future__ import annotations

from collections.abc import Sequence

from autogen.dialects.sqlite.sqltext import identifier, qualified
from autogen.dialects.transition import Transition, short_name
from autogen.phase import Copy
from autogen.schema import Column, Dependent, Key, Schema, Table

_LONGEST = 60


class SQLiteTransition(Transition):
    """A trigger cannot change the row that is about to be written. A type is never changed by way of another
    column: SQLite copies the whole table for that, too."""

    fills_before_checks = False
    each_batch = ("PRAGMA busy_timeout = 5000",)
    refusal = (
        "-- Stop at the first error (sqlite3 -bail): a backfill may be incomplete",
        "CREATE TEMP TABLE incomplete (found INTEGER, CONSTRAINT '{said}' CHECK (found = 0))",
        "INSERT INTO temp.incomplete SELECT EXISTS ({rows})",
        "DROP TABLE temp.incomplete",
    )

    def quote(self, name: str) -> str:
        return identifier(name)

    def table(self, key: Key) -> str:
        return qualified(key.owner.schema, key.owner.name)

    def sync(self, copy: Copy, schema: Schema) -> tuple[Dependent, ...]:
        """Both are given one value after the row is written. The second writing fires no trigger again: the
        columns are equal by then."""
        source, target = identifier(copy.source.name), identifier(copy.target.name)
        inserted = f"COALESCE(NEW.{target}, NEW.{source})"
        # COLLATE BINARY: a collation may take two spellings for one
        changed = f"NEW.{target} COLLATE BINARY IS NOT OLD.{target}"
        updated = f"CASE WHEN {changed} THEN NEW.{target} ELSE NEW.{source} END"
        columns = f"{source}, {target}"
        return tuple(
            self._trigger(copy, schema, event, when, value)
            for event, when, value in (("INSERT", "", inserted), ("UPDATE", f" OF {columns}", updated))
        )

    def _trigger(self, copy: Copy, schema: Schema, event: str, of: str, value: str) -> Dependent:
        source, target = identifier(copy.source.name), identifier(copy.target.name)
        table = copy.table
        name = short_name("sync", table.name, copy.target.name, event[:3].lower(), longest=_LONGEST)
        row = " AND ".join(f"{column} = NEW.{column}" for column in _row(table, schema))
        full = qualified(table.schema, name)
        sql = (
            f"CREATE TRIGGER {full} AFTER {event}{of} ON {identifier(table.name)}\n"
            f"WHEN NEW.{source} COLLATE BINARY IS NOT NEW.{target}\n"
            f"BEGIN\n  UPDATE {identifier(table.name)} SET\n    {source} = {value},\n    {target} = {value}\n"
            f"  WHERE {row};\nEND"
        )
        return Dependent("trigger", table.schema, table.name, name, (sql,), (f"DROP TRIGGER {full}",))

    def stand_in(
        self, old: Key, new: Key, columns: Sequence[Column], dependents: Sequence[Dependent]
    ) -> tuple[Dependent, ...]:
        """A column that an INSERT leaves out gets the table's default here: a trigger cannot tell it from one
        that was given as NULL."""
        plain = [column for column in columns if column.computed is None]
        names = [identifier(column.name) for column in plain]
        listed = ", ".join(identifier(column.name) for column in columns)
        values = ", ".join(_given(column) for column in plain)
        row = " AND ".join(f"{name} IS OLD.{name}" for name in names)
        sets = ", ".join(f"{name} = NEW.{name}" for name in names)
        table, view = identifier(new.name), qualified(old.schema, old.name)
        bodies = {
            "INSERT": f"INSERT INTO {table} ({', '.join(names)})\n  VALUES ({values})",
            "UPDATE": f"UPDATE {table} SET {sets}\n  WHERE {row}",
            "DELETE": f"DELETE FROM {table} WHERE {row}",
        }
        create = [f"CREATE VIEW {view} AS\nSELECT {listed} FROM {self.table(new)}"]
        for event, body in bodies.items():
            name = short_name("as", new.name, old.name, event[:3].lower(), longest=_LONGEST)
            create.append(
                f"CREATE TRIGGER {qualified(old.schema, name)} INSTEAD OF {event} ON {identifier(old.name)}\n"
                f"BEGIN\n  {body};\nEND"
            )
        return (Dependent("view", old.schema, "", old.name, tuple(create), (f"DROP VIEW {view}",)),)

    def estimate(self, key: Key) -> str:
        return f"SELECT count(*) FROM {self.table(key)}"

    def walk_by(self, table: Key, schema: Schema) -> tuple[str, ...]:
        """The rowid where there is one: a primary key may hold NULL here."""
        found = _rowid(table, schema)
        return (found,) if found else super().walk_by(table, schema)


def _rowid(table: Key, schema: Schema) -> str | None:
    """A name of the rowid that no column has; None in a table without one."""
    found = schema.get(table)
    if isinstance(found, Table) and "without_rowid" in dict(found.options):
        return None
    taken = {column.name.lower() for column in schema.columns(table)}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def _row(table: Key, schema: Schema) -> list[str]:
    """The SQL names of the columns that tell the rows apart."""
    rowid = _rowid(table, schema)
    if rowid:
        return [rowid]
    primary = schema.primary_key(table)
    return [identifier(name) for name in (primary.columns if primary else ())]


def _given(column: Column) -> str:
    name = f"NEW.{identifier(column.name)}"
    return name if column.default is None else f"COALESCE({name}, {column.default})"
