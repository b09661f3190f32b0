"""A user's project in a temporary folder, and autogen run in it as the user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class UserProject:
    root: Path

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def autogen(self, *args: str, cwd: Path | None = None, **env: str) -> Ran:
        return self.python("-m", "autogen", *args, cwd=cwd, **env)

    def alembic(self, *args: str, **env: str) -> Ran:
        return self.python("-m", "alembic", *args, **env)

    def python(self, *args: str, cwd: Path | None = None, **env: str) -> Ran:
        environment = {k: v for k, v in os.environ.items() if k not in _OURS} | env
        done = subprocess.run(
            [sys.executable, *args],
            cwd=cwd or self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def files(self) -> dict[str, bytes]:
        """Everything in the project but what Python and SQLite leave behind."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db"
        }
