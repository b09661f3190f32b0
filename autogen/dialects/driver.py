"""As much of a database driver as SQLAlchemy and revisions make use of; no database is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, Protocol

import sqlalchemy as sa

Noted = Callable[[str], None]
"""Is told each statement."""
Described = tuple[Any, ...]


class Answered(Protocol):
    """Names of columns, and rows."""

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def rows(self) -> Sequence[tuple[Any, ...]]: ...


Answer = Callable[[str], Answered | None]
"""What an empty database answers to a statement, None where nobody knows."""
_ASKS = ("SELECT", "WITH", "SHOW", "VALUES", "TABLE", "DESC", "EXPLAIN", "PRAGMA")
"""How statements begin that have rows for an answer."""
_REST = (None, None, None, None, None, None)


def unanswered(_: str) -> None:
    """Nobody knows."""


class _Copying:
    """What a driver's ``copy`` gives: rows are written to it."""

    def __enter__(self) -> _Copying:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def write(self, *_: object) -> None:
        return None

    write_row = set_types = write


class Cursor:
    """Notes statements; every table that is asked is empty."""

    rowcount = 0
    arraysize = 1
    lastrowid: int | None = None
    description: Sequence[Described] | None = None

    def __init__(self, noted: Noted, answer: Answer, numbers: Iterator[int]) -> None:
        self._noted = noted
        self._answer = answer
        self._numbers = numbers
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, statement: object, *_: object, **__: object) -> Cursor:
        text = str(statement)
        self._noted(text)
        found = self._answer(text)
        if found is None:
            asks = text.lstrip(" \n\t(").upper().startswith(_ASKS)
            self.description, self._rows = ([("?column?", *_REST)] if asks else None), []
        else:
            self.description = [(name, *_REST) for name in found.columns]
            self._rows = list(found.rows)
        self.lastrowid = next(self._numbers) if "INSERT" in text[:40].upper() else None
        return self

    def executemany(self, statement: object, *_: object, **__: object) -> Cursor:
        return self.execute(statement)

    executescript = copy_expert = executemany

    def copy(self, statement: object, *_: object, **__: object) -> _Copying:
        self.execute(statement)
        return _Copying()

    def described(self, columns: Sequence[Any], made: bool) -> None:
        """The columns as SQLAlchemy has compiled them. ``made`` says that the statement writes a row and
        returns it: with the numbers that a server would give it."""
        self.description = [(column.keyname, *_REST) for column in columns]
        if made:
            self._rows = [tuple(self._given(column.type) for column in columns)]
        elif self._rows and len(self._rows[0]) != len(columns):
            self._rows = []

    def _given(self, type_: Any) -> Any:
        return next(self._numbers) if isinstance(type_, sa.Integer) else None

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows, []
        return taken

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.fetchall())

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def close(self) -> None:
        return None


class DriverConnection:
    """A connection of the driver's own, as a revision gets it by ``op.get_bind().connection``."""

    def __init__(self, noted: Noted, answer: Answer) -> None:
        self._noted = noted
        self._answer = answer
        self._numbers = count(1)
        """Those that a server would give to new rows."""

    def cursor(self, *_: object, **__: object) -> Cursor:
        return Cursor(self._noted, self._answer, self._numbers)

    def execute(self, statement: object, *_: object, **__: object) -> Cursor:
        return self.cursor().execute(statement)

    executemany = executescript = execute

    def _nothing(self, *_: object, **__: object) -> None:
        return None

    commit = rollback = close = create_function = create_collation = set_isolation_level = _nothing

    def __enter__(self) -> DriverConnection:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class DriverModule:
    """As much of a driver's module as SQLAlchemy looks at."""

    paramstyle = "named"

    class Error(Exception):
        pass
