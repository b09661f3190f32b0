"""No database can be reached: the migrations are replayed elsewhere, once for each history."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from autogen import replay
from autogen.dialects.places import OwnServer
from autogen.dialects.postgresql import PostgreSQL, packaged
from tests.dropin.project import ASYNC, FIRST, AlembicProject
from tests.replay.states import AGE, WITH_AGE, three

NOWHERE = {
    "postgresql": "postgresql+psycopg://u:hunter2@127.0.0.1:1/nowhere",
    "mysql": "mysql+pymysql://u:hunter2@127.0.0.1:1/nowhere",
    "sqlite": "sqlite:///nowhere.db",
}


def scratch_at(project: AlembicProject, url: URL) -> None:
    project.write("pyproject.toml", f"[tool.autogen]\nscratch_url = '{url.render_as_string(False)}'\n")


@pytest.fixture
def away(project: AlembicProject, database_url: URL) -> AlembicProject:
    """A project on every backend whose database is out of reach, while scratch databases can be made."""
    kind = database_url.get_backend_name()
    project.make(NOWHERE[kind], models=WITH_AGE)
    scratch_at(project, database_url)
    return project


def test_models_are_held_against_the_migrations(away: AlembicProject) -> None:
    ran = away.autogen("check")
    assert ran.code == 1
    assert three(ran)[0] == "differ: 1 change"
    assert three(ran)[1].startswith("not compared: ")
    assert "The models are held against the migrations alone." in ran.err
    assert "hunter2" not in ran.out + ran.err
    assert not (away.root / "nowhere.db").exists()
    away.write("migrations/versions/0002_age.py", AGE)
    ran = away.autogen("check")
    assert ran.code == 0
    assert ran.out.startswith("In sync: models and migrations agree (1 table, replayed on ")


def test_an_unchanged_history_is_replayed_once(away: AlembicProject, monkeypatch: pytest.MonkeyPatch) -> None:
    first = away.autogen("check", "--against", "migrations")
    runs: list[object] = []
    once = replay._run
    monkeypatch.setattr(replay, "_run", lambda *given: (runs.append(given), once(*given))[1])
    assert away.autogen("check", "--against", "migrations").out == first.out
    assert runs == []
    away.write("migrations/versions/0001_first.py", FIRST.replace("sa.String(50)", "sa.String(60)"))
    assert three(away.autogen("check", "--against", "migrations"))[0] == "differ: 2 changes"
    assert len(runs) == 1
    away.write("migrations/env.py", (away.root / "migrations/env.py").read_text() + "\n# changed\n")
    away.autogen("check", "--against", "migrations")
    assert len(runs) == 2


@pytest.mark.parametrize("harm", ["", "{", "0" * 64 + '\n{"Blueprint": []}', "cut"])
def test_a_damaged_cache_is_no_cache(
    project: AlembicProject, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.make("sqlite:///nowhere.db")
    assert project.autogen("check", "--against", "migrations").code == 0
    for kept in (tmp_path / "replays").iterdir():
        kept.write_text(kept.read_text("utf-8")[:-2] if harm == "cut" else harm, "utf-8")
    assert project.autogen("check", "--against", "migrations").code == 0
    monkeypatch.setattr(replay, "_run", None)
    assert project.autogen("check", "--against", "migrations").code == 0


def test_two_runs_at_once_keep_one_result(tmp_path: Path) -> None:
    """Each writes the whole file under a name of its own first."""
    from autogen.dialects.base import Blueprint
    from autogen.replay import cache
    from autogen.schema import Schema, Table

    value = Blueprint(Schema(Table("", f"t{n}") for n in range(2000)))
    seen: list[bool] = []

    def work() -> None:
        for _ in range(10):
            cache.store("key", value)
            seen.append(cache.load("key") == value)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 40
    assert len(list((tmp_path / "replays").iterdir())) == 1


def test_a_cache_that_cannot_be_written(project: AlembicProject, monkeypatch: pytest.MonkeyPatch) -> None:
    from autogen.replay import cache

    monkeypatch.setattr(cache, "cache_folder", lambda: None)
    project.make("sqlite:///nowhere.db")
    assert project.autogen("check", "--against", "migrations").code == 0


# -- the server of the wheel ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", [NOWHERE["postgresql"], NOWHERE["postgresql"].replace("psycopg", "asyncpg")])
def test_the_server_that_autogen_brings(
    project: AlembicProject, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asynchronous = "asyncpg" in url
    project.make(url, models=WITH_AGE, **({"env": ASYNC} if asynchronous else {}))
    ran = project.autogen("check")
    assert ran.code == 1, ran
    assert three(ran)[0] == "differ: 1 change"
    monkeypatch.setattr(packaged, "_running", None)
    assert three(project.autogen("check"))[0] == "differ: 1 change"  # kept: nothing is started


def test_without_any_server(project: AlembicProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "_WHEELS", ())
    project.make(NOWHERE["postgresql"])
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    ran = project.autogen("check")
    assert (ran.code, ran.out) == (2, "")
    assert "Cannot reach the PostgreSQL server" in ran.err
    assert "autogen-migrations[scratch]" in ran.err
    assert "hunter2" not in ran.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnServer]:
    """The server of the wheel, whose data no other test uses."""
    folder = Path(tempfile.mkdtemp(prefix="autogen-tests-"))
    folder.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    found = PostgreSQL.own_server()
    assert found is not None
    yield found
    shutil.rmtree(folder)


def test_two_runs_share_the_server_and_the_last_one_stops_it(server: OwnServer) -> None:
    alone, both, done = threading.Event(), threading.Event(), threading.Event()

    def another() -> None:
        with server.running() as url, connected(url):
            both.set()
            assert done.wait(60)
        alone.set()

    with server.running() as url:
        thread = threading.Thread(target=another)
        thread.start()
        assert both.wait(60)
        assert running()
        done.set()
        assert alone.wait(60)
        with connected(url) as connection:  # the other one has left, and did not stop it
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        thread.join()
    assert not running()


def test_a_server_that_was_left_behind_is_stopped_by_the_next_run(server: OwnServer) -> None:
    left = subprocess.Popen(
        [sys.executable, "-c", _KILLED], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert left.stdout is not None
    assert left.stdout.readline() == "up\n"
    left.kill()
    left.communicate()
    assert running()
    with server.running() as url, connected(url) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert not running()


_KILLED = """
import time
from autogen.dialects.postgresql import PostgreSQL
with PostgreSQL.own_server().running():
    print("up", flush=True)
    time.sleep(60)
"""


def test_data_that_the_server_refuses_is_thrown_away(server: OwnServer) -> None:
    with server.running() as url:
        home = Path(str(url.query["host"])).parent
    (home / "data" / "global" / "pg_control").write_bytes(b"")
    with server.running() as url, connected(url) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def running() -> bool:
    """Whether a server of the tests' cache answers."""
    from autogen.folders import account, cache_folder

    folder = cache_folder(open_to=account())
    assert folder is not None
    return any((home / "data" / "postmaster.pid").exists() for home in folder.glob("postgresql-*"))


def connected(url: URL) -> sa.Connection:
    return sa.create_engine(make_url(url), poolclass=sa.NullPool).connect()
