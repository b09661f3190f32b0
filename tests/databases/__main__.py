"""Starts the servers, prints their URLs as one line of JSON, and stops them when standard input ends.

Whoever started this holds the other end of standard input, so the servers go down even when that process
is killed. Run it in a session of its own, out of reach of the terminal's Ctrl-C.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.databases.mariadb import MariaDB, server_program
from tests.databases.postgres import Postgres, older_binaries, packaged_binaries
from tests.databases.supervised import VARIABLES, in_memory

Server = Postgres | MariaDB


def makers(base: Path) -> dict[str, Callable[[], Server]]:
    """How to make the server of each backend that this machine has."""
    found: dict[str, Callable[[], Server]] = {}
    if packaged := packaged_binaries():
        found["pg18"] = lambda: Postgres(packaged, base, "pg18")
    if older := older_binaries():
        found["pg15"] = lambda: Postgres(older, base, "pg15")
    if server_program():
        found["mariadb"] = lambda: MariaDB(base)
    return found


def main(wanted: list[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    base = Path(tempfile.mkdtemp(prefix="autogen-tests-", dir=in_memory()))
    base.chmod(0o755)
    servers: list[Server] = []
    try:
        found = {name: make() for name, make in makers(base).items() if name in wanted}
        servers.extend(found.values())
        with ThreadPoolExecutor() as pool:
            urls = dict(zip(found, pool.map(lambda server: server.start(), servers), strict=True))
        print(json.dumps({VARIABLES[name]: url for name, url in urls.items()}), flush=True)
        sys.stdin.read()
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(base, ignore_errors=True)


main(sys.argv[1:] or list(VARIABLES))
