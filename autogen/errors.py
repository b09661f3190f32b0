"""The one error that reaches a user: a paragraph that says what is wrong, where, and what to do."""

from __future__ import annotations


class AutogenError(Exception):
    """Something autogen cannot go on from; printed without a traceback, exit code 2. ``database`` is the one
    that it is about, of several."""

    database: str | None = None


class Unreachable(AutogenError):
    """There is no such database, or no server answers: what needs none may go on without."""


class SeveralDatabases(AutogenError):
    """One of several databases has to be chosen; ``names`` are what they are called."""

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names
