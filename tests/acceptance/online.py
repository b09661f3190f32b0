"""What the tests of safe forms share: the forms, a run that is cut short, and locks that are observed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from tests.acceptance.case import Models, column, key, table

Make = Callable[[], Any]


@dataclass(frozen=True)
class Form:
    """Models before and after. ``reads`` says that the plain form reads all rows under a lock."""

    before: Models
    after: Models
    reads: bool = True


def named(kind: str, *args: Any, **options: Any) -> Make:
    return lambda: getattr(sa, kind)(*args, **options)


def child(*parts: Make) -> Models:
    """A table ``t`` beside the table ``p`` that its rows refer to."""

    def build(metadata: sa.MetaData) -> None:
        table("p", key(), column("code", sa.Integer))(metadata)
        columns = (key(), column("pid", sa.Integer), column("name", sa.String(30)), *parts)
        names = {c.name: c for c in (make() for make in columns) if isinstance(c, sa.Column)}
        rest = [c for c in (make() for make in columns) if not isinstance(c, sa.Column)]
        sa.Table("t", metadata, *names.values(), *rest)

    return build


def index(name: str, *columns: str, **options: Any) -> Make:
    return named("Index", name, *columns, **options)


def unique(name: str, *columns: str, **options: Any) -> Make:
    return named("UniqueConstraint", *columns, name=name, **options)


def check(sql: str) -> Make:
    return named("CheckConstraint", sql, name="ck")


def reference(**options: Any) -> Make:
    return named("ForeignKeyConstraint", ["pid"], ["p.id"], name="fk", **options)


def keyed(*columns: str) -> Models:
    """A table whose primary key is these columns."""
    return table(
        "t", *(column(n, sa.Integer, nullable=False, autoincrement=False) for n in "ab"), _primary(*columns)
    )


def _primary(*columns: str) -> Make:
    return named("PrimaryKeyConstraint", *columns, name="pk")


def referred(*parts: Make, fk: bool = False) -> Models:
    """Two tables, the second of which refers to a column of the first that only now becomes unique."""

    def build(metadata: sa.MetaData) -> None:
        table("p", key(), column("code", sa.Integer), *parts)(metadata)
        target = [sa.ForeignKeyConstraint(["code"], ["p.code"], name="fk")] if fk else []
        sa.Table("t", metadata, key()(), column("code", sa.Integer)(), *target)

    return build


FORMS = {
    "index": Form(child(), child(index("ix", "name"))),
    "index dropped": Form(child(index("ix", "name")), child(), reads=False),
    "index replaced": Form(child(index("ix", "name")), child(index("ix", "name", "pid"))),
    "unique index replaced": Form(
        child(index("ix", "name", unique=True)), child(index("ix", "name", "pid", unique=True))
    ),
    "unique": Form(child(), child(unique("uq", "name"))),
    "unique that may wait": Form(child(), child(unique("uq", "name", deferrable=True, initially="DEFERRED"))),
    "unique replaced": Form(child(unique("uq", "name")), child(unique("uq", "name", "pid"))),
    "primary key": Form(table("t", *(column(n, sa.Integer) for n in "ab")), keyed("a")),
    "primary key replaced": Form(keyed("a"), keyed("a", "b")),
    "foreign key": Form(child(), child(reference())),
    "foreign key replaced": Form(child(reference()), child(reference(ondelete="CASCADE"))),
    "foreign key to what becomes unique": Form(referred(), referred(unique("uq", "code"), fk=True)),
    "check": Form(child(), child(check("pid > 0"))),
    "check replaced": Form(child(check("pid > 0")), child(check("pid >= 0"))),
    "not null": Form(child(), child(column("name", sa.String(30), nullable=False, server_default="x"))),
    "new column with all": Form(
        child(),
        child(
            column("more", sa.Integer, server_default="7"),
            index("ix", "more", "name"),
            check("more > pid - 100"),
            reference(),
            unique("uq", "name"),
        ),
    ),
    "new label": Form(
        child(column("mood", sa.Enum("sad", "ok", name="mood"))),
        child(
            column("mood", sa.Enum("sad", "ok", "glad", name="mood"), server_default="glad"),
            index("ix", "mood", postgresql_where=sa.text("mood <> 'glad'")),
        ),
    ),
    "new type, and an index on it": Form(child(), child(column("name", sa.Text), index("ix", "name"))),
}


class Cut(Exception):
    """Stands for a process that is killed."""


def changes_something(statement: str) -> bool:
    return not statement.lstrip().upper().startswith(("SELECT", "SET ", "RESET", "SHOW"))


@contextmanager
def cut_short(before: int) -> Iterator[None]:
    """Raises at the n-th place where a run may stop for good: at a statement outside of transactions, or at
    the first change inside one (what comes after that in it would be undone with it)."""
    seen, inside = 0, False

    def watch(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen, inside
        if changes_something(statement):
            seen += cursor.connection.autocommit or not inside
            inside = not cursor.connection.autocommit
            if seen == before:
                raise Cut(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", watch)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", watch)


class Observer:
    """Stops a migration at each statement that ``chosen`` takes for one that reads rows, and tries a write.

    Another session holds the lock of an ANALYZE then, which no write minds. The statement waits for it, and
    shows by the writes that pass or wait behind it which of them it lets go on. Nothing here is timed but
    the write that is blocked and gives up.
    """

    def __init__(self, url: URL, chosen: Callable[[str], bool], tables: Sequence[str]) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.chosen = chosen
        self.tables = tables
        self.passed: dict[str, bool] = {}
        """Whether a write passed while the statement waited, or after it read all rows under its locks."""
        self.scans: dict[str, int] = {}
        """How often a statement inside a transaction read a whole table."""
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None
        self.scanned = 0

    @contextmanager
    def watching(self) -> Iterator[Observer]:
        sa.event.listen(sa.Engine, "before_cursor_execute", self._before)
        sa.event.listen(sa.Engine, "after_cursor_execute", self._after)
        try:
            yield self
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", self._before)
            sa.event.remove(sa.Engine, "after_cursor_execute", self._after)

    def _before(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if connection.engine.url != self.engine.url or connection.engine is self.engine:
            return
        self.scanned = self._scans(cursor)
        if self.chosen(statement):
            self.ended.clear()
            ready = threading.Event()
            pid = cursor.connection.info.backend_pid
            self.thread = threading.Thread(target=self._hold, args=(pid, statement, ready), daemon=True)
            self.thread.start()
            ready.wait()

    def _hold(self, pid: int, statement: str, ready: threading.Event) -> None:
        with self.engine.connect() as holder:
            try:
                names = ", ".join(self.tables)
                holder.exec_driver_sql(f"LOCK TABLE {names} IN SHARE UPDATE EXCLUSIVE MODE NOWAIT")
            except sa.exc.OperationalError:  # an earlier statement of the same transaction has a lock
                return
            finally:
                ready.set()
            with self.engine.connect() as other:
                while not self.ended.is_set():
                    if other.exec_driver_sql(f"SELECT pg_blocking_pids({pid})").scalar():
                        self.passed[statement] = self._writes()
                        break
            holder.rollback()

    def _writes(self) -> bool:
        with self.engine.connect() as writer:
            writer.exec_driver_sql("SET lock_timeout = '100ms'")
            try:
                for name in self.tables:
                    writer.exec_driver_sql(f"DELETE FROM {name} WHERE false")
            except sa.exc.OperationalError:
                return False
            return True

    def _after(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if connection.engine.url != self.engine.url or connection.engine is self.engine:
            return
        self.ended.set()
        if self.thread is not None:
            self.thread.join()
            self.thread = None
        if changes_something(statement) and not cursor.connection.autocommit:
            self.scans[statement] = self._scans(cursor) - self.scanned
            if self.scans[statement]:  # its locks are still there: would a write pass meanwhile?
                self.passed[statement] = self._writes()

    def _scans(self, cursor: Any) -> int:
        """How many scans of the tables the session has begun and not reported yet."""
        counts = (f"pg_stat_get_xact_numscans('{name}'::regclass)" for name in self.tables)
        with cursor.connection.cursor() as aside:
            aside.execute(f"SELECT {' + '.join(counts)}")
            return int(aside.fetchone()[0])
