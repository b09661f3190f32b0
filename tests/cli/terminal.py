"""autogen on a pseudo-terminal, as a person sits before it."""

from __future__ import annotations

import os
import pty
import re
import select
import time
from collections.abc import Sequence

from tests.cli.forked import Forks
from tests.cli.project import UserProject

TERMINALS = Forks()
"""Their own: while one is open, other programs run."""
_PATIENCE = 60
_STYLE = re.compile(r"\x1b\[[0-9;]*[mK]")


class Session:
    """A run whose three streams are one terminal; ``seen`` is what it showed so far, without colours."""

    def __init__(self, project: UserProject, *arguments: str) -> None:
        self._terminal, theirs = pty.openpty()
        environment = project.environment({"TERM": "xterm"})
        assert TERMINALS.can_run(project.root, environment)
        self._run = TERMINALS.begin("autogen", arguments, project.root, environment, os.ttyname(theirs))
        os.close(theirs)
        self.seen = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._run.kill()
        self._run.wait()
        os.close(self._terminal)

    def until(self, words: str) -> str:
        """Waits until the words were shown; what came since the last time, up to them."""
        deadline = time.monotonic() + _PATIENCE
        start = len(self.seen)
        while words not in self.seen[start:]:
            assert time.monotonic() < deadline, self.seen
            assert self._read(), f"ended without {words!r}: {self.seen}"
        return self.seen[start:]

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def end(self) -> int:
        """Reads to the end; the exit code."""
        deadline = time.monotonic() + _PATIENCE
        while self._read():
            assert time.monotonic() < deadline, self.seen
        return self._run.wait()

    def _read(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # Linux, when the other side is closed
            return False
        self.seen += _STYLE.sub("", data.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(data)


def answering(project: UserProject, arguments: Sequence[str], answers: Sequence[str]) -> tuple[int, str]:
    """A run whose questions get these answers; the exit code and all that was shown."""
    with Session(project, *arguments) as session:
        for answer in answers:
            session.until("or [s]kip for now? ")
            session.type(f"{answer}\n")
        return session.end(), session.seen
