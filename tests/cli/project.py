"""A user's project in a temporary folder, and autogen run in it as the user runs it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.forked import FORKS

MODELS = """
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
"""
_OURS = (
    "AUTOGEN_URL",
    "AUTOGEN_MODELS",
    "AUTOGEN_MIGRATIONS",
    "AUTOGEN_DEBUG",
    "DATABASE_URL",
    "ALEMBIC_CONFIG",
)
_WITHOUT_OVERRIDE = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
    assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class UserProject:
    root: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def copied(self, root: Path) -> UserProject:
        """The same project elsewhere: nothing in it says where it lies."""
        shutil.copytree(self.root, root)
        return UserProject(root, self.env)

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def autogen(self, *args: str, cwd: Path | None = None, **env: str) -> Ran:
        return self.module("autogen", *args, cwd=cwd, **env)

    def humble_autogen(self, *args: str) -> Ran:
        """autogen as somebody whom a read-only folder stops: root without the right to pass over it."""
        if os.geteuid() != 0:
            return self.autogen(*args)
        return self.python("-c", _WITHOUT_OVERRIDE, "-m", "autogen", *args)

    def alembic(self, *args: str, **env: str) -> Ran:
        return self.module("alembic", *args, **env)

    def module(self, name: str, *args: str, cwd: Path | None = None, **env: str) -> Ran:
        """``python -m name``, forked where that makes no difference."""
        folder, environment = cwd or self.root, self.environment(env)
        if not FORKS.can_run(folder, environment):
            return self.python("-m", name, *args, cwd=cwd, **env)
        code, out, err = FORKS.run(name, args, folder, environment)
        return Ran(code, out.decode(), err.decode())

    def python(self, *args: str, cwd: Path | None = None, **env: str) -> Ran:
        return self.run([sys.executable, *args], cwd, **env)

    def run(self, command: Sequence[str], cwd: Path | None = None, **env: str) -> Ran:
        done = subprocess.run(
            command,
            cwd=cwd or self.root,
            env=self.environment(env),
            capture_output=True,
            timeout=60,
        )
        # not in text mode, which would make newlines of the carriage returns that a name may hold
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables a program of this project runs with, none of autogen's own from outside."""
        outside = {name: value for name, value in os.environ.items() if name not in _OURS}
        # a file that changes within a second and keeps its size would be taken for what it was
        return {**outside, "PYTHONDONTWRITEBYTECODE": "1", **self.env, **(more or {})}

    def upgrade(self, revision: str = "head") -> None:
        ran = self.alembic("upgrade", revision)
        assert ran.code == 0, ran.err

    def downgrade(self, revision: str = "base") -> None:
        ran = self.alembic("downgrade", revision)
        assert ran.code == 0, ran.err

    def sql(self, statement: str, path: str = "app.db") -> list[tuple[Any, ...]]:
        """Runs a statement on the project's SQLite database."""
        with closing(sqlite3.connect(self.root / path)) as connection, connection:
            return connection.execute(statement).fetchall()

    def drafts(self) -> list[Path]:
        """The revision files as they were written, oldest first: names tell no more than the second."""
        found = (self.root / "migrations" / "versions").glob("*.py")
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def draft(self) -> str:
        """The text of the newest revision file."""
        return self.drafts()[-1].read_text("utf-8")

    def files(self) -> dict[str, bytes]:
        """Everything in the project but what Python and SQLite leave behind."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db"
        }
