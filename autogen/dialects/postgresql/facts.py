"""Sizes, sequences and volatile functions, a query each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autogen.dialects.facts import Asked, Facts, Size
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

_WANTED = "unnest(CAST(:schemas AS text[]), CAST(:tables AS text[]))"
_SIZES = f"""
SELECT w.s, w.t,
       CASE WHEN c.relkind = 'p'
            THEN (SELECT sum(greatest(l.reltuples, 0)) FROM pg_partition_tree(c.oid) p
                    JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf)
            WHEN c.reltuples >= 0 THEN c.reltuples END,
       CASE WHEN c.relkind = 'p'
            THEN (SELECT sum(pg_total_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p)
            ELSE pg_total_relation_size(c.oid) END
  FROM {_WANTED} AS w (s, t)
  JOIN pg_namespace n ON n.nspname = w.s
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.t AND c.relkind IN ('r', 'p')
"""
_COUNTERS = f"""
SELECT w.s, w.t, a.attname, pg_sequence_last_value(s.oid)
  FROM {_WANTED} AS w (s, t)
  JOIN pg_namespace n ON n.nspname = w.s
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.t
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
   AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
 WHERE CASE WHEN has_sequence_privilege(s.oid, 'SELECT, USAGE')
            THEN pg_sequence_last_value(s.oid) IS NOT NULL END
"""
_VOLATILE = (
    "SELECT DISTINCT lower(proname) FROM pg_proc WHERE provolatile = 'v' AND lower(proname) = ANY(:names)"
)
_CALL = re.compile(r"""("(?:[^"]|"")+"|[^\W\d][\w$]*)\s*\(""")


def facts(dialect: Dialect, connection: Connection, asked: Asked) -> Facts:
    default = dialect.default_schema
    sizes = {}
    for schema, name, rows, size in _rows(connection, _SIZES, default, asked.tables):
        key = Key("table", "" if schema == default else schema, "", name)
        # an empty estimate of a table that was never analysed is none
        sizes[key] = Size(None if rows is None or (not rows and size) else int(rows), _number(size))
    counters = {}
    tables = dict.fromkeys(key.owner for key in asked.keys)
    for schema, table, column, value in _rows(connection, _COUNTERS, default, tables):
        key = Key("column", "" if schema == default else schema, table, column)
        if key in asked.keys:
            counters[key] = int(value)
    return Facts(sizes, counters, _volatile(connection, asked.defaults))


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def called(texts: Iterable[str]) -> set[str]:
    """The functions that SQL text calls, lower case and unquoted."""
    return {name.strip('"').replace('""', '"').lower() for text in texts for name in _CALL.findall(text)}


def _volatile(connection: Connection, defaults: Iterable[str]) -> frozenset[str] | None:
    names = sorted(called(defaults))
    if not names:
        return frozenset()
    found = _answer(connection, _VOLATILE, {"names": names})
    return None if found is None else frozenset(row[0] for row in found)


def _rows(connection: Connection, sql: str, default: str, tables: Iterable[Key]) -> list[Any]:
    wanted = list(tables)
    if not wanted:
        return []
    names = {"schemas": [key.schema or default for key in wanted], "tables": [key.name for key in wanted]}
    return _answer(connection, sql, names) or []


def _answer(connection: Connection, sql: str, values: dict[str, Any]) -> list[Any] | None:
    """None where the server does not answer: a table is locked, a right is missing."""
    import sqlalchemy as sa

    try:
        with connection.begin_nested():
            return list(connection.execute(sa.text(sql.replace("::", "\\:\\:")), values))
    except sa.exc.DBAPIError:
        return None
