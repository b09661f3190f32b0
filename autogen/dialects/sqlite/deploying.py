"""Running migrations on SQLite: a lock on a file beside the database, and a transaction where there is none.

Python's driver opens a transaction for statements that change rows, and none for those that change the
schema: each of these stands at once. Here it is opened for them, too, so that a revision stands as a whole or
not at all, except where the revision itself commits in between.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from autogen.dialects import journal
from autogen.dialects.deploying import Call, Care, Lock
from autogen.dialects.sqlite.connection import file_of
from autogen.errors import AutogenError
from autogen.schema import Key

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

SUFFIX = ".autogen-lock"
_OUTSIDE = re.compile(
    r"\s*(?:PRAGMA\s+(?:\w+\.)?(?:foreign_keys|journal_mode|synchronous|auto_vacuum)\b|BEGIN\b|VACUUM\b)",
    re.I,
)
"""What does nothing, or fails, while a transaction is open."""


class SQLiteDeploying(journal.Recording):
    def exists(self, url: URL) -> bool:
        path = file_of(url)
        return path is not None and os.path.exists(path)

    @contextmanager
    def lock(self, url: URL, version_table: Key) -> Iterator[Lock]:
        path = file_of(url)
        if path is None:
            yield Lock()
            return
        lock = FileLock(os.path.realpath(path))
        try:
            yield lock
        finally:
            lock.release()

    def care(self, version_table: Key) -> Care:
        return Journal()


class FileLock(Lock):
    """A locked file ``app.db.autogen-lock``, which says whose it is. It goes with the lock; the system lets
    go of it for a process that was killed."""

    held = True

    def __init__(self, database: str) -> None:
        self._database = database
        self._path = database + SUFFIX
        self._handle: int | None = None

    def taken(self) -> bool:
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:
            return True
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise AutogenError(
                f"The lock {self._path} could not be made: {error.strerror}. It stands beside the database "
                "while revisions run, so that no two run at once. Make the folder writable."
            ) from None
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        if not self._is_there(handle):
            os.close(handle)  # its holder has just taken it away
            return False
        self._handle = handle
        self._sign(handle)
        return True

    def holder(self) -> str:
        with suppress(OSError, ValueError, KeyError, TypeError):
            with open(self._path, encoding="utf-8") as file:
                said = json.load(file)
            return f"process {said['pid']} of {said['user']} on {said['host']}, since {said['since']}"
        return ""

    def guards(self, connection: Connection) -> bool:
        rows = connection.exec_driver_sql("PRAGMA database_list").fetchall()
        main = next((row[2] for row in rows if row[1] == "main"), "")
        with suppress(OSError):
            return bool(main) and os.path.realpath(main) == self._database
        return False

    def release(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                os.unlink(self._path)
            os.close(self._handle)
            self._handle = None

    def _is_there(self, handle: int) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.fstat(handle), os.stat(self._path))
        return False

    def _sign(self, handle: int) -> None:
        try:
            user = getpass.getuser()
        except (KeyError, OSError):
            user = "unknown"
        since = datetime.now(UTC).isoformat(" ", "seconds")
        said = {"pid": os.getpid(), "host": socket.gethostname(), "user": user, "since": since}
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(said).encode())


class Journal(journal.Journal):
    """Opens the transaction that the driver does not open. Whatever a revision commits by itself is in the
    record, which is committed with it."""

    _opened = False
    """Whether the transaction that is open was opened here: for the driver it would not be there."""

    def in_transaction(self, connection: Connection) -> bool | None:
        driver: Any = connection.connection.driver_connection
        found = getattr(driver, "in_transaction", None)
        return found if isinstance(found, bool) else None

    def in_doubt(self, call: Call) -> bool:
        return False

    def begins(self, call: Call) -> None:
        if not self.in_transaction(call.connection):
            self._execute(call.connection, "BEGIN IMMEDIATE")
            self._opened = True

    def ends(self, call: Call) -> None:
        if call.autocommit and self.in_transaction(call.connection):
            self._execute(call.connection, "COMMIT")

    def unrecorded(self, call: Call) -> None:
        if self._opened and _OUTSIDE.match(call.statement) and self.in_transaction(call.connection):
            self._execute(call.connection, "COMMIT")
            self._opened = False

    def failed(self, call: Call) -> None:
        if call.autocommit and self._noted and self.in_transaction(call.connection):
            self._execute(call.connection, "ROLLBACK")
        super().failed(call)
