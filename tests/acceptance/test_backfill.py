"""The backfill script under way: stopped, in the way of others, without a database; and the check as SQL."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.wishes import Wishes
from tests.acceptance.phase_cases import RENAME
from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.harness import Environment, build, connect, diff_phases, environment

ONE_OF_EACH: tuple[Backend, ...] = ("pg18", "mariadb", "sqlite")
UNFILLED = "SELECT count(*) FROM users WHERE full_name IS NULL"
ROWS = 40


@contextmanager
def expanded(backend: Backend, folder: Path) -> Iterator[tuple[Environment, URL]]:
    """A database between the phases of a rename, with rows to fill."""
    old, new = sa.MetaData(), sa.MetaData()
    RENAME.old_models(old)
    RENAME.new_models(new)
    with fresh(backend, folder, again=True) as url:
        build(url, old, [f"INSERT INTO users VALUES ({n}, 'name {n}')" for n in range(1, ROWS + 1)])
        phased = diff_phases(url, new, wishes=Wishes(tuple(RENAME.renames)), prove=False)
        with environment(url, phased) as env:
            env.migrate("upgrade", "expand")
            yield env, url


def scalar(url: URL, query: str) -> int:
    with connect(url) as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


@pytest.mark.parametrize("backend", ONE_OF_EACH)
def test_stopped_it_goes_on_where_it_was(backend: Backend, tmp_path: Path) -> None:
    with expanded(backend, tmp_path) as (env, url):
        running = env.backfilling("--batch", "1", "--pause", "30")
        assert running.stdout is not None
        while "1 filled" not in running.stdout.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode == 130
        assert "run it again to go on" in err
        assert "Traceback" not in err
        assert scalar(url, UNFILLED) == ROWS - 1
        ran = env.backfill("--batch", "7", "--pause", "0")
        assert (ran.returncode, ran.stderr) == (0, "")
        assert f"{ROWS - 1} filled" in ran.stdout
        assert scalar(url, UNFILLED) == 0


@pytest.mark.parametrize("backend", ONE_OF_EACH)
def test_a_lock_is_waited_for_and_tried_again(backend: Backend, tmp_path: Path) -> None:
    with expanded(backend, tmp_path) as (env, url):
        with connect(url) as connection:
            connection.exec_driver_sql("UPDATE users SET fullname = 'locked' WHERE id = 7")
            running = env.backfilling("--batch", "10", "--pause", "0")
            assert running.stderr is not None
            while "trying again" not in (line := running.stderr.readline()):
                assert line, running.communicate()
            connection.commit()
        out, _ = running.communicate(timeout=60)
        assert (running.returncode, scalar(url, UNFILLED)) == (0, 0), out
        assert scalar(url, "SELECT count(*) FROM users WHERE full_name = 'locked'") == 1


def test_without_a_database_nothing_has_begun_and_no_password_is_shown(tmp_path: Path) -> None:
    with expanded("sqlite", tmp_path) as (env, _):
        for url in ("postgresql+psycopg://u:s3cret@127.0.0.1:1/x", "not s3cret a url"):
            ran = env.backfill("--url", url)
            assert ran.returncode == 2
            assert "stay filled" not in ran.stderr
            assert "s3cret" not in ran.stdout + ran.stderr
            assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("backend", ONE_OF_EACH)
def test_the_check_fails_closed_as_sql(backend: Backend, tmp_path: Path) -> None:
    with expanded(backend, tmp_path) as (env, url):
        written = env.as_sql("expand:contract")
        with pytest.raises(sa.exc.DBAPIError) as failed:
            execute(url, written)
        assert "fill" in str(failed.value)
        with connect(url) as connection:
            assert "full_name" in {c["name"] for c in sa.inspect(connection).get_columns("users")}
            connection.exec_driver_sql("UPDATE users SET full_name = fullname")
            connection.commit()
        execute(url, written)
        assert scalar(url, UNFILLED) == 0
        with connect(url) as connection:
            assert "fullname" not in {c["name"] for c in sa.inspect(connection).get_columns("users")}


def execute(url: URL, written: str) -> None:
    """As a client does that stops at the first error: statement by statement."""
    with connect(url) as connection:
        for statement in written.split(";\n\n"):
            lines = [line for line in statement.splitlines() if not line.startswith("--")]
            if "".join(lines).strip() not in ("", "BEGIN", "COMMIT"):
                connection.exec_driver_sql("\n".join(lines))
        connection.commit()
