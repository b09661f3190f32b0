"""The generic dialect, forced onto SQLite: what the Inspector shows equals what the models declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.engine import URL

from autogen.compare import compare
from autogen.declare import declare
from autogen.dialects.base import Scope, ScratchUnavailable
from autogen.dialects.generic import Generic
from autogen.dialects.generic.sqltext import expression
from autogen.errors import AutogenError
from autogen.introspect import introspect
from autogen.plan import Comparison


def models(extra: Callable[[sa.MetaData], object] = lambda metadata: None) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "parent",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), server_default="it's", nullable=False, unique=True),
        sa.Column("size", sa.Numeric(10, 2), server_default=sa.text("(1 + 1)"), comment="not kept"),
        sa.Column("twice", sa.Integer, sa.Computed("id * 2", persisted=True)),
        sa.CheckConstraint("size > 0", name="positive"),
    )
    child = sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("parent.id", ondelete="CASCADE", name="fk"), index=True),
        sa.Column("flag", sa.Boolean(create_constraint=True, name="flag_ck")),
        sa.UniqueConstraint("parent_id", "flag", name="uq"),
    )
    sa.Index("lowered", sa.func.lower(child.c.flag))
    extra(metadata)
    return metadata


def compared(url: URL, metadata: sa.MetaData) -> tuple[Comparison, list[str]]:
    with Generic.connect(url) as (dialect, connection):
        current = introspect(connection, dialect, Scope())
        scratch: Any = None
        comparison = compare(current, declare([metadata], dialect), dialect, scratch)
        steps = dialect.steps(comparison.changes, comparison.before, comparison.after)
        return comparison, [step.code.text for step in steps]


def create(url: URL, metadata: sa.MetaData) -> None:
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()


def test_what_create_all_made_is_in_sync(sqlite_url: URL) -> None:
    create(sqlite_url, models())
    comparison, _ = compared(sqlite_url, models())
    assert comparison.changes == ()
    assert comparison.not_compared == ()
    unseen = {s.object for s in comparison.before.skipped}
    assert "comments" in unseen
    assert any("lowered" in s.reason for s in comparison.before.skipped)


def test_its_draft_leads_to_the_models(sqlite_url: URL) -> None:
    def extra(metadata: sa.MetaData) -> None:
        note = sa.Column("note", sa.String(5), server_default="a%b")
        sa.Table("added", metadata, sa.Column("id", sa.BigInteger), note, sa.Index("ix", note.desc()))
        metadata.tables["child"].append_column(sa.Column("extra", sa.Text))

    create(sqlite_url, models())
    _, steps = compared(sqlite_url, models(extra))
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        scope = {"op": Operations(MigrationContext.configure(connection)), "sa": sa}
        for step in steps:
            exec(step, scope)
    engine.dispose()
    comparison, _ = compared(sqlite_url, models(extra))
    assert comparison.changes == ()


def test_views_and_the_version_table_are_left_alone(sqlite_url: URL) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("CREATE VIEW v AS SELECT 1 AS one")
    engine.dispose()
    comparison, _ = compared(sqlite_url, sa.MetaData())
    reasons = {s.object: s.reason for s in comparison.before.skipped}
    assert comparison.changes == ()
    assert reasons["v"] == "a view"
    assert reasons["alembic_version"] == "Alembic's version table"


def test_rows_are_seen(sqlite_url: URL) -> None:
    metadata = models()
    create(sqlite_url, metadata)
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(metadata.tables["parent"].insert().values(id=1, name="x"))
    engine.dispose()
    with Generic.connect(sqlite_url) as (dialect, connection):
        current = introspect(connection, dialect, Scope())
        assert {t.name: dialect.has_rows(connection, t.key) for t in current.tables} == {
            "parent": True,
            "child": False,
        }


def test_there_is_no_scratch_database(sqlite_url: URL) -> None:
    with Generic.connect(sqlite_url) as (dialect, _), pytest.raises(ScratchUnavailable):
        dialect.scratch(sqlite_url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nosuch://u:secret@h/d", r'no dialect "nosuch"'),
        ("mssql+pyodbc://u:secret@h/d", r'no module "pyodbc"'),
        ("sqlite:////no/such/folder/db", r"cannot be reached: unable to open"),
    ],
)
def test_what_is_wrong_with_a_url_is_said_without_its_password(url: str, message: str) -> None:
    with pytest.raises(AutogenError, match=message) as error, Generic.connect(sa.make_url(url)):
        pass
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("sql", "plain"),
    [("((a))", "a"), ("(a) + (b)", "(a) + (b)"), ("(')')", "')'"), (" a ", "a"), ("((a)", "((a)")],
)
def test_only_parentheses_around_everything_are_taken_off(sql: str, plain: str) -> None:
    assert expression(sql) == plain
