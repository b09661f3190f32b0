"""The servers as the tests see them: URLs in the environment, started on first use when not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

VARIABLES = {
    "pg15": "AUTOGEN_TEST_PG15_URL",
    "pg18": "AUTOGEN_TEST_PG18_URL",
    "mariadb": "AUTOGEN_TEST_MARIADB_URL",
}
ROOT = Path(__file__).resolve().parents[2]


def in_memory() -> str | None:
    """A folder kept in memory, where there is one: the tests create and drop thousands of databases."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None


class Supervised:
    """The servers in a process of their own, which stops them when this one ends, however it ends."""

    def __init__(self, python: str = sys.executable) -> None:
        self.python = python
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> dict[str, str]:
        """The environment variables of the servers that were started; those already set are left alone."""
        wanted = [name for name, variable in VARIABLES.items() if not os.environ.get(variable)]
        if not wanted:
            return {}
        self.process = subprocess.Popen(
            [self.python, "-m", "tests.databases", *wanted],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("the test database servers did not start, see the messages above")
        started: dict[str, str] = json.loads(line)
        return started

    def stop(self) -> None:
        if self.process is not None:
            self.process.communicate()
            self.process = None


_own = Supervised()


def server_url(backend: str) -> str | None:
    """The URL of a backend's server, None where this machine has none."""
    if not os.environ.get(VARIABLES[backend]) and _own.process is None:
        os.environ.update(_own.start())
    return os.environ.get(VARIABLES[backend])


def stop_own() -> None:
    _own.stop()
