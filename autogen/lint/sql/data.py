"""Statements over rows, parsed by sqlglot: what they do, to which tables, and whether to all rows."""

from __future__ import annotations

from typing import Any

from autogen.lint.written import Data, Unclear
from autogen.schema import Key

_SHOWN = 80


def _silent(_: object) -> bool:
    return False


def read_data(sql: str, grammar: str) -> Data | Unclear:
    """A Data, or an Unclear with what sqlglot said."""
    import logging

    import sqlglot
    from sqlglot import exp

    logger = logging.getLogger("sqlglot")
    logger.addFilter(_silent)  # it warns of what it passes through
    try:
        found = sqlglot.parse_one(sql, read=grammar or None)
    except sqlglot.errors.SqlglotError as error:
        return Unclear(sql, str(error).partition(". Line")[0].splitlines()[0])
    finally:
        logger.removeFilter(_silent)
    verbs: tuple[tuple[Any, Any], ...] = (
        (exp.Insert, "insert"),
        (exp.Update, "update"),
        (exp.Delete, "delete"),
        (exp.Merge, "merge"),
        (exp.Copy, "copy"),
    )
    for kind, verb in verbs:
        changed = [found, *found.find_all(kind)] if isinstance(found, kind) else list(found.find_all(kind))
        if changed:
            every = verb in ("update", "delete") and changed[0].args.get("where") is None
            return Data(verb, (_target(changed[0], exp),), every)
    if isinstance(found, exp.Query):
        return _query(found, sql, exp)
    return Unclear(sql, "an unknown statement")


def _query(found: Any, sql: str, exp: Any) -> Data | Unclear:
    tables = tuple(_key(table) for table in found.find_all(exp.Table))
    called = list(found.find_all(exp.Anonymous))
    if called and not tables:
        return Unclear(sql, f"what {called[0].name}() does is not seen")
    return Data("select", tables)


def _target(found: Any, exp: Any) -> Key:
    this = found.this
    table = this if isinstance(this, exp.Table) else (this and this.find(exp.Table)) or found.find(exp.Table)
    return _key(table) if table is not None else Key("table", "", "", "")


def _key(table: Any) -> Key:
    return Key("table", table.db or "", "", table.name)
