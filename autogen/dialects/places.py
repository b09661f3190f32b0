"""Where to run what must not touch the live database: scratch databases, and servers to make them on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from autogen.schema import Dependent, Schema, Skipped
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect

    from autogen.dialects.base import Dialect


@value(frozen=True, slots=True)
class Blueprint:
    """A schema to build elsewhere: SQL of the server itself, or changes from nothing, or both."""

    schema: Schema
    dependents: tuple[Dependent, ...] = ()
    statements: tuple[str, ...] = ()


class ScratchUnavailable(Exception):
    """No scratch database can be made; the message says why, without a password."""


class ScratchFactory(ABC):
    """Opens scratch databases for the run: one place that knows the URL."""

    @abstractmethod
    def open(self) -> AbstractContextManager[Connection]:
        """An empty scratch database. Raises ScratchUnavailable."""

    @property
    @abstractmethod
    def blueprint(self) -> Blueprint:
        """The live schema's blueprint, whose functions, types and extensions expressions may call."""


@value(frozen=True, slots=True)
class OwnServer:
    """A server that autogen brings itself. ``label`` and ``dialect`` say what it is without starting it;
    ``running`` starts it where it does not run, and gives its URL for as long as it is needed."""

    label: str
    dialect: Callable[[], Dialect]
    running: Callable[[], AbstractContextManager[URL]]


class Places:
    """The part of a dialect that is about scratch databases."""

    sqla: SqlaDialect

    def scratch(self, url: URL) -> AbstractContextManager[Connection]:
        """A connection to an empty database of the same kind, dropped at the end even when interrupted.
        ``url`` is the live database's or the configured scratch_url. Raises ScratchUnavailable. The
        connection is writable, autobegin, and usable for an Alembic MigrationContext."""
        raise ScratchUnavailable(f"autogen makes no scratch database on {self.sqla.name}")

    def scratch_database(self, url: URL) -> AbstractContextManager[URL]:
        """The same for others, who connect to it by its URL."""
        return self._by_url(url)

    @contextmanager
    def _by_url(self, url: URL) -> Iterator[URL]:
        with self.scratch(url) as connection:
            yield connection.engine.url

    def make_schema(self, scratch: URL, name: str) -> None:
        """Makes an empty schema in a scratch database, where schemas lie within a database."""
        return

    def confine(self, desired: Schema) -> None:
        """Raises ScratchUnavailable where a draft for these models, run on a scratch database, would reach
        beyond it."""
        return

    def confined(self, connection: Any) -> None:
        """Keeps the driver's connection to a scratch database inside it, as far as the server can."""
        return

    def astray(self, statement: str, database: str) -> str:
        """What a statement does outside of ``database``, in a few words with a verb; empty where nothing."""
        return ""

    @classmethod
    def own_server(cls) -> OwnServer | None:
        """The server that needs no URL; None where there is none on this machine."""
        return None

    @classmethod
    def no_own_server(cls) -> str:
        """What to do where a server is needed and no URL leads to one."""
        return "Set scratch_url under [tool.autogen] to a server on which databases may be made."

    def blueprint(self, connection: Connection, schema: Schema, dependents: Sequence[Dependent]) -> Blueprint:
        """All that is needed to build the current schema again elsewhere, read from the live connection."""
        raise ScratchUnavailable(f"autogen rebuilds no {self.sqla.name} schema")

    def rebuild(self, connection: Connection, blueprint: Blueprint) -> list[Skipped]:
        """Builds the blueprint's schema on a scratch connection and commits; returns what it could not."""
        raise ScratchUnavailable(f"autogen rebuilds no {self.sqla.name} schema")
