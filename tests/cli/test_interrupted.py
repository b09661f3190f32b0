"""A run that is stopped while it proves its draft leaves no file and no scratch database behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from tests.cli.project import UserProject

SLOW = """
import signal, sys, time
from pathlib import Path
import autogen.prove.proof
from autogen.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
run = autogen.prove.proof.run_draft

def slow(*args):
    run(*args)
    Path("proving").touch()
    time.sleep(60)

autogen.prove.proof.run_draft = slow
sys.exit(main(["diff"]))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left(served: UserProject, sent: signal.Signals) -> None:
    served.write("slow.py", SLOW)
    before = served.files()
    url = make_url(served.env["DATABASE_URL"])
    process = subprocess.Popen(
        [sys.executable, "slow.py"],
        cwd=served.root,
        env=served.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (served.root / "proving").exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert url.get_backend_name() == "sqlite" or scratch_databases(url, process.pid)
        process.send_signal(sent)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out) == (2, "")
    assert err.strip() == "autogen: error: interrupted, nothing written."
    (served.root / "proving").unlink()
    assert served.files() == before
    assert url.get_backend_name() == "sqlite" or not scratch_databases(url, process.pid)


def scratch_databases(url: URL, process: int) -> list[str]:
    """The scratch databases of one process, which are named after it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sa.inspect(connection).get_schema_names()
        if url.get_backend_name() == "postgresql":
            names = list(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())
    return [name for name in names if name.startswith("autogen_scratch_") and f"_{process}_" in name]
