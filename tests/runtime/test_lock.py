"""Two deployers never run at once; the second says who is first."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.dialects import dialect_class
from autogen.dialects.base import VERSION_TABLE
from autogen.dialects.postgresql.deploying import AdvisoryLock
from autogen.schema import Key
from tests.runtime.project import Deployed


def test_the_second_waits_and_says_for_whom(deployed: Deployed) -> None:
    deployed.revision("a1", "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))")
    deploying = dialect_class(deployed.url.get_backend_name()).deploying()
    with deploying.lock(deployed.url, VERSION_TABLE) as lock:
        assert lock.taken()
        ran = deployed.autogen("upgrade", "--lock-timeout", "0.3")
        assert ran.code == 2
        assert "Another run of revisions has the lock" in ran.err
        assert "Nothing was run." in ran.err
        holder = f"user {deployed.url.username}" if deployed.url.get_backend_name() == "mysql" else "process "
        assert holder in ran.err
        assert ran.out.startswith("waiting for another run of revisions: ")
        assert "t" not in deployed.tables()
        events = deployed.autogen("upgrade", "--lock-timeout", "0.3", "--log-json").events
        assert events[0]["event"] == "waiting"
        assert events[0]["holder"]
        assert [event["event"] for event in events] == ["waiting", "failed"]
        assert "Another run of revisions has the lock" in events[-1]["error"]
    assert deployed.autogen("upgrade").code == 0


def test_the_second_goes_on_when_the_first_is_done(deployed: Deployed) -> None:
    """What the first has run is not run again."""
    deployed.revision("a1", "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))")
    deployed.revision("b2", "op.create_table('u', sa.Column('id', sa.Integer, primary_key=True))")
    deploying = dialect_class(deployed.url.get_backend_name()).deploying()
    with deploying.lock(deployed.url, VERSION_TABLE) as lock:
        assert lock.taken()
        pid = os.fork()
        if not pid:
            code = 99
            try:
                code = deployed.autogen("upgrade", "--lock-timeout", "60").code
            finally:
                os._exit(code)
        time.sleep(0.5)  # for the other to be waiting; where it is slower, it has less to wait for
        assert os.waitpid(pid, os.WNOHANG) == (0, 0)
        deployed.sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        deployed.sql("INSERT INTO alembic_version VALUES ('a1')")
        deployed.sql("CREATE TABLE t (id INTEGER)")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert deployed.applied() == ["b2"]
    assert {"t", "u"} <= deployed.tables()


def test_a_lock_goes_with_its_holder(deployed: Deployed) -> None:
    deployed.revision("a1", "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))")
    pid = os.fork()
    if not pid:
        try:
            deploying = dialect_class(deployed.url.get_backend_name()).deploying()
            with deploying.lock(deployed.url, VERSION_TABLE) as lock:
                lock.taken()
                deployed.write("held", "")
                time.sleep(60)
        finally:
            os._exit(0)
    while not (deployed.root / "held").exists():
        time.sleep(0.01)
    assert deployed.autogen("upgrade", "--lock-timeout", "0.2").code == 2
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert deployed.autogen("upgrade", "--lock-timeout", "20").code == 0


def test_locks_of_other_version_tables_do_not_meet(deployed: Deployed) -> None:
    deploying = dialect_class(deployed.url.get_backend_name()).deploying()
    other = VERSION_TABLE._replace(name="other_versions")
    with deploying.lock(deployed.url, VERSION_TABLE) as one, deploying.lock(deployed.url, other) as two:
        assert one.taken()
        # on SQLite one file has one writer: there the lock is the file's
        assert two.taken() == (deployed.url.get_backend_name() != "sqlite")


@pytest.mark.parametrize("pooled", [False, True])
def test_nothing_waits_for_the_lock_that_is_held(pg_url: URL, pooled: bool) -> None:
    """CREATE INDEX CONCURRENTLY waits for transactions: neither who holds the lock nor who waits is one."""
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    key = Key("table", "", "", "alembic_version")
    with engine.connect() as one, engine.connect() as two, engine.connect() as worker:
        first, second = AdvisoryLock(one, key, pooled), AdvisoryLock(two, key, pooled)
        assert first.taken()
        assert not second.taken()
        assert "server process" in second.holder()
        assert first.guards(worker)
        assert not second.guards(worker)
        worker.rollback()
        worker.execution_options(isolation_level="AUTOCOMMIT")
        worker.exec_driver_sql("CREATE TABLE t (a integer)")
        worker.exec_driver_sql("SET statement_timeout = '20s'")
        worker.exec_driver_sql("CREATE INDEX CONCURRENTLY ix ON t (a)")
        assert not second.taken()
    engine.dispose()


@pytest.mark.parametrize(("fails", "code"), [(2, 0), (3, 2)])
def test_what_goes_while_it_is_read_is_read_again(
    local: Deployed, monkeypatch: pytest.MonkeyPatch, fails: int, code: int
) -> None:
    """A run that ends takes its record away under the eyes of whoever looks."""
    from autogen.runtime import deployment

    real, left = deployment.standing_of, [sa.exc.OperationalError("", None, Exception("gone"))] * fails

    def standing_of(*arguments: Any) -> deployment.Standing:
        if left:
            raise left.pop()
        return real(*arguments)

    local.revision("a1", ["CREATE TABLE t (n INTEGER)"])
    local.sql("CREATE TABLE other (n INTEGER)")
    monkeypatch.setattr(deployment, "standing_of", standing_of)
    ran = local.autogen("status")
    assert ran.code == code
    assert ("pending  a1" in ran.out) == (code == 0)
    assert ("could not be read: gone" in ran.err) == (code == 2)


def test_many_at_once(deployed: Deployed) -> None:
    """Five deployers: each revision runs once, none fails."""
    deployed.revision("a1", ["CREATE TABLE t (n INTEGER)", "INSERT INTO t (n) VALUES (0)"])
    for n in range(3):
        deployed.revision(f"b{n}", ["UPDATE t SET n = n + 1", f"CREATE TABLE t{n} (n INTEGER)"])
    pids = []
    for _ in range(5):
        pid = os.fork()
        if not pid:
            code = 99
            try:
                code = deployed.autogen("upgrade", "--lock-timeout", "120").code
            finally:
                os._exit(code)
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * 5
    assert deployed.sql("SELECT n FROM t") == [(3,)]
