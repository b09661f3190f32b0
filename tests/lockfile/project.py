"""A project in a git repository, with autogen and Alembic run in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from autogen.cli import main
from tests.cli.project import Ran

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(sa.Integer)
"""


@dataclass(frozen=True)
class LockedProject:
    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "migrations" / "schema.lock"

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def autogen(self, *args: str) -> Ran:
        with (
            inside(self.root),
            patch("sys.stdout", StringIO()) as out,
            patch("sys.stderr", StringIO()) as err,
        ):
            with patch("autogen.cli._prepare_process"):
                code = main(args)
            return Ran(code, out.getvalue(), err.getvalue())

    def upgrade(self, revision: str = "heads") -> None:
        from alembic import command
        from alembic.config import Config

        with inside(self.root), patch("sys.stdout", StringIO()), patch("sys.stderr", StringIO()):
            command.upgrade(Config(self.root / "alembic.ini"), revision)

    def git(self, *args: str, check: bool = True) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *args], cwd=self.root, capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def revisions(self) -> list[Path]:
        return sorted((self.root / "migrations" / "versions").glob("*.py"))

    def drafted(self, message: str) -> Path:
        """A draft for what the models say, with the database brought to it."""
        before = set(self.revisions())
        ran = self.autogen("diff", "-m", message, "--no-input")
        assert ran.code == 0, ran.err + ran.out
        self.upgrade()
        (path,) = set(self.revisions()) - before
        return path

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not {"__pycache__", ".git"} & set(path.parts) and path.suffix != ".db"
        }


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The working folder of a process of its own: what it imports from there is forgotten afterwards."""
    before, paths, modules = Path.cwd(), list(sys.path), set(sys.modules)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = paths
        for name in set(sys.modules) - modules:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(folder)):
                del sys.modules[name]


def locked_project(root: Path, url: str = "sqlite:///app.db", models: str = MODELS) -> LockedProject:
    """A project with one revision, its database at head, all committed on main."""
    project = LockedProject(root)
    root.mkdir(parents=True)
    project.git("init", "-q", "-b", "main")
    project.write(".gitignore", "*.db\n__pycache__/\n")
    project.write("models.py", models)
    (root / "app.db").touch()
    ran = project.autogen("init", "--models", "models:Base", "--url", url)
    assert ran.code == 0, ran.err
    project.drafted("first")
    project.commit("first")
    return project
