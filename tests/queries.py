"""Counts the statements that reach a database's driver, from SQLAlchemy or from a plain cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent while the context lasts; the list fills as they go."""
    import psycopg
    import pymysql.cursors

    sent: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if connection.dialect.name == "sqlite":  # whose cursor takes no patch
            sent.append(statement)

    with ExitStack() as stack:
        for cursor in (psycopg.Cursor, pymysql.cursors.Cursor):
            stack.enter_context(patch.object(cursor, "execute", _recording(cursor.execute, sent)))
        sa.event.listen(sa.Engine, "before_cursor_execute", listen)
        stack.callback(sa.event.remove, sa.Engine, "before_cursor_execute", listen)
        yield sent


def _recording(execute: Any, sent: list[str]) -> Any:
    def recorded(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    return recorded


def catalog_queries(sent: Iterable[str]) -> list[str]:
    """The statements that ask about the schema: those that read tables, SHOW and PRAGMA."""
    return [statement for statement in sent if _asks(" ".join(statement.upper().split()))]


def _asks(statement: str) -> bool:
    return " FROM " in statement or statement.startswith(("SHOW ", "PRAGMA "))
