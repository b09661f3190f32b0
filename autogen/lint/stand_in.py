"""The connections that revisions get while lint runs them: no database is behind them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Engine

from autogen.dialects.base import Dialect
from autogen.dialects.driver import Noted
from autogen.dialects.stand_in import stand_in_engine
from autogen.lint.sql.answers import answer
from autogen.schema import Schema


def stand_in(dialect: Dialect, noted: Noted, schema_now: Callable[[], Schema]) -> Engine:
    """An engine whose tables are empty. ``noted`` is told each statement."""
    return stand_in_engine(dialect, noted, schema_now, answer=lambda sql: answer(sql, dialect.grammar))
