"""PostgreSQL's part in asking about rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autogen.dialects.postgresql import conflicts, misfits
from autogen.dialects.postgresql.casts import base
from autogen.dialects.postgresql.sqltext import split_type, string
from autogen.dialects.probing import SHOWN, Attempt, Misfit, NoAnswer, Probing, Size, TooLong, Unfit
from autogen.schema import Column, Exclude, Key

_SIZES = """
SELECT n.nspname, c.relname, sum(leaf.rows), sum(leaf.bytes)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN LATERAL (
  SELECT part.relid FROM pg_partition_tree(c.oid) part WHERE part.isleaf AND c.relkind = 'p'
  UNION ALL SELECT c.oid WHERE c.relkind <> 'p'
) parts ON true
JOIN LATERAL (
  SELECT
    CASE
      WHEN pg_relation_size(l.oid) = 0 THEN 0
      WHEN l.reltuples > 0 AND l.relpages > 0
        THEN l.reltuples / l.relpages * pg_relation_size(l.oid) / current_setting('block_size')::numeric
      WHEN pg_stat_get_live_tuples(l.oid) > 0 THEN pg_stat_get_live_tuples(l.oid)
    END AS rows,
    pg_relation_size(l.oid) AS bytes
  FROM pg_class l WHERE l.oid = parts.relid
) leaf ON true
WHERE (n.nspname, c.relname) IN ({names})
GROUP BY 1, 2
"""
_TIMEOUTS = frozenset({"57014", "55P03"})
_DENIED = "42501"
_DATA = re.compile(r"22|23514")
"""SQLSTATEs of values that do not fit; a domain's check is one of integrity."""
_QUOTED = re.compile(r'"(.*)"', re.S)


class PostgreSQLProbing(Probing):
    """Each query runs in a savepoint of its own with a statement_timeout of its own."""

    def rows(self, sql: str, seconds: float) -> Sequence[Sequence[Any]]:
        with self.savepoint():
            self.execute(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}")
            return self.execute(sql)

    def no_answer(self, error: BaseException | None) -> NoAnswer:
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
        if state in _TIMEOUTS:
            return TooLong("the table is locked" if state == "55P03" else "reading all of it took too long")
        if state == _DENIED:
            return NoAnswer("this user has no right to read it")
        if _DATA.match(state):
            said = getattr(getattr(error, "diag", None), "message_primary", None) or ""
            found = _QUOTED.search(said)
            return Unfit(found[1] if found else "")
        return super().no_answer(error)

    def sizes(self, tables: Iterable[Key], seconds: float) -> Mapping[Key, Size]:
        keys = {(t.schema or self.dialect.default_schema, t.name): t for t in tables}
        names = ", ".join(f"({string(schema)}, {string(name)})" for schema, name in keys)
        found = self.rows(_SIZES.format(names=names), seconds) if keys else ()
        return {keys[row[0], row[1]]: Size(_whole(row[2]), _whole(row[3])) for row in found}

    def literal(self, value: str) -> str:
        return string(value)

    def text(self, sql: str) -> str:
        return f"left(({sql})::text, {SHOWN + 1})"

    def null(self, column: Column) -> str:
        return f"NULL::{column.type.sql}"

    def given(self, column: Column) -> str:
        return f"({column.default})::{column.type.sql}"

    def collation(self, collation: str) -> str:
        return collation if '"' in collation else self.name(collation)

    def sample(self, table: str, size: Size, rows: int) -> str:
        if not size.rows:
            return super().sample(table, size, rows)
        percent = min(100.0, max(100.0 * rows / size.rows, 0.001))
        return f"{table} TABLESAMPLE SYSTEM ({percent:.4f}) REPEATABLE (1)"

    def converted(self, before: Column, after: Column, sql: str) -> str | None:
        if after.type.enum is not None:
            # the type may be new: its labels are compared as text
            array = "[]" if split_type(after.type.sql)[2] else ""
            return f"({sql})::text{array}"
        made = misfits.assigned(before.type, after.type, sql)
        if made is None:
            return None
        value = made
        return f"{value} COLLATE {self.collation(after.type.collation)}" if after.type.collation else value

    def makes_null(self, before: Column, after: Column) -> bool:
        return base(before.type) in ("json", "jsonb") or bool(split_type(before.type.sql)[2])

    def misfits(
        self, before: Column, after: Column, sql: str, labels: Sequence[str] | None
    ) -> Sequence[Misfit] | Attempt:
        version = self.connection.dialect.server_version_info or (0,)
        return misfits.misfits(before, after, sql, labels, checks_input=version >= (16,))

    def holds_label(self, column: Column, sql: str, label: str) -> str:
        if split_type(column.type.sql)[2]:
            return f"{self.literal(label)} = ANY ({sql}::text[])"
        return f"{sql}::text = {self.literal(label)}"

    def conflicts(self, exclude: Exclude, rows: str) -> str | None:
        return conflicts.query(exclude, rows)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
