"""SQLite's part in asking about rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from autogen.dialects.probing import MOST, SHOWN, Attempt, Misfit, NoAnswer, Probing, Size, TooLong
from autogen.dialects.sqlite import conversions, misfits
from autogen.dialects.sqlite.sqltext import string
from autogen.dialects.sqlite.types import affinity
from autogen.schema import Column, Key

_OPCODES = 10_000
"""Instructions of SQLite's machine between two looks at the clock: less than a millisecond."""


class SQLiteProbing(Probing):
    """SQLite knows no time limit: the clock is looked at while it runs."""

    def rows(self, sql: str, seconds: float) -> Sequence[Sequence[Any]]:
        from sqlalchemy.exc import DBAPIError

        driver: Any = self.connection.connection.driver_connection
        end = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, min(_OPCODES, 1 + int(seconds * 1e6)))
        try:
            return self.execute(sql)
        except DBAPIError as error:
            raise self.no_answer(error.orig) from error
        finally:
            driver.set_progress_handler(None, 0)

    def no_answer(self, error: BaseException | None) -> NoAnswer:
        said = str(error)
        if "interrupted" in said:
            return TooLong("reading all of it took too long")
        return TooLong("the database is locked") if "locked" in said else super().no_answer(error)

    def sizes(self, tables: Iterable[Key], seconds: float) -> Mapping[Key, Size]:
        """Counted as far as that is quick, else what ANALYZE found."""
        found: dict[Key, Size] = {}
        end = time.monotonic() + seconds
        analyzed: dict[str, int] = {}
        with suppress(NoAnswer):
            stated = self.rows("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY 1", seconds)
            analyzed = {row[0]: row[1] for row in stated}
        for key in tables:
            with suppress(NoAnswer):
                read = f"SELECT 1 FROM {self.table(key)} LIMIT {MOST + 1}"
                counted = self.rows(f"SELECT count(*) FROM ({read})", max(end - time.monotonic(), 0.001))[0][
                    0
                ]
                found[key] = Size(counted if counted <= MOST else analyzed.get(key.name))
        return found

    def literal(self, value: str) -> str:
        return string(value)

    def text(self, sql: str) -> str:
        return f"substr(CAST({sql} AS TEXT), 1, {SHOWN + 1})"

    def converted(self, before: Column, after: Column, sql: str) -> str | None:
        kinds = {conversions.kind(before.type), conversions.kind(after.type)}
        was_text = affinity(before.type.sql) in ("TEXT", "BLOB")
        if was_text and affinity(after.type.sql) not in ("TEXT", "BLOB"):
            return None  # only SQLite knows which text is a number to it
        value = sql if len(kinds) == 1 else f"({conversions.copied(sql, before.type, after.type)})"
        return f"{value} COLLATE {self.name(after.type.collation)}" if after.type.collation else value

    def misfits(
        self, before: Column, after: Column, sql: str, labels: Sequence[str] | None
    ) -> Sequence[Misfit] | Attempt:
        return misfits.misfits(before.type, after.type, sql)
