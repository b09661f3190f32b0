"""Proofs on PostgreSQL databases that were emptied: to make one for a proof and to drop it is a sixth of what
a case of the acceptance tests costs. CI proves each draft on a database that was made for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, Connection, make_url

from autogen.dialects.postgresql import scratch
from tests.databases.connections import connect
from tests.databases.databases import Backend, fresh_database
from tests.databases.supervised import VARIABLES

SERVERS: tuple[Backend, ...] = ("pg18", "pg15")
_made = scratch.scratch


@pytest.fixture(autouse=True, scope="module")
def proofs_on_emptied_databases() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        if os.environ.get("CI") != "true":
            patched.setattr(scratch, "scratch", _scratch)
        yield


@contextmanager
def _scratch(url: URL) -> Iterator[Connection]:
    backend = next((name for name in SERVERS if _of(name, url)), None)
    if backend is None:
        with _made(url) as connection:
            yield connection
        return
    with connect(url) as live:
        settings = scratch._settings(live)
    with fresh_database(backend, Path(), again=True) as made:
        yield from scratch._connected(scratch.sync_url(url).set(database=made.database), settings)


def _of(backend: Backend, url: URL) -> bool:
    server = os.environ.get(VARIABLES[backend])
    return server is not None and make_url(server).set(database=url.database) == url
