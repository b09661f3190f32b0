"""Code of the project's that goes to its database past SQLAlchemy: it may look, and change nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.project.env_runner import upgrade
from autogen.project.settings import read_settings
from tests.dropin.project import FROM_MODELS, AlembicProject
from tests.replay.test_bad_input import REVISION

RAW = {
    "sqlite": (
        "from contextlib import closing; import sqlite3",
        "with closing(sqlite3.connect({database!r})) as c, c: c.execute('DELETE FROM users')",
    ),
    "postgresql": ("import psycopg", "with psycopg.connect({dsn!r}) as c: c.execute('DELETE FROM users')"),
    "mysql": (
        "import pymysql",
        "with pymysql.connect(host={host!r}, port={port!r}, user={user!r}, password={word!r},"
        " database={database!r}, autocommit=True) as c: c.cursor().execute('DELETE FROM users')",
    ),
}
"""An import, and a line that changes rows."""
BY_CLASS = "with psycopg.Connection.connect({dsn!r}) as c: c.execute('DELETE FROM users')"
ATTACHED = (
    "c = op.get_bind().connection.driver_connection; c.execute('ATTACH ' + repr({database!r}) + ' AS q');"
    " c.execute('DELETE FROM q.users'); c.commit()"
)


def spelled(text: str, url: URL) -> str:
    dsn = f"host={url.host} port={url.port} user={url.username} dbname={url.database}"
    return text.format(
        database=url.database,
        dsn=dsn,
        host=url.host,
        port=url.port,
        user=url.username,
        word=url.password,
    )


def rows(url: URL) -> int:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return len(connection.execute(sa.text("SELECT id FROM users")).all())


def at_head(project: AlembicProject, url: URL, **how: str) -> int:
    project.make(url, **how)
    upgrade(read_settings(project.root, None))
    found = rows(url)
    assert found
    project.forget()
    return found


def test_in_env_py(project: AlembicProject, database_url: URL) -> None:
    before = at_head(project, database_url)
    env = project.root / "migrations/env.py"
    text = env.read_text()
    first, deletes = RAW[database_url.get_backend_name()]
    env.write_text(f"{text}\n{first}\n{spelled(deletes, database_url)}\n")
    ran = project.autogen("check")
    said = ran.err.lower().replace("-", " ")
    assert ran.code == 2 and ("read only" in said or "readonly" in said), ran
    assert rows(database_url) == before
    reads = deletes.replace("DELETE FROM", "SELECT * FROM")
    env.write_text(f"{text}\n{first}\n{spelled(reads, database_url)}\n")
    project.forget()
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("where", ["upgrade", "module"])
def test_in_a_revision(project: AlembicProject, database_url: URL, where: str) -> None:
    before = at_head(project, database_url, imports=FROM_MODELS)
    first, deletes = RAW[database_url.get_backend_name()]
    line = spelled(deletes, database_url)
    text = REVISION.format("b2", "a1", line if where == "upgrade" else "pass")
    text = f"{first}\n{text}" if where == "upgrade" else f"{first}\n{line}\n{text}"
    project.write("migrations/versions/0002.py", text)
    ran = project.autogen("check", "--against", "migrations")
    assert ran.code == 2 and "0002.py" in ran.err and "autogen: error:" in ran.err, ran
    assert "internal error" not in ran.err
    assert rows(database_url) == before


def test_by_the_class_of_the_driver(project: AlembicProject, pg_url: URL) -> None:
    before = at_head(project, pg_url)
    text = REVISION.format("b2", "a1", spelled(BY_CLASS, pg_url))
    project.write("migrations/versions/0002.py", f"import psycopg\n{text}")
    ran = project.autogen("check", "--against", "migrations")
    assert ran.code == 2 and "read-only transaction" in ran.err, ran
    assert rows(pg_url) == before


def test_a_file_attached_past_sqlalchemy(project: AlembicProject, sqlite_url: URL) -> None:
    before = at_head(project, sqlite_url)
    text = REVISION.format("b2", "a1", spelled(ATTACHED, sqlite_url))
    project.write("migrations/versions/0002.py", f"from alembic import op\n{text}")
    ran = project.autogen("check", "--against", "migrations")
    assert ran.code == 2 and "not authorized" in ran.err, ran
    assert rows(sqlite_url) == before
