"""A process that has imported what autogen and Alembic import, and forks for each program it is to run.

Run as a script, on its own: it sees nothing of the tests. A request is one line of JSON on standard input;
the answers, one line each, are the child's process id and, when it has ended, its status as os.wait tells
it. The child is what ``python -m program`` would be but for the modules that are loaded already.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import sys
import threading
import warnings
from typing import Any

LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "alembic.runtime.migration",
    "black",
    "psycopg",
    "pymysql",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.mysql.pymysql",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.declarative",
    "sqlalchemy.orm",
    "sqlglot",
    "sqlglot.dialects.mysql",
    "sqlglot.dialects.postgres",
    "sqlglot.dialects.sqlite",
    "typer",
    "typer.main",
)


early: list[Any] = []
"""The stream that modules imported beforehand took for their output, as Alembic's does."""


def preload() -> None:
    import autogen

    names = [found.name for found in pkgutil.walk_packages(autogen.__path__, "autogen.")]
    for name in (*LIBRARIES, *(name for name in names if not name.endswith("__main__"))):
        importlib.import_module(name)


def serve() -> dict[str, Any]:
    """Returns in a child, with what it is to run."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=answers)
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    while line := requests.readline():
        request: dict[str, Any] = json.loads(line)
        if "terminal" in request:
            request["opened"] = os.open(request["terminal"], os.O_RDWR | os.O_NOCTTY)
        child = os.fork()
        if not child:
            return request
        if "terminal" in request:
            os.close(request["opened"])
        print(child, file=answers)
        print(os.waitpid(child, 0)[1], file=answers)
    os._exit(0)


def become(request: dict[str, Any]) -> None:
    """The streams, folder, environment and arguments of the program."""
    if "terminal" in request:
        take_terminal(request["opened"])
    else:
        for number, path in enumerate(("/dev/null", request["out"], request["err"])):
            os.dup2(os.open(path, os.O_WRONLY if number else os.O_RDONLY), number)
    os.closerange(3, 64)
    encoding = sys.stdout.encoding
    early.append(sys.stdout)
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding)  # type: ignore[misc] # noqa: SIM115
    sys.stdout = sys.__stdout__ = stream(1, encoding, sys.stdout.errors)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stream(2, encoding, "backslashreplace", True)  # type: ignore[misc]
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.argv = [request["module"], *request["arguments"]]
    sys.path[0] = request["cwd"]
    importlib.invalidate_caches()
    sys.path_importer_cache.clear()


def take_terminal(opened: int) -> None:
    """Makes it that of the process, so that Ctrl-C reaches it, which what runs in the background ignores."""
    import fcntl
    import termios

    os.setsid()
    for number in range(3):
        os.dup2(opened, number)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def stream(number: int, encoding: str, errors: str | None, lines: bool = False) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.open(number, "wb"), encoding, errors, line_buffering=lines)  # noqa: UP020


def run(module: str) -> int:
    """Runs the module as the interpreter does, to its very end; the exit code."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code: Any = 0
    except SystemExit as stop:
        code = stop.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        for written in (*early, sys.stdout):
            written.flush()
    except OSError:
        code = 120
    sys.stderr.flush()
    return (code or 0) & 0xFF


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        preload()
    gc.collect()
    gc.freeze()
    request = serve()
    become(request)
    os._exit(run(request["module"]))
