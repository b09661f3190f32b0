"""What a recorded revision is said to do is what it does: run for real, the database has that very schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy.engine import URL

from autogen import pipeline
from autogen.compare import compare
from autogen.dialects.base import Scope
from autogen.introspect import introspect
from autogen.lint.loading import load
from autogen.lint.recording import Recording, record
from autogen.prove.scratch import Scratch
from autogen.schema import Schema
from tests import harness

REVISION = '''
"""A life of a schema."""
import sqlalchemy as sa
from alembic import op
revision = "{id}"
down_revision = None
def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("nick", sa.String(40), server_default="none"),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("born", sa.DateTime(), nullable=True),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.CheckConstraint("age > 0", name="ck_users_age"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(10, 2), nullable=False, server_default=sa.text("0")),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_orders_user", ondelete="CASCADE"),
    )
    op.create_index("ix_orders_total", "orders", ["total"])
    op.add_column("users", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_users_nick", "users", ["nick"], unique=True)
    op.rename_table("orders", "purchases")
{more}
def downgrade():
    raise NotImplementedError
'''
SERVERS = """
    op.execute("ALTER TABLE purchases ADD COLUMN code varchar(20) DEFAULT 'x' NOT NULL, DROP COLUMN note")
    op.alter_column("users", "nick", type_=sa.String(80), existing_server_default="none")
    op.alter_column("users", "age", new_column_name="years", existing_type=sa.Integer())
    op.create_unique_constraint("uq_code", "purchases", ["code", "total"])
    op.execute("CREATE TABLE tags (id integer NOT NULL, name varchar(9), PRIMARY KEY (id))")
    op.execute("ALTER TABLE tags ADD CONSTRAINT fk_tags FOREIGN KEY (id) REFERENCES purchases (id)")
    op.drop_column("users", "born")
"""
MORE = {
    "sqlite": """
    with op.batch_alter_table("users") as batch:
        batch.alter_column("nick", nullable=False, existing_server_default="none")
        batch.drop_column("born")
    op.execute("ALTER TABLE purchases DROP COLUMN note")
    op.execute("CREATE TABLE tags (id INTEGER PRIMARY KEY, name VARCHAR(9) DEFAULT 'x' UNIQUE)")
""",
    "mariadb": SERVERS
    + """
    op.execute("ALTER TABLE purchases MODIFY total decimal(12,2) NOT NULL, CHANGE code kode varchar(30)")
    op.execute("DROP INDEX ix_users_nick ON users")
""",
    "pg15": SERVERS
    + """
    op.drop_constraint("ck_users_age", "users", type_="check")
    op.execute("CREATE TYPE mood AS ENUM ('glad')")
    op.execute("ALTER TYPE mood ADD VALUE 'sad' BEFORE 'glad'")
    op.execute("ALTER TABLE users ADD mood mood, ALTER years SET NOT NULL")
    op.execute("CREATE INDEX ix_low ON users (lower(email) DESC) INCLUDE (years) WHERE years > 3")
    op.execute("ALTER TABLE users ADD CONSTRAINT uq_nick UNIQUE USING INDEX ix_users_nick")
    op.execute("ALTER TABLE tags ADD number bigserial, ADD twice int GENERATED ALWAYS AS (id * 2) STORED")
    op.execute("ALTER TABLE tags ADD CONSTRAINT ck_tags CHECK (name <> 'x') NOT VALID")
    op.execute("ALTER TABLE tags VALIDATE CONSTRAINT ck_tags")
""",
}
MORE["pg18"] = MORE["pg15"]


@pytest.fixture
def text(backend: str) -> str:
    return REVISION.format(id=harness.REVISION, more=MORE[backend].strip("\n"))


def test_the_schema_recorded_is_the_schema_made(database_url: URL, text: str, tmp_path: Path) -> None:
    harness.run(database_url, text, "upgrade")
    with pipeline.connected(database_url) as (dialect, connection):
        live = introspect(connection, dialect, Scope())
        path = tmp_path / "revision.py"
        recording = record(path, load(path, dialect, text), "upgrade", dialect, Schema(), Config())
        assert recording.gaps == ()
        assert recording.before == Schema()
        scratch = Scratch(dialect, connection, database_url, live)
        found = compare(live, recording.after, dialect, scratch)
        assert [harness.label(change) for change in found.changes] == []
        assert found.not_compared == ()


def test_nothing_is_executed(database_url: URL, text: str, tmp_path: Path) -> None:
    with pipeline.connected(database_url) as (dialect, _):
        path = tmp_path / "revision.py"
        recording: Recording = record(path, load(path, dialect, text), "upgrade", dialect, Schema(), Config())
        assert recording.steps
    assert harness.differences(database_url) == ()
