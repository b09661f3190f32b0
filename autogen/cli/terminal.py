"""What reaches the terminal: printable text, colour where it is wanted, and a line of progress."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from autogen.errors import AutogenError

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_WIDEST = 100
_PATIENCE = 1.0


def colour(stream: TextIO | None = None) -> bool:
    """Whether a stream (stdout) shows colour: a terminal that is not dumb, and NO_COLOR is not set."""
    return (
        is_tty(stream or sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def is_tty(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def width(stream: TextIO | None = None) -> int:
    """How wide a line on a stream (stdout) may be: the terminal's width, no wider than reads well; 100 where
    there is none."""
    stream = stream or sys.stdout
    return max(40, min(_columns(stream), _WIDEST)) if is_tty(stream) else _WIDEST


def _columns(stream: TextIO) -> int:
    """The columns of a stream's own terminal, which may be another than that of stdout, or what COLUMNS says;
    80 where neither tells."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def paint(text: str, *styles: Style, stream: TextIO | None = None) -> str:
    """The text in these styles, plain where the stream (stdout) shows no colour."""
    if not styles or not text or not colour(stream):
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"


def printable(text: str) -> str:
    """The text without control characters: names from a database must not steer the terminal."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)


def paragraph(text: str, stream: TextIO) -> str:
    """The text wrapped to the terminal, but for indented lines; unchanged elsewhere, where it is searched."""
    if not is_tty(stream):
        return text
    import textwrap

    wrapper = textwrap.TextWrapper(width=width(stream), break_long_words=False, break_on_hyphens=False)
    return "\n".join(
        line if line.startswith(" ") or not line else "\n".join(wrapper.wrap(line))
        for line in text.split("\n")
    )


def warn(message: str) -> None:
    _tell("autogen: warning: ", message, "yellow")


def fail(message: str) -> None:
    """The paragraph that a failed run ends with."""
    _tell("autogen: error: ", message, "red")


def _tell(prefix: str, message: str, style: Style) -> None:
    from autogen.project.url import mask

    _line.hide()
    text = paragraph(prefix + printable(mask(message)), sys.stderr)
    coloured_prefix = paint(prefix.rstrip(), style, "bold", stream=sys.stderr)
    print(coloured_prefix + text[len(prefix.rstrip()) :], file=sys.stderr)


def say(text: str) -> None:
    """Writes lines to stdout, ended once; whoever put them together made the parts from a database
    printable."""
    _line.hide()
    try:
        print(text.removesuffix("\n"), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AutogenError(f"The output could not be written: {error.strerror}.") from None


@contextmanager
def progress(stage: str) -> Iterator[None]:
    """Shows on stderr, on a terminal only, what a run is doing once it has taken longer than a second.
    A stage may hold others; nothing is left of the line when it is over."""
    _line.enter(stage)
    try:
        yield
    finally:
        _line.leave()


def ask(prompt: str) -> str:
    """What somebody types at a prompt on stderr; stdout is for what the run finds. KeyboardInterrupt at the
    end of the input."""
    with _line.away():
        sys.stderr.write(prompt)
        sys.stderr.flush()
        said = sys.stdin.readline()
    if not said:
        raise KeyboardInterrupt
    return said


class _Line:
    """One line of a terminal, written by the run and by the timer that makes it visible."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._stages: list[str] = []
        self._timer: threading.Timer | None = None
        self._late = self._visible = self._away = False

    def enter(self, stage: str) -> None:
        with self._lock:
            self._stages.append(stage)
            if self._timer is None and is_tty(sys.stderr):
                self._timer = threading.Timer(self._patience, self._show)
                self._timer.daemon = True
                self._timer.start()
            self._draw()

    def leave(self) -> None:
        with self._lock:
            self._stages.pop()
            if self._stages:
                self._draw()
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self._late = None, False
            self._clear()

    def hide(self) -> None:
        """Takes the line away until the next stage, because something is about to be printed."""
        with self._lock:
            self._clear()

    @contextmanager
    def away(self) -> Iterator[None]:
        """No line while somebody types, whatever the timer says."""
        with self._lock:
            self._clear()
            self._away = True
        try:
            yield
        finally:
            with self._lock:
                self._away = False

    def _show(self) -> None:
        with self._lock:
            self._late = bool(self._stages)
            self._draw()

    def _draw(self) -> None:
        if self._late and not self._away:
            self._visible = True
            self._write(f"\r\x1b[K{printable(self._stages[-1])} …")

    def _clear(self) -> None:
        if self._visible:
            self._visible = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


_line = _Line()
