"""What a server gives to whoever runs migrations on it: a lock that one deployer holds, and care for what
would be left half done.

The base classes are the answer for servers without a package here: no lock, and no care.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from autogen.schema import Key
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

Direction = Literal["upgrade", "downgrade"]

_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z)|/\*(?![!M]).*?\*/|\()*", re.S)
_DEFINES = re.compile(
    r"(?:/\*[!M]+\d*\s*)?(?:CREATE|ALTER|DROP|RENAME|TRUNCATE|GRANT|REVOKE|COMMENT|REINDEX|ANALYZE|OPTIMIZE)\b",
    re.I,
)
_WRITES = re.compile(r"(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|LOAD|CALL|WITH)\b", re.I)


def defines(statement: str) -> bool:
    """Whether a statement changes the schema, by its first word."""
    return _DEFINES.match(_bare(statement)) is not None


def writes(statement: str) -> bool:
    """Whether a statement changes rows, or may."""
    return _WRITES.match(_bare(statement)) is not None


def _bare(statement: str) -> str:
    found = _COMMENTS.match(statement)
    return statement[found.end() if found else 0 :]


class Lock:
    """The right to migrate one database, which one process has at a time. This one is always had."""

    held: bool = False
    """Whether anybody else is kept out by it."""

    def taken(self) -> bool:
        """Tries once; True when it is had."""
        return True

    def holder(self) -> str:
        """Who has it, as far as the server tells: ``process 4711 on web-1, user deploy, since 10:15:02``."""
        return ""

    def guards(self, connection: Connection) -> bool:
        """Whether it is still held, and a connection leads to the database that it was taken for."""
        return True


@value(frozen=True, slots=True)
class Interrupted:
    """A revision that was begun and not finished: the statements that stand, the one of which nobody knows
    whether it took effect, and the one that failed."""

    revision: str
    direction: Direction
    done: tuple[str, ...]
    doubtful: str | None = None
    failed: str | None = None


class Care:
    """Sees every statement of a migration before and after it runs. This one lets them pass."""

    resumes: bool = False
    """Whether a revision that was cut short goes on where it stopped, its finished statements passed over."""

    def in_transaction(self, connection: Connection) -> bool | None:
        """Whether the driver says that a transaction is open; None where it does not say."""
        return None

    def begin(self, connection: Connection, revision: str, direction: Direction) -> Interrupted | None:
        """Called before each revision; returns what an earlier run has done of it."""
        return None

    def before(self, call: Call) -> str:
        """The statement to send: this one, or one that does nothing where it has been done before."""
        return call.statement

    def after(self, call: Call) -> None:
        """Called when the statement has run."""

    def failed(self, call: Call) -> None:
        """Called when the statement has failed."""

    def rolling_back(self, connection: Connection) -> None:
        """Called before a transaction is rolled back."""

    def finish(self, connection: Connection) -> None:
        """Called when all revisions have run."""


@value(frozen=True, slots=True)
class Call:
    """A statement on its way to the server. ``autocommit`` says that it is a transaction of its own, ``many``
    that it is sent with several sets of parameters."""

    connection: Connection
    cursor: Any
    statement: str
    parameters: Any
    autocommit: bool
    many: bool = False


class StatementChanged(Exception):
    """A revision goes on after it was cut short, and says something else than it did then."""

    def __init__(self, number: int, before: str, now: str) -> None:
        super().__init__(number, before, now)
        self.number, self.before, self.now = number, before, now


class Deploying:
    """Running migrations on one kind of server."""

    def exists(self, url: URL) -> bool:
        """Whether there is a database to look at; connecting to one that is not there may create it."""
        return True

    def in_schema(self, url: URL, schema: str) -> URL | None:
        """The URL under which a schema is the default one; None where the server has no such thing."""
        return None

    @contextmanager
    def lock(self, url: URL, version_table: Key) -> Iterator[Lock]:
        """The lock of the database whose revisions this table records, let go when the block ends."""
        yield Lock()

    def care(self, version_table: Key) -> Care:
        return Care()

    def interrupted(self, connection: Connection, applied: Sequence[str]) -> Interrupted | None:
        """What a run that was cut short has left behind; ``applied`` are all revisions that have been run."""
        return None

    def untidy(self, connection: Connection) -> bool:
        """Whether there is a record of revisions that ran."""
        return False

    def tidy(self, url: URL) -> None:
        """Takes the record away."""
