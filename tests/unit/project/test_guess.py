"""The models are guessed from source that is never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogen.project.guess import guess_models

BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n"
TABLE = "class T(Base):\n    __tablename__ = 't'\n"
RAISES = "raise SystemExit\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "guess"),
    [
        ({"models.py": RAISES + BASE + TABLE}, ["models:Base"]),
        ({"app/__init__.py": "", "app/models.py": BASE + TABLE}, ["app.models:Base"]),
        ({"src/app/models.py": BASE + TABLE}, ["app.models:Base"]),
        ({"app/base.py": BASE, "app/models.py": "from app.base import Base\n" + TABLE}, ["app.models:Base"]),
        ({"app/db.py": BASE, "app/models/a.py": TABLE, "app/models/b.py": TABLE}, ["app.models"]),
        ({"a/models.py": TABLE, "b/models.py": TABLE}, ["a.models", "b.models"]),
        (
            {"m.py": "from sqlmodel import SQLModel\nclass Hero(SQLModel, table=True):\n    id: int\n"},
            ["m:SQLModel"],
        ),
        ({"m.py": "import sqlalchemy as sa\nmeta = sa.MetaData()\nt = sa.Table('t', meta)\n"}, ["m:meta"]),
        ({"m.py": "db = SQLAlchemy()\nclass U(db.Model):\n    __tablename__ = 'u'\n"}, ["m:db"]),
        ({"m.py": BASE, "n.py": BASE}, ["m:Base", "n:Base"]),
        ({"tests/models.py": BASE + TABLE, "venv/lib/m.py": BASE + TABLE, ".x/m.py": BASE + TABLE}, []),
        ({"a-b/models.py": BASE + TABLE, "broken.py": "class DeclarativeBase(:\n"}, []),
    ],
)
def test_guesses(tmp_path: Path, files: dict[str, str], guess: list[str]) -> None:
    assert guess_models(write(tmp_path, files)) == guess
