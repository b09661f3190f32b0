"""A table of a schema that nobody looks at is not taken for one that never was."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects.base import Scope
from tests.harness import build, connect, diff


def library(schema: str | None) -> sa.MetaData:
    metadata = sa.MetaData()
    key = f"{schema}.author.id" if schema else "author.id"
    sa.Table("author", metadata, sa.Column("id", sa.Integer, primary_key=True), schema=schema)
    sa.Table(
        "art",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("author_id", sa.Integer, sa.ForeignKey(key)),
    )
    return metadata


def test_a_table_that_leaves_the_only_schema_of_the_models(pg_url: URL) -> None:
    build(pg_url, library("people"))
    with connect(pg_url) as connection:
        connection.exec_driver_sql("INSERT INTO people.author DEFAULT VALUES")
        connection.commit()
    drafted = diff(pg_url, library(None))
    (left,) = drafted.not_compared
    assert left.object == "people.author"
    assert left.reason == (
        "art.art_author_id_fkey refers to it, and its schema is not looked at: list people under schemas"
    )
    seen = diff(pg_url, library(None), scope=Scope(("people",)))
    assert seen.not_compared == ()
    assert (seen.verified, seen.reason) == (True, "")
    assert [(d.before.label, d.after.label) for d in seen.renames if d.before.kind == "table"] == [
        ("people.author", "author")
    ]


def test_nothing_is_left_where_the_models_name_the_schema(pg_url: URL) -> None:
    build(pg_url, library("people"))
    assert diff(pg_url, library("people")).not_compared == ()
