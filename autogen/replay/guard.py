"""Keeps a project's env.py and its revisions inside the scratch database while they run.

What opens a connection meanwhile, in whatever engine, gets to the scratch database where it asks for that or for
the project's own database, and is refused anywhere else, before it connects. A connection that was open before
is refused its first statement, and so is a statement that reaches beyond the scratch database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autogen.dialects import dialect_class
from autogen.errors import AutogenError
from autogen.project.url import display

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect

    from autogen.dialects.base import Dialect

_TAG = "autogen_scratch"
_NAMES = ("dbname", "database", "db")
_LOCAL = (None, "", "localhost", "127.0.0.1", "::1")


class Astray(AutogenError):
    """env.py or a revision would have reached a database that is not the scratch one."""


class Guard:
    """``scratch`` is where everything is to happen, ``own`` the project's database, for which it stands in."""

    def __init__(self, dialect: Dialect, scratch: URL, own: URL | None) -> None:
        self._dialect = dialect
        self._scratch = scratch
        self._own = own
        self._token = object()
        self.refused: Astray | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        listeners: dict[str, Callable[..., Any]] = {
            "do_connect": self._connect,
            "before_cursor_execute": self._execute,
        }
        for name, listener in listeners.items():
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(Engine, name, listener)

    def check(self, connection: Connection) -> None:
        """Refuses a connection that does not lead to the scratch database."""
        if connection.info.get(_TAG) is not self._token:
            raise self._refusal(f"hands Alembic a connection to {display(connection.engine.url)}")

    def _connect(
        self, dialect: SqlaDialect, record: Any, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        scratch = self._arguments(dialect, self._scratch)
        if scratch is None:
            raise self._refusal(f"connects to a database by {dialect.name}+{dialect.driver}")
        if not _same(arguments, options, *scratch):
            own = self._arguments(dialect, self._own) if self._own is not None else None
            if own is None or not _same(arguments, options, *own):
                raise self._refusal(f"connects to {_where(arguments, options)}")
            arguments[:], kept = scratch[0], dict(options)
            options.clear()
            options.update({**_unplaced(kept, own[1]), **scratch[1]})
        record.info[_TAG] = self._token

    def _arguments(self, dialect: SqlaDialect, url: URL) -> tuple[list[Any], dict[str, Any]] | None:
        """What a driver is called with to reach a URL; None where it is another kind of database."""
        if dialect_class(url.get_backend_name()) is not dialect_class(dialect.name):
            return None
        driver = f"{dialect.name}+{dialect.driver}"
        arguments, options = dialect.create_connect_args(url.set(drivername=driver))
        return list(arguments), dict(options)

    def _execute(
        self,
        connection: Connection,
        cursor: object,
        statement: str,
        parameters: object,
        context: object,
        many: bool,
    ) -> None:
        if connection.info.get(_TAG) is not self._token:
            raise self._refusal(f"runs a statement on {display(connection.engine.url)}")
        why = self._dialect.astray(statement, self._scratch.database or "")
        if why:
            self.refused = Astray(f"It {why}, so that it cannot be run on a scratch database alone.")
            raise self.refused

    def _refusal(self, what: str) -> Astray:
        self.refused = Astray(
            f"env.py {what}, not to the scratch database that it was given as sqlalchemy.url. Nothing was run "
            "there. Let env.py take its URL from config.get_main_option('sqlalchemy.url') or from the variable "
            "that url under [tool.autogen] names, or leave the migrations out with --against database."
        )
        return self.refused


def _same(one: Sequence[Any], options: dict[str, Any], two: Sequence[Any], others: dict[str, Any]) -> bool:
    """Whether two calls of a driver lead to one database. What only one of them states is not held against it."""
    if list(one) != list(two):
        return False
    if any(options.get(name) != others.get(name) for name in _NAMES):
        return False
    host, other = options.get("host"), others.get("host")
    if host != other and not (host in _LOCAL and other in _LOCAL):
        return False
    port, another = options.get("port"), others.get("port")
    return None in (port, another) or str(port) == str(another)


def _unplaced(options: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What an engine was given besides its URL, but for what has to do with the way to the server."""
    return {
        name: value
        for name, value in options.items()
        if name not in own and not name.lower().startswith(("ssl", "host", "port", "unix", "password"))
    }


def _where(arguments: Sequence[Any], options: dict[str, Any]) -> str:
    """The database of a driver's call, without anything secret."""
    name = next((options[n] for n in _NAMES if options.get(n)), None)
    if name is None:
        return f"{arguments[0]}" if arguments else "another database"
    host = options.get("host")
    return f"the database {name}{f' on {host}' if host else ''}"
