"""Where scratch databases come from in one run: the configured scratch_url, or the live server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from autogen.dialects.base import Blueprint, Dialect, ScratchFactory
from autogen.schema import Dependent, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection


class Scratch(ScratchFactory):
    """Opens scratch databases; reads the live one's blueprint once, when it is first wanted."""

    def __init__(self, dialect: Dialect, live: Connection, url: URL, current: Schema) -> None:
        self._dialect = dialect
        self._live = live
        self._url = url
        self._current = current

    def open(self) -> AbstractContextManager[Connection]:
        return self._dialect.scratch(self._url)

    @cached_property
    def dependents(self) -> tuple[Dependent, ...]:
        """What lives beside the live tables."""
        return self._dialect.dependents(self._live, self._current)

    @cached_property
    def blueprint(self) -> Blueprint:
        return self._dialect.blueprint(self._live, self._current, self.dependents)
