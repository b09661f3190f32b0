"""Each mistake in a project is one clear paragraph on stderr, exit 2, and nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.project import MODELS, UserProject

SECTION = '[tool.autogen]\nmodels = "models:Base"\nurl = "sqlite:///app.db"\nmigrations = "migrations"\n'
PASSWORD = "hunter2"
OTHER = "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('a', Integer))\n"


@pytest.fixture
def project(tmp_path: Path) -> UserProject:
    found = UserProject(tmp_path)
    found.write(".git/HEAD", "")
    found.write("models.py", MODELS)
    found.write("pyproject.toml", SECTION)
    found.write("migrations/versions/.gitkeep", "")
    return found


@pytest.mark.parametrize("command", ["check", "diff"])
@pytest.mark.parametrize(
    ("files", "args", "said"),
    [
        ({"pyproject.toml": "[tool.autogen\n"}, [], "pyproject.toml does not parse: line 1, column 14"),
        ({"pyproject.toml": SECTION + "scratch = 1\n"}, [], "Did you mean 'scratch_url'"),
        ({"models.py": "import nosuch\n"}, [], "models.py, line 1\n    import nosuch"),
        ({"models.py": "x = 1\n"}, ["--models", "models"], "has no MetaData"),
        (
            {
                "models.py": MODELS
                + "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('a', Integer))\n"
            },
            ["--models", "models"],
            "models:Base (1 table), models:m (1 table)",
        ),
        ({}, ["--models", "models.py"], "name the module instead: models"),
        ({}, ["--url", "env:NOSUCH"], "variable NOSUCH (env:NOSUCH, --url), which is not set"),
        ({}, ["--url", f"u:{PASSWORD}@h"], "(--url) is not a URL"),
        ({}, ["--url", f"postgresql+psycopg://u:p@{PASSWORD}@h/d"], "(--url) holds more than one @"),
        ({}, ["--url", f"nosuch://u:{PASSWORD}@h/d"], "dialect 'nosuch', which SQLAlchemy does not know"),
        ({}, ["--migrations", "nosuch"], "nosuch/versions, does not exist"),
        ({"migrations/versions/a.py": "revision = ("}, [], "a.py, line 1 is not valid Python"),
    ],
)
def test_bad_input(
    project: UserProject, command: str, files: dict[str, str], args: list[str], said: str
) -> None:
    for path, text in files.items():
        project.write(path, text)
    before = project.files()
    ran = project.autogen(command, *args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("autogen: error: ")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert PASSWORD not in ran.err
    assert project.files() == before


def test_wrong_arguments(project: UserProject) -> None:
    assert project.autogen("check", "--bogus").code == 2
    assert project.autogen("nosuch").code == 2
    ran = project.autogen()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: autogen ")
    ran = project.autogen("--version")
    assert (ran.code, ran.out[:8]) == (0, "autogen ")


@pytest.mark.parametrize(
    ("mode", "said"), [(0o500, "is read-only for this user"), (0o000, "could not be read: Permission denied")]
)
def test_a_versions_folder_that_may_not_be_written(shop: UserProject, mode: int, said: str) -> None:
    folder = shop.root / "migrations" / "versions"
    before = shop.files()
    folder.chmod(mode)
    try:
        ran = shop.humble_autogen("diff", "--format", "json")
        dry = shop.humble_autogen("diff", "--dry-run")
    finally:
        folder.chmod(0o755)
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.startswith("autogen: error: ")
    assert said in ran.err
    assert "Traceback" not in ran.err and "internal error" not in ran.err
    assert dry.code == (0 if mode else 2), dry
    assert shop.files() == before


def test_a_year_folder_that_may_not_be_written(shop: UserProject) -> None:
    """Alembic's file_template may put revisions into folders inside of versions."""
    ini = shop.root / "alembic.ini"
    lines = [line for line in ini.read_text("utf-8").splitlines() if not line.startswith("file_template")]
    place = lines.index("[alembic]") + 1
    lines[place:place] = ["file_template = %%(year)d/%%(rev)s", "recursive_version_locations = true"]
    ini.write_text("\n".join(lines), "utf-8")
    assert shop.autogen("diff", "-m", "one").code == 0
    shop.upgrade()
    (year,) = {path.parent for path in (shop.root / "migrations/versions").rglob("*.py")}
    shop.sql("ALTER TABLE users ADD COLUMN extra TEXT")
    before = shop.files()
    year.chmod(0o500)
    try:
        ran = shop.humble_autogen("diff", "-m", "two")
    finally:
        year.chmod(0o755)
    assert (ran.code, ran.out) == (2, ""), ran
    assert "The draft could not be written to" in ran.err and "Permission denied" in ran.err
    assert shop.files() == before


def test_init_where_nothing_may_be_written(project: UserProject) -> None:
    (project.root / "pyproject.toml").unlink(missing_ok=True)
    shutil.rmtree(project.root / "migrations")
    before = project.files()
    project.root.chmod(0o500)
    try:
        ran = project.humble_autogen("init", "--models", "models:Base", "--url", "sqlite:///app.db")
    finally:
        project.root.chmod(0o755)
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.startswith("autogen: error: ") and "internal error" not in ran.err
    assert project.files() == before
