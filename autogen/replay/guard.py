"""Keeps a project's env.py and its revisions inside the scratch database while they run.

The engines of env.py that lead to the scratch database or to the project's own connect to the scratch one;
any other is refused before it connects, and so is a statement that reaches beyond the scratch database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.project.env_runner import replaced, without_database
from autogen.project.raw_connections import let_through, only_reading
from autogen.project.url import display, same_place

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

    from autogen.dialects.base import Dialect


class Astray(AutogenError):
    """env.py or a revision would have reached a database that is not the scratch one."""


class Guard:
    """``scratch`` is where everything is to happen, ``own`` the project's database, for which it stands in;
    ``root`` is where relative paths in URLs start. Where that is one of several, ``one_of_several``, there is
    nothing behind the connections to the others."""

    def __init__(
        self, dialect: Dialect, scratch: URL, own: URL, root: Path, one_of_several: bool = False
    ) -> None:
        self._dialect = dialect
        self._scratch = scratch
        self._own = own
        self._root = root
        self._engine: Engine | None = None
        self._one_of_several = one_of_several
        self._nothing_behind: list[Engine] = []
        self.refused: Astray | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Meanwhile nothing connects anywhere else."""
        import sqlalchemy as sa

        sync = type(self._dialect).sync_url(self._scratch)
        self._engine = sa.create_engine(sync, poolclass=sa.NullPool)
        with ExitStack() as stack:
            stack.callback(self._engine.dispose)
            sa.event.listen(self._engine, "do_connect", _let_through)
            sa.event.listen(self._engine, "connect", self._confined)
            stack.enter_context(only_reading())
            stack.enter_context(replaced(self._leading))
            stack.enter_context(_listening("before_cursor_execute", self._execute))
            yield

    def _confined(self, connection: Any, record: object) -> None:
        self._dialect.confined(connection)

    def check(self, connection: Connection) -> None:
        """Refuses a connection for migrations that does not lead to the scratch database."""
        if connection.engine is not self._engine:
            raise self._refusal(connection.engine.url)

    def _leading(self, engine: Engine) -> Engine:
        """The scratch database's engine, for one that may lead there."""
        assert self._engine is not None
        if any(same_place(engine.url, known, self._root) for known in (self._scratch, self._own)):
            return self._engine
        if self._one_of_several:
            self._nothing_behind.append(without_database(engine))
            return self._nothing_behind[-1]
        raise self._refusal(engine.url)

    def _execute(
        self,
        connection: Connection,
        cursor: object,
        statement: str,
        parameters: object,
        context: object,
        many: bool,
    ) -> None:
        if connection.engine in self._nothing_behind:
            return
        self.check(connection)
        why = self._dialect.astray(statement, self._scratch.database or "")
        if why:
            self.refused = Astray(f"it {why}, and cannot be kept inside a scratch database.")
            raise self.refused

    def _refusal(self, url: URL) -> Astray:
        self.refused = Astray(
            f"it connects to {display(url)}, which is neither the database that it was given nor the one "
            "that autogen compares. Nothing was run there. Let env.py take the database from "
            'config.get_main_option("sqlalchemy.url"), or name its database as url under [tool.autogen].'
        )
        return self.refused


def _let_through(dialect: Any, record: object, arguments: Any, named: Any) -> Any:
    with let_through():
        return dialect.connect(*arguments, **named)


@contextmanager
def _listening(name: str, listener: Callable[..., Any]) -> Iterator[None]:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, name, listener)
    try:
        yield
    finally:
        event.remove(Engine, name, listener)
