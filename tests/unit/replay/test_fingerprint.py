"""What a replay depends on: the revisions before its stop, what lies beside them, and what they import."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogen.config import load_config
from autogen.project.location import load_project
from autogen.replay.fingerprint import Fingerprint
from tests.dropin.conftest import project
from tests.dropin.project import FIRST, AlembicProject
from tests.replay.states import AGE

__all__ = ["project"]


def fingerprint(project: AlembicProject, stop: str = "a1") -> str:
    project.forget()
    found = load_project(load_config(project.root))
    wanted = found.revisions.ancestors([stop])
    return Fingerprint(found).of([f for f in found.revisions.ordered() if f.id in wanted])


@pytest.fixture
def made(project: AlembicProject) -> AlembicProject:
    project.make(
        "sqlite:///nowhere.db", first=FIRST.replace("import sqlalchemy", "import helpers\nimport sqlalchemy")
    )
    project.write("helpers.py", "LENGTH = 50\n")
    project.write("others.py", "LENGTH = 50\n")
    return project


@pytest.mark.parametrize(
    "path",
    [
        "helpers.py",
        "migrations/env.py",
        "migrations/versions/0001_first.py",
        "migrations/data.sql",
        "alembic.ini",
    ],
)
def test_what_counts(made: AlembicProject, path: str) -> None:
    before = fingerprint(made)
    assert fingerprint(made) == before
    file = made.root / path
    file.write_text((file.read_text("utf-8") if file.exists() else "") + "\n# changed\n", "utf-8")
    assert fingerprint(made) != before


@pytest.mark.parametrize(
    "path", ["others.py", "models.py", "migrations/versions/0002_age.py", "migrations/x.pyc"]
)
def test_what_does_not_count(made: AlembicProject, path: str) -> None:
    """A later revision is none of an earlier stop; models count where a revision imports them."""
    made.write("migrations/versions/0002_age.py", AGE)
    before = fingerprint(made)
    file = made.root / path
    file.write_text((file.read_text("utf-8") if file.exists() else "") + "\n# changed\n", "utf-8")
    assert fingerprint(made) == before


def test_naming_conventions_count(made: AlembicProject) -> None:
    """Alembic names constraints by them."""
    before = fingerprint(made)
    models = (made.root / "models.py").read_text("utf-8")
    named = "    metadata = sa.MetaData(naming_convention={'ix': 'i_%(column_0_label)s'})"
    made.write(
        "models.py",
        models.replace("class Base(DeclarativeBase):\n    pass", f"class Base(DeclarativeBase):\n{named}"),
    )
    assert fingerprint(made) != before


def test_a_package_counts_as_a_whole(made: AlembicProject) -> None:
    Path(made.root / "helpers.py").unlink()
    made.write("helpers/__init__.py", "")
    made.write("helpers/deep/inside.py", "A = 1\n")
    before = fingerprint(made)
    made.write("helpers/deep/inside.py", "A = 2\n")
    assert fingerprint(made) != before
