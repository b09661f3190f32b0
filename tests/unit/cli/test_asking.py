"""The question about a pair, as it stands on a terminal."""

from __future__ import annotations

import io
import sys
from typing import cast

import pytest
from sqlalchemy.engine import Connection

from autogen.cli.asking import at_stake, question
from autogen.dialects.base import Dialect
from autogen.plan import RenameDecision
from autogen.schema import Key


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


class Counting:
    """A dialect whose every column holds one value."""

    def holds(self, connection: Connection, key: Key) -> tuple[int, bool]:
        return 1, False


OLD, NEW = Key("column", "", "user", "len"), Key("column", "", "user", "length")
DECISION = RenameDecision(OLD, NEW, True, 0.9, ("the only column removed and the only one added",), "score")


def test_every_line_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose width counts is stderr, where the question stands: stdout may be a file."""
    monkeypatch.setattr(sys, "stderr", Tty())
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("COLUMNS", "40")
    asked = question(DECISION, "user.len holds 1 value")
    assert max(map(len, asked.splitlines())) <= 40
    assert " ".join(asked.split()).endswith("Is it a [r]ename, [d] drop and add, or [s]kip for now?")
    assert asked.endswith("? ")


@pytest.mark.parametrize(("computed", "said"), [(False, "user.len holds 1 value"), (True, "")])
def test_a_computed_column_has_nothing_at_stake(computed: bool, said: str) -> None:
    decision = RenameDecision(OLD, NEW, True, 0.9, (), "score", computed=computed)
    assert at_stake(cast(Dialect, Counting()), cast(Connection, None), decision) == said
