"""MySQL's and MariaDB's part in asking about rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from autogen.dialects.mysql import misfits, types
from autogen.dialects.mysql.connection import error_code
from autogen.dialects.mysql.misfits import as_text, in_charset
from autogen.dialects.mysql.tokens import string
from autogen.dialects.probing import SHOWN, Attempt, Misfit, NoAnswer, Probing, Size, TooLong
from autogen.schema import Column, IndexElement, Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

_TIMEOUTS = frozenset({1969, 3024, 1317, 1205})
_DENIED = frozenset({1044, 1142, 1143, 1370})


class MySQLProbing(Probing):
    """Each query bears its own limit, and is rolled back to release the lock on the table's definition."""

    fills_not_null: ClassVar[bool] = True

    def __init__(self, dialect: Dialect, connection: Connection) -> None:
        super().__init__(dialect, connection)
        # the upgrade runs in a session of its own, which starts with the server's mode
        self.strict = "STRICT_" in str(self.execute("SELECT @@GLOBAL.sql_mode")[0][0])

    def rows(self, sql: str, seconds: float) -> Sequence[Sequence[Any]]:
        if getattr(self.connection.dialect, "is_mariadb", False):
            limited = f"SET STATEMENT max_statement_time={max(seconds, 0.001):.3f} FOR {sql}"
        else:
            hint = f"/*+ MAX_EXECUTION_TIME({max(1, round(seconds * 1000))}) */"
            limited = sql.replace("SELECT", f"SELECT {hint}", 1)
        with self.savepoint():
            return self.execute(limited)

    def no_answer(self, error: BaseException | None) -> NoAnswer:
        code = error_code(error) if error else 0
        if code in _TIMEOUTS:
            return TooLong("the table is locked" if code == 1205 else "reading all of it took too long")
        return NoAnswer("this user has no right to read it") if code in _DENIED else super().no_answer(error)

    def sizes(self, tables: Iterable[Key], seconds: float) -> Mapping[Key, Size]:
        keys = {(t.schema or self.dialect.default_schema, t.name): t for t in tables}
        names = ", ".join(f"({string(schema)}, {string(name)})" for schema, name in keys)
        if not keys:
            return {}
        query = (
            "SELECT table_schema, table_name, table_rows, data_length FROM information_schema.tables "
            f"WHERE (table_schema, table_name) IN ({names})"
        )
        found = {(row[0], row[1]): Size(row[2], row[3]) for row in self.rows(query, seconds)}
        return {key: found[name] for name, key in keys.items() if name in found}

    def literal(self, value: str) -> str:
        return string(value)

    def text(self, sql: str) -> str:
        return f"LEFT(CAST({sql} AS CHAR), {SHOWN + 1})"

    def element(self, element: IndexElement) -> str:
        sql = super().element(element)
        return f"LEFT({sql}, {element.length})" if element.length else sql

    def converted(self, before: Column, after: Column, sql: str) -> str | None:
        old, new = types.parse(before.type.sql), types.parse(after.type.sql)
        if new.name in types.TEXTS:
            text = as_text(old, sql)
            collation = after.type.collation
            if collation is None:
                return text
            charset = after.type.charset or collation.partition("_")[0]
            return f"{in_charset(text, charset)} COLLATE {collation}"
        numbers = types.INTEGERS | {"decimal"}
        if old.name in numbers and new.name in numbers:
            return f"ROUND({sql}, {new.args[1] if new.name == 'decimal' else 0})"
        if old.name in ("datetime", "timestamp") and new.name == "date":
            return f"DATE({sql})"
        return sql if old.name == new.name and new.name in types.INTEGERS else None

    def misfits(
        self, before: Column, after: Column, sql: str, labels: Sequence[str] | None
    ) -> Sequence[Misfit] | Attempt:
        return misfits.misfits(before, after, sql)
