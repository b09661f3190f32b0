"""The database URL: resolved from env:NAME, parsed, and shown without what is secret in it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.errors import AutogenError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

SECRET_PARAMETERS = frozenset(
    {"password", "passwd", "pwd", "passphrase", "sslpassword", "ssl_key_password", "token", "access_token"}
    | {"secret", "apikey", "api_key", "odbc_connect", "authtoken", "private_key"}
)
_KNOWN = frozenset(
    {"postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg", "mysql", "mariadb"}
    | {
        f"{server}+{driver}"
        for server in ("mysql", "mariadb")
        for driver in ("pymysql", "mysqldb", "aiomysql")
    }
    | {"sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"}
)
_COMMON = {"postgres": "postgresql", "pg": "postgresql", "psql": "postgresql", "sqlite3": "sqlite"}


def mask(text: str) -> str:
    """Any text with the passwords of URLs and of ``password=…`` replaced by ``***``."""
    keys = "|".join(sorted(SECRET_PARAMETERS))
    in_url = re.sub(r"(\b[a-zA-Z][\w+.-]*://[^\s:@/'\"]*:)[^\s]*@", r"\1***@", text)
    return re.sub(rf"\b((?:{keys})\s*=\s*)('[^']*'|\"[^\"]*\"|[^&\s;,)'\"]+)", r"\1***", in_url, flags=re.I)


def display(url: URL) -> str:
    """The URL for people: the password and secret parameters are ``***``, and the end of a password with an @
    in it, which passes for part of the host, is left out."""
    if url.host:
        url = url.set(host=url.host.rpartition("@")[2])
    secret = [key for key in url.query if key.lower() in SECRET_PARAMETERS]
    shown = url.difference_update_query(secret).render_as_string(hide_password=True)
    for key in secret:
        shown += f"{'&' if '?' in shown else '?'}{key}=***"
    return shown


def has_password(raw: str) -> bool:
    """Whether a raw URL holds a secret; one that does not parse is taken to."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if raw.startswith("env:"):
        return False
    try:
        url = make_url(raw)
    except (ArgumentError, ValueError):
        return True
    return bool(url.password) or any(key.lower() in SECRET_PARAMETERS for key in url.query)


def resolve(
    raw: str, *, source: str = "url", root: Path | None = None, environ: Mapping[str, str] | None = None
) -> URL:
    """The URL that ``raw`` says or that the variable of ``env:NAME`` holds.

    ``root`` is where a relative SQLite path starts when it is not the working folder. No message
    holds any part of the text, because a password can be anywhere in a URL that does not parse."""
    text, where = _value(raw, source, os.environ if environ is None else environ)
    url = _parsed(text, where)
    if url.drivername not in _KNOWN:
        _check_dialect(url, where)
    return url if root is None else anchored(url, root)


def _value(raw: str, source: str, environ: Mapping[str, str]) -> tuple[str, str]:
    if not raw.startswith("env:"):
        return raw, source
    name = raw.removeprefix("env:").strip()
    value = environ.get(name, "").strip()
    if not value:
        state = "empty" if name in environ else "not set"
        raise AutogenError(
            f"The database URL is to come from the environment variable {name} (env:{name}, {source}), "
            "which "
            f"is {state}. Set it, as in: export {name}=sqlite:///app.db, or give --url."
        )
    return value, f"environment variable {name}"


def _parsed(text: str, where: str) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise AutogenError(
            f"The database URL ({where}) is not a URL that SQLAlchemy can parse; it is not shown because "
            "it may "
            "hold a password. It looks like dialect+driver://user:password@host:port/database, for example "
            "postgresql+psycopg://me@localhost/app or sqlite:///app.db; special characters in the password "
            "are percent-encoded (@ is %40, / is %2F)."
        ) from None
    return one_host(url, where)


def one_host(url: URL, where: str) -> URL:
    """The URL, unless the end of a password with an @ in it would be taken, and shown, for the host."""
    if "@" in (url.host or ""):
        raise AutogenError(
            f"The database URL ({where}) holds more than one @ before its host; it is not shown because what "
            "stands between them may be of a password. Write an @ in a user name or password as %40."
        )
    return url


def _check_dialect(url: URL, where: str) -> None:
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    name = url.get_backend_name()
    try:
        url.get_dialect()
    except (NoSuchModuleError, ArgumentError):
        hint = f"Did you mean {_COMMON[name]}? " if name in _COMMON else ""
        raise AutogenError(
            f"The database URL ({where}) names the dialect {url.drivername!r}, which SQLAlchemy does not "
            "know. "
            f"{hint}It comes with postgresql, mysql, mariadb, sqlite, oracle and mssql; for another one, "
            "install "
            "the package that provides it."
        ) from None
    except ImportError as error:
        raise AutogenError(
            f"The dialect {url.drivername!r} of the database URL ({where}) needs a package that is not "
            f"installed: {error}."
        ) from None


def anchored(url: URL, root: Path) -> URL:
    """What is relative in a URL (an SQLite file) is meant from the project's folder."""
    from autogen.dialects import dialect_class

    return url if root == Path.cwd() else dialect_class(url.get_backend_name()).anchored(url, root)


_LOCAL = (None, "", "localhost", "127.0.0.1", "::1")


def same_place(one: URL, two: URL, root: Path) -> bool:
    """Whether two URLs lead to one database. What only one of them states is not held against it."""
    from autogen.dialects import dialect_class

    kind = dialect_class(one.get_backend_name())
    if kind is not dialect_class(two.get_backend_name()):
        return False
    one, two = kind.anchored(one, root), kind.anchored(two, root)
    if one.database != two.database or one.query.get("host") != two.query.get("host"):
        return False
    hosts = one.host == two.host or (one.host in _LOCAL and two.host in _LOCAL)
    return hosts and (one.port == two.port or None in (one.port, two.port))
