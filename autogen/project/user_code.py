"""Running code of the project's inside this process: what it may not do, and what is told when it fails."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def contained() -> Iterator[None]:
    """What the code prints, and what libraries and programs it starts write to descriptor 1, goes to stderr:
    a machine may read stdout. Whoever asks for input finds it closed, and does not wait for it."""
    given = sys.stdin
    with open(os.devnull, encoding="utf-8") as nothing, contextlib.redirect_stdout(sys.stderr):
        sys.stdin = nothing
        try:
            with _descriptor(1, 2), _descriptor(0, nothing.fileno()):
                yield
        finally:
            sys.stdin = given


@contextlib.contextmanager
def _descriptor(number: int, instead: int) -> Iterator[None]:
    """Meanwhile a file descriptor is another one, for programs that are started as well."""
    try:
        kept = os.dup(number)
    except OSError:  # it is closed
        yield
        return
    try:
        os.dup2(instead, number)
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)


def raised_by_code(error: BaseException) -> bool:
    """Whether a ``raise`` statement raised it, rather than the user's Ctrl-C."""
    frame = last_frame(error)
    return frame is not None and frame[2].startswith("raise ")


def failure(error: BaseException, project: Path | None = None) -> str:
    """What was raised and where, for the middle of a paragraph: it ends with a full stop or a line's end.
    With ``project``, where is the last place in that folder."""
    from autogen.project.url import mask

    if isinstance(error, SystemExit):
        said = f"it ended the program, sys.exit({error.code!r})"
    elif isinstance(error, EOFError):
        said = "it asks for input, and gets none while autogen runs it"
    else:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frame = last_frame(error, project)
    if frame is None:
        return mask(f"{said}. ")
    file, line, code = frame
    shown = f"\n    {code}" if code else ""
    return mask(f"{said}\n  {file}, line {line}{shown}\n")


def last_frame(error: BaseException, project: Path | None = None) -> tuple[str, int | None, str] | None:
    """File, line and code of the last frame outside the import machinery and autogen, inside the project
    where there is one. For a syntax error it is the place of the error itself."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno, (error.text or "").strip()
    import traceback

    ours = os.path.dirname(__file__)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen ")
        and frame.filename != importlib.__file__
        and os.path.dirname(frame.filename) != ours
    ]
    if project is not None:
        frames = [frame for frame in frames if _inside(Path(frame.filename), project)] or frames
    if not frames:
        return None
    return frames[-1].filename, frames[-1].lineno, frames[-1].line or ""


def _inside(file: Path, project: Path) -> bool:
    """Whether a file is the project's own, and not one of a virtual environment that it holds."""
    return file.is_relative_to(project) and "site-packages" not in file.relative_to(project).parts
