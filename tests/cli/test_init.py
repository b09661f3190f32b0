"""autogen init: the section, the environment that alembic itself runs, and all it refuses to touch."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.cli.project import MODELS, UserProject

PASSWORD = "hunter2"


@pytest.fixture
def project(tmp_path: Path) -> UserProject:
    """A repository with one module of models."""
    found = UserProject(tmp_path / "pro%ject")
    found.write(".git/HEAD", "")
    found.write("models.py", MODELS)
    return found


@pytest.fixture
def plain(tmp_path: Path) -> UserProject:
    found = UserProject(tmp_path)
    found.write(".git/HEAD", "")
    found.write("src/shop/__init__.py", "")
    found.write("src/shop/models.py", MODELS)
    return found


def section(project: UserProject) -> dict[str, object]:
    found: dict[str, object] = tomllib.loads(project.files()["pyproject.toml"].decode())["tool"]["autogen"]
    return found


def test_it_guesses_the_models_and_names_the_next_steps(plain: UserProject) -> None:
    ran = plain.autogen("init")
    assert (ran.code, ran.err) == (0, "")
    assert section(plain) == {
        "models": "shop.models:Base",
        "url": "env:DATABASE_URL",
        "migrations": "migrations",
    }
    assert set(plain.files()) == {
        *(".git/HEAD", "src/shop/__init__.py", "src/shop/models.py", "pyproject.toml", "alembic.ini"),
        *("migrations/env.py", "migrations/script.py.mako", "migrations/versions/.gitkeep"),
    }
    assert "export DATABASE_URL=" in ran.out
    assert "autogen diff" in ran.out


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_alembic_runs_the_environment(plain: UserProject, driver: str) -> None:
    ran = plain.autogen("init", "--url", f"{driver}:///app.db")
    assert ran.code == 0
    steps = [line.strip().partition("   ")[0] for line in ran.out.partition("Next:\n")[2].splitlines()]
    assert steps == ["alembic upgrade head", 'autogen diff -m "first tables"', "alembic upgrade head"]
    ran = plain.alembic("revision", "--autogenerate", "-m", "First tables")
    assert ran.code == 0, ran.err
    assert "Warning" not in ran.err
    (draft,) = [path for path in plain.files() if path.endswith("_first_tables.py")]
    assert len(draft.rpartition("/")[2]) == len("20261121101502_first_tables.py")
    assert "create_table('users'" in plain.files()[draft].decode()
    assert plain.alembic("upgrade", "head").code == 0
    assert plain.alembic("check").code == 0
    assert "CREATE TABLE users" in plain.alembic("upgrade", "head", "--sql").out
    assert plain.alembic("downgrade", "base").code == 0


def test_alembic_runs_it_on_servers(plain: UserProject, pg_url: URL) -> None:
    url = pg_url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    assert plain.autogen("init").code == 0
    ran = plain.alembic("upgrade", "head", DATABASE_URL=url)
    assert ran.code == 0, ran.err
    ran = plain.alembic("check", DATABASE_URL=url)
    assert "Detected added table 'users'" in ran.err


def test_the_url_variable_wins_and_an_unset_one_is_told(plain: UserProject) -> None:
    assert plain.autogen("init").code == 0
    ran = plain.alembic("upgrade", "head")
    assert ran.code != 0
    assert "environment variable DATABASE_URL, which is not set" in ran.err
    assert plain.alembic("upgrade", "head", AUTOGEN_URL="sqlite:///other.db").code == 0
    assert (plain.root / "other.db").exists()


def test_odd_folder_names_work(project: UserProject) -> None:
    assert (
        project.autogen("init", "--url", "sqlite:///a%20b.db", "--migrations", "db/my migrations").code == 0
    )
    ran = project.alembic("upgrade", "head")
    assert ran.code == 0, ran.err


def test_several_models_and_a_package(plain: UserProject) -> None:
    plain.write("src/shop/parts/__init__.py", "")
    plain.write(
        "src/shop/parts/a.py",
        "from sqlalchemy import *\nm = MetaData()\nTable('parts', m, Column('a', Integer))",
    )
    ran = plain.autogen(
        "init", "--models", "shop.models", "--models", "shop.parts", "--url", "sqlite:///a.db"
    )
    assert ran.code == 0
    assert section(plain)["models"] == ["shop.models", "shop.parts"]
    ran = plain.alembic("check")
    assert "added table 'users'" in ran.err
    assert "added table 'parts'" in ran.err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"[project]\nname = 'x'\n", b"[project]\nname = 'x'\n\n"),
        (b"[project]\r\nname = 'x'", b"[project]\r\nname = 'x'\r\n\r\n"),
        (
            b"# odd   spacing\n[tool.black]\nline-length=9   # c\n\n",
            b"# odd   spacing\n[tool.black]\nline-length=9   # c\n\n",
        ),
    ],
)
def test_what_is_in_pyproject_stays_byte_for_byte(plain: UserProject, before: bytes, after: bytes) -> None:
    path = plain.root / "pyproject.toml"
    path.write_bytes(before)
    path.chmod(0o640)
    assert plain.autogen("init", "--url", 'sqlite:///we"ird\\.db').code == 0
    data = path.read_bytes()
    assert data.startswith(after + b"[tool.autogen]")
    assert (b"\r\n" in data) == (data.count(b"\r\n") == data.count(b"\n"))
    assert section(plain)["url"] == 'sqlite:///we"ird\\.db'
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("pyproject.toml", "[tool.autogen]\nurl = 'x'\n", "has a [tool.autogen] section already"),
        ("pyproject.toml", "tool = {autogen = {url = 'x'}}\n", "has a [tool.autogen] section already"),
        ("pyproject.toml", "tool = {black = {}}\n", "Add it by hand: models = "),
        ("pyproject.toml", "[tool\n", "pyproject.toml does not parse: line 1"),
        ("alembic.ini", "[alembic]\n", "without a script_location"),
        ("alembic.ini", "[alembic]\nscript_location = elsewhere\n", "agree"),
    ],
)
def test_it_refuses_and_writes_nothing(plain: UserProject, path: str, text: str, said: str) -> None:
    plain.write(path, text)
    before = plain.files()
    args = ["--migrations", "db"] if "elsewhere" in text else []
    ran = plain.autogen("init", *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert plain.files() == before


def test_an_existing_environment_is_kept(plain: UserProject) -> None:
    env, ini = "# mine\n", "[alembic]\nscript_location = db\nsqlalchemy.url = sqlite:///mine.db\n"
    plain.write("db/env.py", env)
    plain.write("alembic.ini", ini)
    plain.write("db/versions/a.py", "revision = 'a'\ndown_revision = None\n")
    before = plain.files()
    ran = plain.autogen("init")
    assert ran.code == 0
    assert "kept   db/env.py as it is" in ran.out
    assert section(plain) == {"models": "shop.models:Base", "url": "sqlite:///mine.db", "migrations": "db"}
    after = plain.files()
    del after["pyproject.toml"]
    assert after == before


def test_a_password_is_warned_of_and_shown_nowhere(plain: UserProject) -> None:
    ran = plain.autogen("init", "--url", f"postgresql://u:{PASSWORD}@h/d")
    assert ran.code == 0
    assert "warning: The URL holds a password" in ran.err
    assert "env:DATABASE_URL" in ran.err
    assert PASSWORD not in ran.out + ran.err
    holders = [name for name, data in plain.files().items() if PASSWORD.encode() in data]
    assert holders == ["pyproject.toml"]


def test_a_bad_url_is_refused(plain: UserProject) -> None:
    before = plain.files()
    ran = plain.autogen("init", "--url", f"u:{PASSWORD}@h")
    assert ran.code == 2
    assert PASSWORD not in ran.err
    assert plain.files() == before


def test_without_models_it_says_so(tmp_path: Path) -> None:
    empty = UserProject(tmp_path)
    empty.write(".git/HEAD", "")
    ran = empty.autogen("init")
    assert ran.code == 2
    assert "No module with SQLAlchemy or SQLModel tables" in ran.err
    assert set(empty.files()) == {".git/HEAD"}
