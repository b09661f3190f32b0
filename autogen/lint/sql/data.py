"""Statements over rows, parsed by sqlglot: what they do, to which tables, and whether to all rows."""

from __future__ import annotations

from typing import Any

from autogen.lint.written import Beside, Data, Unclear
from autogen.schema import Key

_SHOWN = 80


def _silent(_: object) -> bool:
    return False


def parsed(sql: str, grammar: str) -> Any:
    """sqlglot's tree of one statement, or what it said."""
    import logging

    import sqlglot

    logger = logging.getLogger("sqlglot")
    logger.addFilter(_silent)  # it warns of what it passes through
    try:
        return sqlglot.parse_one(sql, read=grammar or None)
    except sqlglot.errors.SqlglotError as error:
        return error
    finally:
        logger.removeFilter(_silent)


def read_data(sql: str, grammar: str) -> Data | Beside | Unclear:
    """What a statement does with rows; an Unclear with what sqlglot said."""
    from sqlglot import exp

    found = parsed(sql, grammar)
    if isinstance(found, Exception):
        return Unclear(sql, str(found).partition(". Line")[0].splitlines()[0])
    if isinstance(found, exp.Copy) and not found.args.get("kind"):
        return Beside("COPY TO")
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
            every = verb in ("update", "delete") and _is_of_every_row(changed[0].args.get("where"))
            return Data(verb, (_target(changed[0], exp),), every)
    if isinstance(found, exp.Query):
        return _query(found, sql, exp)
    return Unclear(sql, "an unknown statement")


def _is_of_every_row(where: Any) -> bool:
    """Whether nothing limits a statement: no WHERE, or one that is always true."""
    from autogen.lint.sql.answers import outcome

    return where is None or outcome(where.this) is True


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
