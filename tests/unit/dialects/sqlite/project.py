"""A real Alembic project on an SQLite file, with the ways in which projects set up their connections."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL

from autogen.dialects.sqlite.sqltext import tokenize
from tests.harness import Drafted, diff

Models = Callable[[sa.MetaData], object]

ENGINE = """
import sqlalchemy as sa
from alembic import context
from sqlalchemy import event, pool

url = context.config.get_main_option("sqlalchemy.url")
engine = sa.create_engine(url, poolclass=pool.NullPool)


@event.listens_for(engine, "connect")
def enforce(driver, record):
    driver.execute("PRAGMA foreign_keys = ON")
"""
PLAIN = """
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
PER_MIGRATION = PLAIN.replace(
    "connection=connection", "connection=connection, transaction_per_migration=True"
)
OUTER_TRANSACTION = """
with engine.begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
OWN_BEGIN = """
@event.listens_for(engine, "connect")
def no_legacy(driver, record):
    driver.isolation_level = None


@event.listens_for(engine, "begin")
def begin(connection):
    connection.exec_driver_sql("BEGIN")

""" + PLAIN
ASYNC = """
import asyncio
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"), poolclass=pool.NullPool)


@event.listens_for(engine.sync_engine, "connect")
def enforce_async(driver, record):
    cursor = driver.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""
ENVIRONMENTS = {
    "plain": PLAIN,
    "transaction per migration": PER_MIGRATION,
    "outer transaction": OUTER_TRANSACTION,
    "own begin": OWN_BEGIN,
    "async": ASYNC,
}


@dataclass
class Project:
    """A folder with an Alembic environment and a database file."""

    folder: Path
    environment: str = PLAIN

    @property
    def path(self) -> Path:
        return self.folder / "app.db"

    @property
    def url(self) -> URL:
        return URL.create("sqlite", database=str(self.path))

    def build(self, models: Models, statements: Sequence[str] = ()) -> None:
        metadata = sa.MetaData()
        models(metadata)
        engine = sa.create_engine(self.url)
        metadata.create_all(engine)
        engine.dispose()
        self.execute(*statements)

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def master(self) -> dict[str, str]:
        """The statements of all objects, white space and identifier quotes left out."""
        rows = self.query("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return {
            f"{kind} {name} on {table}": " ".join(tokenize(str(sql).replace('"', "")))
            for kind, name, table, sql in rows
            if table != "alembic_version"
        }

    def draft(self, models: Models) -> Drafted:
        """The proven draft that leads to these models, put in place for Alembic."""
        metadata = sa.MetaData()
        models(metadata)
        drafted = diff(self.url, metadata)
        assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
        self.install(drafted.text)
        return drafted

    def install(self, text: str) -> None:
        versions = self.folder / "migrations" / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        (self.folder / "migrations" / "env.py").write_text(ENGINE + self.environment)
        (versions / "draft.py").write_text(text)

    def config(self, output: io.StringIO | None = None) -> Config:
        config = Config(output_buffer=output) if output else Config()
        config.set_main_option("script_location", str(self.folder / "migrations"))
        config.set_main_option("sqlalchemy.url", self.url.render_as_string())
        config.set_main_option("path_separator", "os")
        return config

    def upgrade(self) -> None:
        command.upgrade(self.config(), "head")

    def downgrade(self) -> None:
        command.downgrade(self.config(), "base")

    def sql(self) -> str:
        """``alembic upgrade head --sql``."""
        output = io.StringIO()
        command.upgrade(self.config(output), "head", sql=True)
        return output.getvalue()
