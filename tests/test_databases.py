"""The fixtures themselves: every backend answers, with the version it says it has."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL

from tests.databases.databases import Backend


def test_every_backend_answers(database_url: URL, backend: Backend) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
        version = connection.dialect.server_version_info
        assert version is not None
        if backend == "pg18":
            assert version[0] >= 18
        if backend == "pg15":
            assert 13 <= version[0] < 18
        if backend == "mariadb":
            assert getattr(connection.dialect, "is_mariadb", False)
