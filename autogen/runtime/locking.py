"""One deployer at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from autogen.dialects.deploying import Lock
from autogen.errors import AutogenError
from autogen.runtime.deployment import Deployment

_PAUSE = 0.2


@contextmanager
def locked(
    deployment: Deployment, timeout: float, waiting: Callable[[str], None] = lambda holder: None
) -> Iterator[Lock]:
    """Holds the database's lock. Where another run has it, ``waiting`` is told by whom, once; after
    ``timeout`` seconds that is an AutogenError."""
    with deployment.deploying.lock(deployment.url, deployment.version_table) as lock:
        end = time.monotonic() + timeout
        told = False
        while not lock.taken():
            holder = lock.holder()
            if time.monotonic() >= end:
                raise AutogenError(
                    f"Another run of revisions has the lock of {deployment.shown}"
                    f"{f' ({holder})' if holder else ''}, and had it for the {timeout:g} s that this one "
                    "waited. Nothing was run. Try again when it has ended, or wait longer: "
                    "--lock-timeout 600"
                )
            if not told:
                waiting(holder)
                told = True
            time.sleep(_PAUSE)
        yield lock
