"""SQLite needs no server: a scratch database that others connect to is a file that goes afterwards."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.dialects.places import OwnServer

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from autogen.dialects.base import Dialect

_ATTACH = re.compile(r"\s*ATTACH\s+(?:DATABASE\s+)?(?!(?:''|':memory:'|\"\"|\":memory:\")\s)(\S+)", re.I)


def own_server(cls: type[Dialect]) -> OwnServer:
    """The library itself."""
    from sqlalchemy.engine import make_url

    url = make_url("sqlite://")

    def dialect() -> Dialect:
        with cls.connect(url) as (found, _):
            return found

    return OwnServer(f"SQLite {sqlite3.sqlite_version}", dialect, lambda: nullcontext(url))


@contextmanager
def scratch_database(url: URL) -> Iterator[URL]:
    """A file in a folder of its own: an env.py opens connections of its own, which would each see another
    database in memory."""
    with tempfile.TemporaryDirectory(prefix="autogen-scratch-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "scratch.db"
        sqlite3.connect(path).close()
        yield url.set(drivername="sqlite", database=str(path), query={})


def confined(connection: Any) -> None:
    """No file is attached by a statement that goes to the driver itself."""

    def allowed(action: int, first: str | None, *_: object) -> int:
        outside = action == sqlite3.SQLITE_ATTACH and first not in ("", ":memory:")
        return sqlite3.SQLITE_DENY if outside else sqlite3.SQLITE_OK

    connection.set_authorizer(allowed)


def astray(statement: str) -> str:
    """ATTACH with a file of somebody else's."""
    found = _ATTACH.match(statement)
    return f"attaches the file {found[1]}" if found else ""
