"""Safe forms on PostgreSQL: writes go on, and a run that is cut short is made good by the next one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.online import Forms
from tests.acceptance.online import FORMS, Cut, Form, Observer, cut_short
from tests.dump import dump
from tests.harness import Drafted, build, connect, diff, differences, run
from tests.rows import fill, lost, snapshot

SAFE, PLAIN = Forms("always"), Forms("never")


def metadata(form: Form, after: bool) -> sa.MetaData:
    made = sa.MetaData()
    (form.after if after else form.before)(made)
    return made


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    return FORMS[request.param]


def prepared(url: URL, form: Form, forms: Forms = SAFE, prove: bool = False) -> Drafted:
    before = metadata(form, after=False)
    build(url, before)
    fill(url, before)
    return diff(url, metadata(form, after=True), prove=prove, forms=forms)


def test_is_proven_and_says_why(pg_url: URL, form: Form) -> None:
    drafted = prepared(pg_url, form, Forms(), prove=True)
    assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
    assert "autocommit_block" in drafted.text


def test_second_run_makes_good_what_was_cut_short(pg_url: URL, form: Form) -> None:
    drafted = prepared(pg_url, form)
    after = metadata(form, after=True)
    original, rows = dump(pg_url), snapshot(pg_url)
    there, back = 1, 1
    while there or back:
        there = interrupted(pg_url, drafted, "upgrade", there, after)
        run(pg_url, drafted.text, "upgrade", after)
        assert differences(pg_url, after) == (), drafted.text
        assert lost(rows, snapshot(pg_url)) == []
        back = interrupted(pg_url, drafted, "downgrade", back, after)
        run(pg_url, drafted.text, "downgrade", after)
        assert dump(pg_url) == original, drafted.text
        assert lost(rows, snapshot(pg_url)) == []


def interrupted(url: URL, drafted: Drafted, direction: str, at: int, after: sa.MetaData) -> int:
    """Runs the draft until its n-th statement; the number of the next one, 0 where there is none."""
    if not at:
        return 0
    try:
        with cut_short(at):
            run(url, drafted.text, direction, after)
    except Cut:
        return at + 1
    return 0


def reads(statement: str) -> bool:
    """Whether a statement reads all rows of a table that stood before, to build or to check something."""
    return bool(re.search(r"CONCURRENTLY|VALIDATE", statement))


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.reads])
def test_writes_go_on_where_plain_forms_block(name: str, pg_url: URL) -> None:
    form = FORMS[name]
    tables = sorted(metadata(form, after=False).tables)
    after = metadata(form, after=True)
    safe = prepared(pg_url, form)
    with Observer(pg_url, reads, tables).watching() as seen:
        run(pg_url, safe.text, "upgrade", after)
    assert seen.passed
    assert all(seen.passed.values()), seen.passed
    assert not any(seen.scans.values()), seen.scans
    run(pg_url, safe.text, "downgrade", after)
    plain = diff(pg_url, after, prove=False, forms=PLAIN)
    with Observer(pg_url, lambda statement: False, tables).watching() as seen:
        run(pg_url, plain.text, "upgrade", after)
    assert seen.passed
    assert not any(seen.passed.values()), seen.passed


@contextmanager
def busy(url: URL, statements: list[str], timeout: str) -> Iterator[list[str]]:
    """Another session that writes all the while, each write giving up after the timeout; what went wrong."""
    stop, wrong, written = threading.Event(), list[str](), threading.Event()

    def write() -> None:
        with connect(url) as connection:
            connection.exec_driver_sql(f"SET lock_timeout = '{timeout}'")
            connection.commit()
            while not stop.is_set():
                for statement in statements:
                    try:
                        connection.exec_driver_sql(statement)
                        connection.commit()
                    except sa.exc.DBAPIError as error:
                        connection.rollback()
                        wrong.append(str(error.orig))
                written.set()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    written.wait()
    try:
        yield wrong
    finally:
        written.clear()
        stop.set()
        thread.join()


def test_no_write_waits_longer_than_the_lock_timeout(pg_url: URL) -> None:
    form = FORMS["new column with all"]
    build(pg_url, metadata(form, after=False))
    with connect(pg_url) as connection:
        connection.exec_driver_sql("INSERT INTO p SELECT n, n FROM generate_series(1, 1000) n")
        connection.exec_driver_sql(
            "INSERT INTO t (pid, name) SELECT 1 + n %% 50, 'n' || n FROM generate_series(1, 100000) n"
        )
        connection.commit()
    after = metadata(form, after=True)
    drafted = diff(pg_url, after, prove=False)
    assert "SET lock_timeout = '5s'" in drafted.text
    writes = [
        "INSERT INTO t (pid, name) SELECT 1, gen_random_uuid()::text::varchar(30) FROM generate_series(1, 3)",
        "UPDATE t SET pid = 2 WHERE id IN (SELECT 1 + (random() * 99999)::int FROM generate_series(1, 3))",
        "UPDATE p SET code = code + 1 WHERE id = 1 + (random() * 999)::int",
    ]
    with busy(pg_url, writes, "5s") as wrong:
        run(pg_url, drafted.text, "upgrade", after)
        run(pg_url, drafted.text, "downgrade", after)
        run(pg_url, drafted.text, "upgrade", after)
    assert wrong == []
    assert differences(pg_url, after) == ()
