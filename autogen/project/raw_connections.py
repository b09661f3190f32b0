"""Connections that code of the project's opens by the driver itself, past SQLAlchemy: they may read only.

While autogen runs env.py or a revision to learn from it, its engines are replaced; a driver's own ``connect``
would lead to the real database. It may be wanted for what is read there, so it is not refused.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Connect = Callable[..., Any]
_PG_OPTION = "-c default_transaction_read_only=on"
_MYSQL_COMMAND = "SET SESSION TRANSACTION READ ONLY"
_ours = False


@contextmanager
def let_through() -> Iterator[None]:
    """Meanwhile a connection is one of autogen's own, which may write: to a scratch database."""
    global _ours
    before, _ours = _ours, True
    try:
        yield
    finally:
        _ours = before


@contextmanager
def only_reading() -> Iterator[None]:
    """Meanwhile the drivers that are loaded open connections that change nothing."""
    kept: list[tuple[Any, Any]] = []
    for owner, limited in _doors():
        real = vars(owner)["connect"]
        kept.append((owner, real))
        own = isinstance(real, classmethod)
        door = _limited(real.__func__ if own else real, limited)
        owner.connect = classmethod(door) if own else door
    try:
        yield
    finally:
        for owner, real in reversed(kept):
            owner.connect = real


def _limited(real: Connect, limited: Callable[..., Any]) -> Connect:
    def connect(*args: Any, **kwargs: Any) -> Any:
        return real(*args, **kwargs) if _ours else limited(real, *args, **kwargs)

    return connect


def _doors() -> Iterator[tuple[Any, Callable[..., Any]]]:
    """Whatever has a ``connect``, and what stands in for it."""
    import sqlite3.dbapi2

    yield sqlite3, _sqlite
    yield sqlite3.dbapi2, _sqlite
    for name, limited in _SERVERS.items():
        module = sys.modules.get(name)
        if module is not None:
            yield module, limited
            for kind in ("Connection", "AsyncConnection") if name == "psycopg" else ():
                yield getattr(module, kind), limited


def _sqlite(real: Connect, database: Any, *args: Any, **kwargs: Any) -> Any:
    """The file opened with mode=ro; a database in memory as it is."""
    path = os.fsdecode(database)
    if path in ("", ":memory:") or "mode=memory" in path:
        return real(database, *args, **kwargs)
    from urllib.parse import quote

    if not (kwargs.get("uri") and path.startswith("file:")):
        path = f"file:{quote(os.path.abspath(path))}"
    elif "mode=" in path:
        head, _, query = path.partition("?")
        rest = [part for part in query.split("&") if part and not part.startswith("mode=")]
        path = f"{head}?{'&'.join(rest)}"
    sign = "&" if "?" in path else "?"
    return real(f"{path}{sign}mode=ro", *args, **{**kwargs, "uri": True})


def _libpq(real: Connect, *args: Any, **kwargs: Any) -> Any:
    options = f"{kwargs.get('options') or ''} {_PG_OPTION}".strip()
    return real(*args, **{**kwargs, "options": options})


def _asyncpg(real: Connect, *args: Any, **kwargs: Any) -> Any:
    settings: Mapping[str, str] = kwargs.get("server_settings") or {}
    limited = {**settings, "default_transaction_read_only": "on"}
    return real(*args, **{**kwargs, "server_settings": limited})


def _mysql(real: Connect, *args: Any, **kwargs: Any) -> Any:
    stated = kwargs.get("init_command")
    command = f"{stated}; {_MYSQL_COMMAND}" if stated else _MYSQL_COMMAND
    return real(*args, **{**kwargs, "init_command": command})


_SERVERS: Mapping[str, Callable[..., Any]] = {
    "psycopg": _libpq,
    "psycopg2": _libpq,
    "asyncpg": _asyncpg,
    "pymysql": _mysql,
    "MySQLdb": _mysql,
}
