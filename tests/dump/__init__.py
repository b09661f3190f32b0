"""Catalog dumps that share nothing with the introspector, so that they see what it does not.

A dump is a dict from an object's name to its text; column order and Alembic's version table are left out.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import URL

from tests.dump import mariadb, postgresql, sqlite
from tests.harness import connect

Dump = dict[str, str]


def dump(url: URL, hide_names: Collection[str] | None = None) -> Dump:
    """The catalog of a database. With ``hide_names``, the constraints that it does not hold lose their
    names: those are the ones the server named."""
    makers = {"sqlite": sqlite.dump, "postgresql": postgresql.dump, "mysql": mariadb.dump}
    with connect(url) as connection:
        return makers[url.get_backend_name()](connection, hide_names)
