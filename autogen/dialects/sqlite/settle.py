"""Doubts settled by SQLite's own compiler: two expressions whose programs are equal mean the same.

Both are compiled against an empty copy of the table in memory and the EXPLAIN listings are compared. The
compiler drops parentheses, quotes and case, resolves names, and folds nothing that depends on a row.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

from autogen.dialects.base import Doubt, Settled
from autogen.dialects.sqlite import types
from autogen.dialects.sqlite.ddl import type_sql
from autogen.dialects.sqlite.sqltext import identifier
from autogen.schema import Check, Column, Index, IndexElement, Key, Object, Schema

Program = list[tuple[object, ...]]


def settle(doubts: Sequence[Doubt], desired: Schema) -> list[Settled]:
    """SQLite's word on each doubt."""
    return [_settle(doubt, desired) for doubt in doubts]


def _settle(doubt: Doubt, desired: Schema) -> Settled:
    before, after = doubt.before, doubt.after
    try:
        with _copy_of(after, desired, before) as database:
            return Settled(_respelled(before, after, database))
    except sqlite3.Error as error:
        return Settled(after, f"SQLite could not compile it: {error}")


def _respelled(before: Object, after: Object, database: _Database) -> Object:
    """``after`` with each text that means the same as in ``before`` in the spelling of ``before``."""
    if isinstance(before, Check) and isinstance(after, Check):
        if database.same(before.expression, after.expression):
            return replace(after, expression=before.expression)
    elif isinstance(before, Column) and isinstance(after, Column):
        return _column(before, after, database)
    elif isinstance(before, Index) and isinstance(after, Index):
        return _index(before, after, database)
    return after


def _column(before: Column, after: Column, database: _Database) -> Column:
    one, other = before.default, after.default
    if one and other and (types.same_value(one, other, after.type.sql) or database.same(one, other)):
        after = replace(after, default=before.default)
    old, new = before.computed, after.computed
    if old and new and database.same(old.expression, new.expression):
        after = replace(after, computed=replace(new, expression=old.expression))
    return after


def _index(before: Index, after: Index, database: _Database) -> Index:
    if len(before.elements) == len(after.elements):
        pairs = zip(before.elements, after.elements, strict=True)
        after = replace(after, elements=tuple(_element(b, a, database) for b, a in pairs))
    if before.predicate and after.predicate and database.same(before.predicate, after.predicate):
        after = replace(after, predicate=before.predicate)
    return after


def _element(before: IndexElement, after: IndexElement, database: _Database) -> IndexElement:
    respelled = replace(after, text=before.text, is_expression=before.is_expression)
    if respelled == before and before != after:
        texts = [e.text if e.is_expression else identifier(e.text) for e in (before, after)]
        if database.same(*texts):
            return before
    return after


class _Database:
    """An empty copy of one table, and the programs of expressions over it."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self.connection = connection
        self.table = identifier(table)

    def same(self, before: str, after: str) -> bool:
        """Whether two expressions compile to one program. What was valid once and is no longer (a column
        is gone) differs; what the models say must compile."""
        if before == after:
            return True
        wanted = self.program(after)
        try:
            return self.program(before) == wanted
        except sqlite3.Error:
            return False

    def program(self, expression: str) -> Program:
        """The EXPLAIN listing of an expression; functions of the application's own are supplied."""
        for _ in range(20):
            try:
                listing = self.connection.execute(
                    f"EXPLAIN SELECT ({expression}) FROM {self.table}"
                ).fetchall()
                return [tuple(row[1:7]) for row in listing]
            except sqlite3.OperationalError as error:
                missing = re.search(r"no such function: (.+)", str(error))
                if not missing:
                    raise
                self.connection.create_function(missing[1], -1, _nothing, deterministic=True)
        raise sqlite3.OperationalError("too many unknown functions")


def _nothing(*_: object) -> None:
    return None


@contextmanager
def _copy_of(after: Object, desired: Schema, before: Object) -> Iterator[_Database]:
    """The declared table with plain columns only."""
    table = after.key.owner
    columns = {c.name.lower(): c for c in desired.columns(table)}
    for column in (before, after):
        if isinstance(column, Column):
            columns.setdefault(column.name.lower(), column)
    listed = ", ".join(f"{identifier(c.name)} {type_sql(c.type)}" for c in columns.values())
    with closing(sqlite3.connect(":memory:")) as connection:
        _supply_collations(connection, table, desired)
        connection.execute(f"CREATE TABLE {identifier(table.name)} ({listed or 'x'})")
        yield _Database(connection, table.name)


def _supply_collations(connection: sqlite3.Connection, table: Key, desired: Schema) -> None:
    for column in desired.columns(table):
        name = column.type.collation
        if name and name not in ("NOCASE", "RTRIM", "BINARY"):
            connection.create_collation(name, _compare)


def _compare(one: str, other: str) -> int:
    return (one > other) - (one < other)
