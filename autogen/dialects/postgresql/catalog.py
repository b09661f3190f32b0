"""The catalog, read in a constant number of wide queries whose text stands in ``sql/``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Rows = list[tuple[Any, ...]]

_LOCK_TIMEOUT = "55P03"
_HOLDERS = """
SELECT l.relation::regclass::text, l.pid, concat_ws(' of ', nullif(a.application_name, ''), a.usename::text)
FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.relation >= 16384 AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND EXISTS (SELECT FROM pg_class c WHERE c.oid = l.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))
ORDER BY 1, 2 LIMIT 3
"""

# What would change the text of pg_get_expr and format_type, or slow the queries down: their joins stand in
# an order that is good, and looking for a better one takes the server longer than they do.
_PINNED = {
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "jit": "off",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
}


@cache
def statement(name: str) -> str:
    return files("autogen.dialects.postgresql").joinpath("sql", f"{name}.sql").read_text("utf-8")


def locked(cursor: Any) -> str:
    """Why the catalog could not be read: who locks a table, where that can still be told."""
    held: Rows = []
    with suppress(Exception):  # what matters is the lock; whoever holds it may be gone, or not be shown
        cursor.connection.rollback()
        cursor.execute(_HOLDERS)
        held = cursor.fetchall()
    who = "; ".join(f"{table} by process {pid}" + (f" ({name})" if name else "") for table, pid, name in held)
    return (
        "A table is locked by another session (ACCESS EXCLUSIVE), and PostgreSQL does not tell its "
        f"definitions meanwhile{f': {who}' if who else ''}. Try again when that session has committed; "
        "pg_locks and pg_stat_activity show what it does."
    )


class Catalog:
    """The catalog of one connection, for the default schema and those of a scope.

    Names are shown as the connection sees them: unqualified in the default schema and in further schemas of
    its search path (where extensions live), qualified in the schemas of the scope, which models name too.
    """

    def __init__(self, connection: Connection, schemas: tuple[str, ...]) -> None:
        self.raw: Any = connection.connection.cursor()
        (row,) = self.query("settings", schemas=list(schemas), settings=["search_path", *_PINNED])
        self.version, path, self.namespaces, self._before = row
        self.default: str = path[0] if path else "public"
        self.namespaces = sorted(n for n in self.namespaces if n != self.default)
        self.visible: list[str] = [self.default, *(p for p in path[1:] if p not in self.namespaces)]
        self.schemas: list[str] = [self.default, *self.namespaces]

    def query(self, name: str, **params: Any) -> Rows:
        """All rows of one of the queries in ``sql/``."""
        return self.execute(statement(name), params)

    def fetch(self, name: str, **words: str) -> Rows:
        """All rows of a query over the schemas looked at; ``words`` are parts that depend on the version."""
        sql = statement(name)
        for word, text in words.items():
            sql = sql.replace("{" + word + "}", text)
        return self.execute(sql, {"schemas": self.schemas})

    def execute(self, sql: str, params: dict[str, Any]) -> Rows:
        try:
            self.raw.execute(sql, params)
            rows: Rows = self.raw.fetchall()
        except Exception as error:
            if (getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)) == _LOCK_TIMEOUT:
                raise AutogenError(locked(self.raw)) from error
            said = " ".join(str(error).split()).rstrip(".")
            raise AutogenError(
                f"PostgreSQL did not let autogen read its catalog: {said}. "
                "The user of the URL needs the right to read pg_catalog, as every user has by default."
            ) from error
        return rows

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """The settings under which the server spells the same thing the same way; put back at the end."""
        path = ", ".join('"' + name.replace('"', '""') + '"' for name in self.visible)
        self.set({"search_path": path, **_PINNED})
        before = dict(zip(["search_path", *_PINNED], self._before, strict=True))
        try:
            yield
        except BaseException:
            with suppress(AutogenError):  # the transaction may have failed; the rollback puts them back then
                self.set(before)
            raise
        else:
            self.set(before)
        finally:
            self.raw.close()

    def set(self, settings: dict[str, str]) -> None:
        calls = ", ".join(f"set_config('{name}', %({name})s, false)" for name in settings)
        self.execute(f"SELECT {calls}", settings)

    def schema(self, name: str) -> str:
        """A schema's name as values hold it."""
        return "" if name == self.default else name
