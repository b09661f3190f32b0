"""A revision's file is run, apart from all databases, and what of it is not seen is noted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.lint.apart import SECONDS, STATEMENTS, Endless, within, without_databases
from autogen.project.importable import mending
from autogen.project.raw_connections import only_reading
from autogen.values import value

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect


@value(frozen=True, slots=True)
class Gap:
    """Something of a revision that was not understood, or not seen. ``grave`` says that more may be hidden
    behind it than the statement itself: the function ended there, or autogen failed."""

    line: int
    text: str
    why: str
    grave: bool = False


@value(frozen=True, slots=True)
class Module:
    """A revision's file, run: its names, and what of it was not seen."""

    namespace: dict[str, Any] = field(repr=False)
    gaps: tuple[Gap, ...] = ()


def load(path: Path, dialect: Dialect, text: str | None = None) -> Module:
    """A revision's module. It is run, as Alembic runs it; no bytecode is written."""
    try:
        source = path.read_text("utf-8") if text is None else text
    except (OSError, ValueError) as error:
        raise AutogenError(f"The revision file {path} could not be read: {error}.") from None
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    gaps: dict[Gap, None] = {}

    def connects() -> None:
        gaps[connecting(line_in(str(path)))] = None

    try:
        with apart(dialect, connects):
            exec(compile(source, str(path), "exec"), namespace)
    except (Exception, SystemExit, Endless) as error:
        said = _ENDLESS if isinstance(error, Endless) else f"{type(error).__name__}: {error}"
        where = _place(error, path)
        what = "" if isinstance(error, Endless) else f" {mending(error)}"
        raise AutogenError(f"The revision file {path} could not be loaded{where}: {said}.{what}") from None
    if not {"revision", "upgrade", "downgrade"} & namespace.keys():
        raise AutogenError(f"{path} is no revision: it has neither a revision id nor upgrade().")
    return Module(namespace, tuple(gaps))


def import_as(env_py: Path, dialect: Dialect) -> None:
    """Imports what the top of env.py imports: revisions come to rely on it, because it always runs first.
    What cannot be imported is left out; a revision that needs it says so."""
    import ast

    try:
        tree = ast.parse(env_py.read_text("utf-8"))
    except (OSError, ValueError, SyntaxError):
        return
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            alone = compile(ast.Module([statement], []), str(env_py), "exec")
            with suppress(Exception, SystemExit), apart(dialect, lambda: None):
                exec(alone, {"__name__": "env_py", "__file__": str(env_py)})


_ENDLESS = f"it is not done after {SECONDS:g} seconds or {STATEMENTS:,} statements"


@contextmanager
def apart(dialect: Dialect, connects: Callable[[], None]) -> Iterator[None]:
    with (
        redirect_stdout(sys.stderr),
        only_reading(),
        without_databases(dialect, connects),
        within(SECONDS),
    ):
        yield


def connecting(line: int) -> Gap:
    why = "it connects to a database by an engine of its own, here to nothing: what it does there is not seen"
    return Gap(line, "", why, grave=True)


def stopped(error: BaseException, line: int) -> Gap:
    """Why a run ended before its time."""
    said = " ".join(str(error).split())[:200]
    why = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if isinstance(error, NotImplementedError):
        return Gap(line, "NotImplementedError", said or "it refuses to run", True)
    if isinstance(error, SystemExit):
        return Gap(line, "", f"it ends the program here ({why}): nothing behind it is seen", True)
    if isinstance(error, Endless):
        return Gap(line, "", f"{_ENDLESS}: nothing behind this is seen", True)
    return Gap(line, "", f"it stops here with nothing in the database ({why})", True)


def line_in(path: str) -> int:
    """The innermost line of a file that is being run."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == path:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0


def line_of(error: BaseException, path: Path) -> int | None:
    import traceback

    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    return lines[-1] if lines else None


def _place(error: BaseException, path: Path) -> str:
    line = line_of(error, path)
    return f", line {line}" if line else ""
