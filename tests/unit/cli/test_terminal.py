"""Nothing steers the terminal, nothing is coloured or wrapped elsewhere, progress leaves no trace."""

from __future__ import annotations

import io
import sys

import pytest

from autogen.cli import terminal


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_tty(monkeypatch: pytest.MonkeyPatch) -> Tty:
    """A terminal in place of both streams; made in the test, because pytest changes them between phases."""
    out = Tty()
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    return out


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    a_tty(monkeypatch)
    assert terminal.paint("x", "red") == "\x1b[31mx\x1b[0m"
    assert terminal.paint("x", "red", stream=io.StringIO()) == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.paint("x", "red") == "x"


def test_control_characters_become_visible() -> None:
    assert terminal.printable("a\x1b[2Jb\r\u202ec\nd é🙂") == "a\\x1b[2Jb\\r\\u202ec\nd é🙂"


def test_paragraphs_are_wrapped_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tty = a_tty(monkeypatch)
    text = "word " * 20 + "\n    code stays as it is, however long that line of code may happen to be"
    wrapped = terminal.paragraph(text, tty).split("\n")
    assert len(wrapped) == 3
    assert wrapped[-1] == text.split("\n")[1]
    assert terminal.paragraph(text, io.StringIO()) == text


def test_progress_shows_the_innermost_stage_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tty = a_tty(monkeypatch)
    line = terminal._Line(patience=1000)
    line.enter("comparing")
    assert tty.getvalue() == ""
    line._show()
    line.enter("proving")
    line.hide()
    line.leave()
    line.leave()
    line._show()
    clear = "\r\x1b[K"
    assert tty.getvalue() == f"{clear}comparing …{clear}proving …{clear}{clear}comparing …{clear}"


def test_progress_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("comparing"):
        terminal.say("done")
    assert capsys.readouterr() == ("done\n", "")
