"""The number of catalog queries does not grow with tables, columns or schemas."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen import pipeline
from autogen.dialects.base import Scope
from tests.databases.databases import Backend
from tests.databases.databases import fresh_database as fresh
from tests.harness import build, connect
from tests.queries import catalog_queries, counted

AT_MOST = 20


def models(count: int, schemas: tuple[str | None, ...] = (None,)) -> sa.MetaData:
    """Tables with all that a table usually has, spread over the schemas."""
    metadata = sa.MetaData()
    for n in range(count):
        place = schemas[n % len(schemas)]
        target = f"{place}.t{n}.id" if place else f"t{n}.id"
        sa.Table(
            f"t{n}",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("parent", sa.ForeignKey(target), index=True),
            sa.Column("name", sa.String(20), server_default="new", nullable=False),
            sa.Column("kind", sa.Enum("a", "b", name=f"kind{n}")),
            sa.Column("made", sa.DateTime, server_default=sa.func.now()),
            *(sa.Column(f"c{m}", sa.Numeric(10, 2), server_default="0") for m in range(n % 7)),
            sa.UniqueConstraint("name", name=f"uq_t{n}_name"),
            sa.CheckConstraint("parent > 0", name=f"ck_t{n}_parent"),
            schema=place,
        )
    return metadata


def queries(url: URL, metadata: sa.MetaData) -> list[str]:
    """What one comparison sends, from the connection to the result, which must be empty."""
    with counted() as sent, pipeline.connected(url) as (dialect, connection):
        seen = pipeline.examine(dialect, connection, [metadata], Scope(), url)
    assert seen.comparison.changes == ()
    return sent


def test_as_many_queries_for_thirty_tables_as_for_three(backend: Backend, tmp_path: Path) -> None:
    sent = []
    for count in (3, 30):
        folder = tmp_path / str(count)
        folder.mkdir()
        with fresh(backend, folder) as url:
            build(url, models(count))
            sent.append(queries(url, models(count)))
    few, many = sent
    assert len(few) == len(many), set(many) ^ set(few)
    assert 0 < len(catalog_queries(many)) <= AT_MOST


def test_as_many_queries_for_five_schemas_as_for_one(tmp_path: Path) -> None:
    sent = []
    for count in (1, 5):
        schemas = tuple(f"s{n}" for n in range(count))
        with fresh("pg18", tmp_path) as url:
            build(url, models(10, schemas))
            sent.append(queries(url, models(10, schemas)))
    few, many = sent
    assert len(few) == len(many), set(many) ^ set(few)
    assert 0 < len(catalog_queries(many)) <= AT_MOST


def test_the_count_sees_what_a_plain_cursor_sends(tmp_path: Path) -> None:
    with fresh("pg18", tmp_path) as url, connect(url) as connection, counted() as sent:
        connection.exec_driver_sql("SELECT 1")
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 2")
        cursor.close()
    assert sent == ["SELECT 1", "SELECT 2"]
