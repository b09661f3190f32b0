"""Fresh, empty databases, one a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from tests.databases import recycled
from tests.databases.connections import forget
from tests.databases.supervised import server_url

Backend = Literal["sqlite", "pg15", "pg18", "mariadb"]
BACKENDS: tuple[Backend, ...] = ("sqlite", "pg15", "pg18", "mariadb")


class BackendMissing(Exception):
    """This machine has no such server."""


@contextmanager
def fresh_database(
    backend: Backend, folder: Path, charset: str = "utf8mb4", *, again: bool = False
) -> Iterator[URL]:
    """The URL of an empty database, dropped afterwards; ``again`` says that one may be used that was emptied.
    ``folder`` holds SQLite's file."""
    if backend == "sqlite":
        path = folder / f"{uuid4().hex[:12]}.db"
        path.touch()
        url = URL.create("sqlite", database=str(path))
        yield url
        forget(url)
        path.unlink(missing_ok=True)
        return
    server = server_url(backend)
    if server is None:
        raise BackendMissing(f"no {backend} server on this machine")
    url = make_url(server)
    again = again and backend != "mariadb"
    made = (recycled.taken(server) if again else None) or _created(url, backend, charset)
    kept = False
    try:
        yield made
        kept = again and recycled.given_back(server, made)
    finally:
        if not kept:
            _drop(url, made)


def drop_those_left() -> None:
    """Those that were emptied and wait for a test that does not come."""
    for server, url in recycled.left():
        _drop(make_url(server), url)


def _drop(server: URL, url: URL) -> None:
    forget(url)
    force = "" if url.get_backend_name() == "mysql" else " WITH (FORCE)"
    run_on_server(server, f"DROP DATABASE IF EXISTS {url.database}{force}")


def _created(url: URL, backend: Backend, charset: str) -> URL:
    name = f"autogen_test_{uuid4().hex[:12]}"
    options = f"CHARACTER SET {charset}" if backend == "mariadb" else f"TEMPLATE template0 {_copied(url)}"
    run_on_server(url, f"CREATE DATABASE {name} {options}")
    return url.set(database=name)


@cache
def _copied(url: URL) -> str:
    """Where PostgreSQL has the choice it copies the template's files: half the work of logging each page."""
    with _server(url).connect() as connection:
        version = connection.dialect.server_version_info or (0,)
    return "STRATEGY file_copy" if version >= (15,) else ""


def run_on_server(url: URL, statement: str) -> None:
    with _server(url).connect() as connection:
        connection.exec_driver_sql(statement)


@cache
def _server(url: URL) -> sa.Engine:
    """One connection beside the databases, open until the tests end."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)
