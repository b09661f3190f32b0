"""A project whose revisions are written by the test, and autogen run on it in this process."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.cli import main

ENV = """
import os
import signal
from alembic import context
from sqlalchemy import create_engine, pool

url = os.environ.get("AUTOGEN_URL") or os.environ["PROJECT_URL"]
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection{options})
        with context.begin_transaction():
            context.run_migrations()
"""
REVISION = '''"""{message}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-{day:02} 10:00:00+00:00
{docstring}"""
import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


@contextmanager
def interrupted_at(word: str) -> Iterator[None]:
    """Ctrl-C while a statement with this word in it runs."""

    def interrupt(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if word in statement:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    sa.event.listen(sa.Engine, "before_cursor_execute", interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # the background ignores it
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        sa.event.remove(sa.Engine, "before_cursor_execute", interrupt)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Deployed:
    """A project folder and its database."""

    root: Path
    url: URL
    count: int = field(default=0)

    @property
    def database(self) -> str:
        return self.url.render_as_string(hide_password=False)

    def begin(self, options: str = "", settings: str = "") -> None:
        (self.root / "migrations" / "versions").mkdir(parents=True)
        (self.root / "migrations" / "env.py").write_text(ENV.replace("{options}", options), "utf-8")
        self.write(
            "pyproject.toml",
            f'[tool.autogen]\nurl = "env:PROJECT_URL"\nmigrations = "migrations"\n{settings}',
        )

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def revision(
        self,
        id_: str,
        upgrade: Sequence[str] | str = "pass",
        downgrade: Sequence[str] | str = "pass",
        down: str | tuple[str, ...] | None = "",
        message: str | None = None,
        docstring: str = "",
        labels: Any = None,
    ) -> Path:
        """A revision; each string is SQL to execute unless the whole is one string of Python."""
        self.count += 1
        text = REVISION.format(
            id=id_,
            down=self._last if down == "" else down,
            message=message or f"revision {id_}",
            day=self.count,
            docstring=docstring,
            labels=labels,
            upgrade=_body(upgrade),
            downgrade=_body(downgrade),
        )
        self._last = id_
        return self.write(f"migrations/versions/{self.count:03}_{id_}.py", text)

    _last: str | None = None

    def autogen(self, *args: str) -> Ran:
        """Runs a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with self.inside(), redirect_stdout(out), redirect_stderr(err):
            code = main(args)
        return Ran(code, out.getvalue(), err.getvalue())

    @contextmanager
    def inside(self) -> Iterator[None]:
        here, before = os.getcwd(), os.environ.get("PROJECT_URL")
        os.chdir(self.root)
        os.environ["PROJECT_URL"] = self.database
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.pop("PROJECT_URL")
            if before is not None:
                os.environ["PROJECT_URL"] = before

    def python(self, code: str, *args: str) -> Ran:
        """Runs code in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-c", code, *args],
            cwd=self.root,
            env={**os.environ, "PROJECT_URL": self.database},
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            result = connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in result] if result.returns_rows else []
            connection.commit()
            return rows

    def tables(self) -> set[str]:
        with self.connection() as connection:
            return set(sa.inspect(connection).get_table_names())

    def applied(self) -> list[str]:
        if "alembic_version" not in self.tables():
            return []
        return sorted(row[0] for row in self.sql("SELECT version_num FROM alembic_version"))


def _body(what: Sequence[str] | str) -> str:
    lines = (
        what.strip("\n").split("\n") if isinstance(what, str) else [f"op.execute({text!r})" for text in what]
    )
    return "\n".join(f"    {line}" for line in lines or ["pass"])
