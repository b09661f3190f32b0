"""``python -m program`` at a fraction of its price: forked from a process that has done the imports.

A second is what the imports of autogen and Alembic take, and nearly all that a run of them takes on a test's
small project. Each run is a process of its own all the same.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

TIMEOUT = 60
_SCRIPT = Path(__file__).with_name("forkserver.py")


class Begun:
    """A program that is running; ``answers`` is where its end is told."""

    def __init__(self, child: int, answers: TextIO) -> None:
        self._child = child
        self._answers = answers
        self._status: int | None = None

    def kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)

    def status(self) -> int:
        """As os.wait has it."""
        if self._status is None:
            self._status = int(self._answers.readline())
        return self._status

    def wait(self) -> int:
        """The exit code, negative for a signal."""
        return os.waitstatus_to_exitcode(self.status())


class Forks:
    """The server of this process, started when it is first wanted."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.preloaded: frozenset[str] = frozenset()
        self.lock = threading.Lock()

    def can_run(self, cwd: Path, env: Mapping[str, str]) -> bool:
        """Whether nothing would be other in an interpreter that starts anew: its own variables are those of
        this process, and the folder hides none of the modules that are loaded."""
        if not hasattr(os, "fork") or _interpreters(env) != _interpreters(os.environ):
            return False
        self._start()
        return not self.preloaded & {path.stem for path in cwd.iterdir() if path.suffix in ("", ".py")}

    def run(
        self, module: str, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative for a signal, as subprocess has it), stdout and stderr."""
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err, self.lock:
            request = {
                "module": module,
                "arguments": list(arguments),
                "cwd": str(cwd),
                "env": dict(env),
                "out": out.name,
                "err": err.name,
            }
            status = self._ask(json.dumps(request))
            return os.waitstatus_to_exitcode(status), Path(out.name).read_bytes(), Path(err.name).read_bytes()

    def begin(
        self, module: str, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], terminal: str
    ) -> Begun:
        """The same on a terminal, which is that of the program; one at a time."""
        request = {
            "module": module,
            "arguments": list(arguments),
            "cwd": str(cwd),
            "env": dict(env),
            "terminal": terminal,
        }
        return self._begun(json.dumps(request))

    def _ask(self, request: str) -> int:
        begun = self._begun(request)
        late = threading.Timer(TIMEOUT, begun.kill)
        late.start()
        try:
            return begun.status()
        finally:
            late.cancel()

    def _begun(self, request: str) -> Begun:
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request + "\n")
        process.stdin.flush()
        return Begun(int(process.stdout.readline()), process.stdout)

    def _start(self) -> subprocess.Popen[str]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            assert self.process.stdout is not None
            self.preloaded = frozenset(json.loads(self.process.stdout.readline()))
            atexit.register(self.stop)
        return self.process

    def stop(self) -> None:
        if self.process is not None:
            self.process.communicate()
            self.process = None


def _interpreters(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that an interpreter reads when it starts."""
    names = ("PYTHON", "LC_", "LANG")
    return {k: v for k, v in env.items() if k.startswith(names) and k != "PYTHONDONTWRITEBYTECODE"}


FORKS = Forks()
