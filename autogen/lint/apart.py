"""A revision's own code is run apart: what it does reaches no database, and it comes to an end."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.engine import Engine

from autogen.dialects.base import Dialect
from autogen.dialects.stand_in import is_stand_in
from autogen.lint.stand_in import stand_in
from autogen.project.env_runner import replaced
from autogen.schema import Schema

SECONDS = 10.0
"""What one run may take: a recording takes milliseconds."""
STATEMENTS = 10_000
"""As many are recorded of one run."""


class Endless(BaseException):
    """A run is stopped. No Exception: code that tries again after each of those would go on."""


def without_databases(dialect: Dialect, told: Callable[[], None]) -> AbstractContextManager[None]:
    """Meanwhile every engine of SQLAlchemy's connects to nothing, which notes nothing; ``told`` is called
    where one would have connected."""
    nowhere = stand_in(dialect, lambda _: None, Schema)

    def instead(engine: Engine) -> Engine:
        if is_stand_in(engine):
            return engine
        told()
        return nowhere

    return replaced(instead)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises Endless in this thread when the time is over. While something is imported, which may be a whole
    application, it starts anew."""
    mine, lock, done = threading.get_ident(), threading.Lock(), threading.Event()

    def watch() -> None:
        while not done.wait(seconds):
            with lock:
                if done.is_set() or _is_importing(mine):
                    continue
                stopped = ctypes.py_object(Endless)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(mine), stopped)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            done.set()


def _is_importing(thread: int) -> bool:
    frame = sys._current_frames().get(thread)
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
