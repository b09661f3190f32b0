"""Databases in which whole histories are run: what a dialect knows of them besides scratch databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import URL, Connection

    from autogen.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that autogen brings itself. ``label`` says which one it is without starting it, as does
    ``dialect``; ``running`` starts it where it does not run, and gives its URL for as long as it is needed.
    """

    label: str
    dialect: Callable[[], Dialect]
    running: Callable[[], AbstractContextManager[URL]]


class Places:
    """The part of a dialect that is about running other people's revisions somewhere safe."""

    if TYPE_CHECKING:

        def scratch(self, url: URL) -> AbstractContextManager[Connection]: ...

    @classmethod
    def own_server(cls) -> OwnServer | None:
        """The server that needs no URL; None where there is none on this machine."""
        return None

    @classmethod
    def no_own_server(cls) -> str:
        """What to do where a server is needed and no URL leads to one: an imperative sentence."""
        return "Set scratch_url under [tool.autogen] to a server on which databases may be made."

    def scratch_database(self, url: URL) -> AbstractContextManager[URL]:
        """An empty database of the same kind that others can connect to by its URL; dropped at the end. Raises
        ScratchUnavailable."""
        return self._by_url(url)

    @contextmanager
    def _by_url(self, url: URL) -> Iterator[URL]:
        with self.scratch(url) as connection:
            yield connection.engine.url

    def astray(self, statement: str, database: str) -> str:
        """What a statement would change outside of ``database``, in a few words; empty where nothing."""
        return ""
