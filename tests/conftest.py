"""A fresh database for a test: `pg_url`, `mariadb_url`, `sqlite_url`; `database_url` over all backends."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import black
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL

from tests.databases import supervised
from tests.databases.databases import BACKENDS, Backend, BackendMissing, drop_those_left, fresh_database

# the same examples in every run, and none that fails because the machine is busy; scripts/roundtrip is random
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@contextmanager
def fresh(backend: Backend, folder: Path, charset: str = "utf8mb4", *, again: bool = False) -> Iterator[URL]:
    """A fresh database; a missing server fails the test in CI and skips it elsewhere. ``again`` says that it
    may have been used before, and emptied."""
    try:
        with fresh_database(backend, folder, charset, again=again) as url:
            yield url
    except BackendMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing}; CI needs all backends")
        pytest.skip(str(missing))


@pytest.fixture(autouse=True, scope="session")
def each_text_is_formatted_once() -> Iterator[None]:
    """Many tests draft the same for several servers."""
    with pytest.MonkeyPatch.context() as patched:
        known = lru_cache(4096)(lambda text, key: format_str(text, mode=modes[key]))
        modes: dict[str, black.Mode] = {}
        format_str = black.format_str

        def remembered(src_contents: str, *, mode: black.Mode) -> str:
            key = mode.get_cache_key()
            modes[key] = mode
            return known(src_contents, key)

        patched.setattr(black, "format_str", remembered)
        yield


@pytest.fixture(autouse=True)
def no_module_of_a_project_stays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that run autogen in this process import their projects' modules, all under the same names."""
    modules, path = set(sys.modules), list(sys.path)
    yield
    sys.path[:] = path
    folder = str(tmp_path_factory.getbasetemp())
    for name in set(sys.modules) - modules:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
            del sys.modules[name]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[URL]:
    with fresh("sqlite", tmp_path) as url:
        yield url


@pytest.fixture(params=["pg15", "pg18"])
def pg_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    with fresh(request.param, tmp_path, again=True) as url:
        yield url


@pytest.fixture
def mariadb_url(tmp_path: Path) -> Iterator[URL]:
    with fresh("mariadb", tmp_path) as url:
        yield url


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    chosen: Backend = request.param
    return chosen


@pytest.fixture
def database_url(backend: Backend, tmp_path: Path) -> Iterator[URL]:
    with fresh(backend, tmp_path, again=True) as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-xdist starts its workers, what all of them share: a cache of the tests' own that a
    server's account can get into, and servers."""
    if not hasattr(config, "workerinput"):
        cache = tempfile.mkdtemp(prefix="autogen-tests-cache-")
        os.chmod(cache, 0o755)
        os.environ["XDG_CACHE_HOME"] = cache
        config.add_cleanup(lambda: shutil.rmtree(cache, ignore_errors=True))
    parallel = getattr(config.option, "numprocesses", None) or getattr(config.option, "tx", None)
    if parallel and not hasattr(config, "workerinput"):
        for backend in supervised.VARIABLES:
            supervised.server_url(backend)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without what runs on the older PostgreSQL as on the newer one, unless all is asked for. The longest
    tests first: at the end one worker would run them while the others have nothing to do."""
    if os.environ.get("CI") != "true" and os.environ.get("AUTOGEN_TEST_OLDER") != "true":
        left = {item for item in items if on_older(item) and spared(item)}
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: "property" not in item.path.parts)


AROUND = {"cli", "dropin", "lockfile", "plugin", "replay", "runtime"}
"""Tests of what goes on around the SQL."""
MANY = {
    "test_cases.py",
    "test_lowering.py",
    "test_online.py",
    "test_phases.py",
    "test_real.py",
    "test_rules.py",
}
"""Cases of which one in four has to do for an older server."""


def on_older(item: pytest.Item) -> bool:
    """Whether it is one of several of a kind, this one for the older PostgreSQL."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or item.get_closest_marker("older"):
        return False
    return any(
        "pg15" in (value if isinstance(value, tuple) else (value,)) for value in callspec.params.values()
    )


def spared(item: pytest.Item) -> bool:
    many = item.path.name in MANY and crc32(item.name.encode()) % 4 != 0
    return many or bool(AROUND.intersection(item.path.parts))


def pytest_collection_finish() -> None:
    """What is there now stays to the end: no use in looking for garbage among it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure() -> None:
    drop_those_left()
    supervised.stop_own()
