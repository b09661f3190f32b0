"""A record, in the database itself, of the statements of a revision that have run.

Where each statement of the schema is committed at once, a revision that is cut short stands half done. The
record is a table that exists while revisions run, and stays where one was cut short: the next run passes over
what is done. What rows a statement changes and its line in the record are one transaction.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from autogen.dialects.base import JOURNAL
from autogen.dialects.deploying import (
    Call,
    Care,
    Deploying,
    Direction,
    Interrupted,
    StatementChanged,
    defines,
    writes,
)
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

_KEPT = 20_000
"""Characters of a statement that the record keeps; what tells statements apart is a checksum of all."""


@value(frozen=True, slots=True)
class Entry:
    """One line of the record."""

    number: int
    revision: str
    direction: Direction
    state: str
    digest: str
    statement: str


def entries(connection: Connection) -> tuple[Entry, ...]:
    """The record as it stands; empty where there is none."""
    import sqlalchemy as sa

    if not sa.inspect(connection).has_table(JOURNAL):
        return ()
    names = ("number", "revision", "direction", "state", "digest", "statement")
    table = sa.table(JOURNAL, *map(sa.column, names))
    try:
        rows = connection.execute(sa.select(*table.c).order_by(table.c.number)).all()
    except sa.exc.DBAPIError:
        if sa.inspect(connection).has_table(JOURNAL):
            raise
        return ()  # another run has ended meanwhile, and taken it away
    return tuple(Entry(*cast("Sequence[Any]", row)) for row in rows)


class Recording(Deploying):
    """Running migrations on a server where the record is needed."""

    patience = "SELECT 1"
    """Sets how long the record may be waited for, when it is taken away."""

    def interrupted(self, connection: Connection, applied: Sequence[str]) -> Interrupted | None:
        return interrupted(entries(connection), applied)

    def untidy(self, connection: Connection) -> bool:
        import sqlalchemy as sa

        return sa.inspect(connection).has_table(JOURNAL)

    def tidy(self, url: URL) -> None:
        import sqlalchemy as sa

        from autogen.dialects import dialect_class

        engine = sa.create_engine(dialect_class(url.get_backend_name()).sync_url(url), poolclass=sa.NullPool)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(self.patience)
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {JOURNAL}")
        finally:
            engine.dispose()


def interrupted(found: Sequence[Entry], applied: Sequence[str]) -> Interrupted | None:
    """The revision that the record shows half done; None where it was finished after all."""
    if not found:
        return None
    last = found[-1]
    if (last.direction == "upgrade") == (last.revision in applied):
        return None
    mine = [entry for entry in found if entry.revision == last.revision and entry.direction == last.direction]
    done = tuple(entry.statement for entry in mine if entry.state == "done")
    doubtful = next((entry.statement for entry in mine if entry.state == "running"), None)
    failed = next((entry.statement for entry in mine if entry.state == "failed"), None)
    if not (done or doubtful):
        return None
    return Interrupted(last.revision, last.direction, done, doubtful, failed)


class Journal(Care):
    """Keeps the record, and passes over what it says is done. ``nothing`` is a statement that does nothing,
    ``text`` a column type for long text."""

    resumes = True
    nothing = "SELECT 1"
    text = "TEXT"

    def __init__(self) -> None:
        self._revision = ""
        self._direction: Direction = "upgrade"
        self._number = 0
        self._done: list[Entry] = []
        self._doubtful: Entry | None = None
        self._passed = 0
        self._failed = 0
        self._own = False
        self._noted = False
        """Whether the statement under way has a line already, which ``after`` completes."""

    # -- what a server says of itself -------------------------------------------------------------------

    def repeats(self, error: Exception) -> bool:
        """Whether an error says that a statement had been run before."""
        return False

    def begins(self, call: Call) -> None:
        """Called before a statement that is to be recorded."""

    def ends(self, call: Call) -> None:
        """Called when the statement has been recorded."""

    def unrecorded(self, call: Call) -> None:
        """Called before a statement that is not to be recorded."""

    def in_doubt(self, call: Call) -> bool:
        """Whether the statement cannot be one transaction with its line in the record."""
        return defines(call.statement)

    # -- the revisions --------------------------------------------------------------------------------------

    def begin(self, connection: Connection, revision: str, direction: Direction) -> Interrupted | None:
        self._own = True
        inside = self.in_transaction(connection)
        try:
            connection.exec_driver_sql(
                f"CREATE TABLE IF NOT EXISTS {JOURNAL} (number INTEGER NOT NULL PRIMARY KEY,"
                " revision VARCHAR(64) NOT NULL, direction VARCHAR(16) NOT NULL, state VARCHAR(16) NOT NULL,"
                f" digest CHAR(64) NOT NULL, statement {self.text} NOT NULL, at VARCHAR(32) NOT NULL)"
            )
            found = entries(connection)
            mine = [e for e in found if (e.revision, e.direction) == (revision, direction)]
            if len(mine) < len(found):
                self._execute(connection, f"DELETE FROM {JOURNAL} WHERE revision <> {{}}", revision)
                self._execute(connection, f"DELETE FROM {JOURNAL} WHERE direction <> {{}}", direction)
            self._execute(connection, f"DELETE FROM {JOURNAL} WHERE state = {{}}", "failed")
            if not inside:  # the revision is to begin where it would begin without the record
                cast("Any", connection.connection.dbapi_connection).commit()
        finally:
            self._own = False
        self._revision, self._direction = revision, direction
        self._number = max((entry.number for entry in mine), default=0)
        self._done = [entry for entry in mine if entry.state == "done"]
        self._doubtful = next((entry for entry in mine if entry.state == "running"), None)
        self._passed = 0
        return interrupted(mine, () if direction == "upgrade" else (revision,))

    def finish(self, connection: Connection) -> None:
        self._own = True
        try:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {JOURNAL}")
        finally:
            self._own = False

    # -- the statements -------------------------------------------------------------------------------------

    def before(self, call: Call) -> str:
        self._noted = False
        if not self._recorded(call):
            self.unrecorded(call)
            return call.statement
        digest = _digest(call)
        if self._passed < len(self._done):
            entry = self._done[self._passed]
            if entry.digest != digest:
                raise StatementChanged(self._passed + 1, entry.statement, call.statement)
            self._passed += 1
            # drivers send only what changes rows with several sets of parameters
            return f"DELETE FROM {JOURNAL} WHERE number < 0" if call.many else self.nothing
        if self._doubtful is not None:
            return self._settled(call, self._doubtful, digest)
        self.begins(call)
        if self.in_doubt(call):
            self._note(call, digest, "running")
        self._noted = True
        return call.statement

    def after(self, call: Call) -> None:
        if not self._noted or self._own:
            return
        self._noted = False
        if self.in_doubt(call):
            self._mark_done(call, self._number)
        else:
            self._note(call, _digest(call), "done")
        self.ends(call)

    def failed(self, call: Call) -> None:
        """What has failed took no effect. That is noted once what the failure undoes has been undone."""
        if self._noted and self.in_doubt(call):
            self._failed = self._number
            if call.autocommit:
                self._mark_failed(call.connection)
        self._noted = False

    def rolling_back(self, connection: Connection) -> None:
        if self._failed:
            driver: Any = connection.connection.dbapi_connection
            driver.rollback()
            self._mark_failed(connection)
            driver.commit()

    def _mark_done(self, call: Call, number: int) -> None:
        """Where the statement has ended the transaction by itself, the mark stands as it does, at once: what
        comes next may be rolled back."""
        committed = self.in_transaction(call.connection) is False
        self._execute(call.connection, f"UPDATE {JOURNAL} SET state = 'done' WHERE number = {{}}", number)
        if committed and self.in_doubt(call):
            cast("Any", call.connection.connection.dbapi_connection).commit()

    def _mark_failed(self, connection: Connection) -> None:
        number, self._failed = self._failed, 0
        self._execute(connection, f"UPDATE {JOURNAL} SET state = 'failed' WHERE number = {{}}", number)

    def _recorded(self, call: Call) -> bool:
        """Rows that are changed outside of a transaction are changed by statements that may run again."""
        if self._own or not self._revision:
            return False
        return defines(call.statement) or (writes(call.statement) and not call.autocommit)

    def _settled(self, call: Call, entry: Entry, digest: str) -> str:
        """Runs the statement that was under way when the last run ended; that it was done is no error."""
        if entry.digest != digest:
            raise StatementChanged(len(self._done) + 1, entry.statement, call.statement)
        self._doubtful = None
        self.begins(call)
        try:
            call.cursor.execute(call.statement, *([call.parameters] if call.parameters else []))
        except Exception as error:
            if not self.repeats(error):
                self._failed = entry.number
                raise
        self._mark_done(call, entry.number)
        self.ends(call)
        return self.nothing

    def _note(self, call: Call, digest: str, state: str) -> None:
        self._number += 1
        at = datetime.datetime.now(datetime.UTC).isoformat(" ", "seconds")
        values = (self._number, self._revision, self._direction, state, digest, call.statement[:_KEPT], at)
        marks = ", ".join("{}" for _ in values)
        self._execute(call.connection, f"INSERT INTO {JOURNAL} VALUES ({marks})", *values)

    def _execute(self, connection: Connection, statement: str, *values: object) -> None:
        """On a cursor of its own, in the transaction that is open."""
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        cursor = connection.connection.cursor()
        try:
            cursor.execute(statement.format(*(mark for _ in values)), values)
        finally:
            with suppress(Exception):
                cursor.close()


def _digest(call: Call) -> str:
    said = repr(call.parameters) if call.parameters else ""
    return hashlib.sha256(f"{call.statement}\0{said}".encode()).hexdigest()
