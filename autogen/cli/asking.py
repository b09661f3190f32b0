"""Questions about renames, on a terminal: one a pair, with the evidence and what is at stake."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from autogen.cli.terminal import ask, is_tty, paint, printable, width
from autogen.figures import number
from autogen.plan import RenameDecision
from autogen.wishes import Answer, Ask

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

_CHOICES: dict[str, Answer] = {"r": "rename", "d": "drop", "s": "skip"}
_VERBS = {
    "table": "drop and create",
    "enum": "drop and create",
    "sequence": "drop and create",
    "schema": "do not, keep it and create the new one",
}
_HELD = {"table": "row", "column": "value"}


def can_ask() -> bool:
    """Whether somebody sits before a terminal; stdout may be redirected."""
    return is_tty(sys.stdin) and is_tty(sys.stderr)


def asker(dialect: Dialect, connection: Connection, data: bool = True) -> Ask:
    """Asks about one pair after the other; Ctrl-C and the end of the input stop the run. With ``data`` it
    says how much is at stake, which takes counting."""

    def asked(decision: RenameDecision) -> Answer:
        text = question(decision, at_stake(dialect, connection, decision) if data else "")
        while True:
            said = ask(text).strip().lower()
            if said and said in ("r", "rename", "d", "drop", "s", "skip"):
                return _CHOICES[said[0]]
            text = "  Please answer r, d or s: "

    return asked


def question(decision: RenameDecision, stake: str) -> str:
    """The pair, how sure it is and why, what is lost if it is none, the choices."""
    from autogen.review.rules.rename import percent

    before, after = decision.before.label, decision.after.label
    said = ", ".join((*decision.evidence, *([stake] if stake else [])))
    title = paint(printable(f"{before} -> {after}"), "bold", stream=sys.stderr)
    chance, first = percent(decision.confidence), decision.at_first
    if first is not None and percent(first) != chance:
        chance += f" ({percent(first)} before your answers)"
    others = ", ".join(f"{key.label} ({percent(chance)})" for key, chance in decision.alternatives)
    more = [f"Or it became {others}."] if others else []
    drop = _VERBS.get(decision.before.kind, "drop and add")
    choices = f"Is it a [r]ename, [d] {drop}, or [s]kip for now?"
    lines = "\n".join(_indented(text) for text in (f"{chance}: {said}.", *more, choices))
    return f"\n{title}\n{lines} "


def _indented(text: str) -> str:
    """The text as wide as the terminal, where the question and what is typed stand."""
    return textwrap.fill(
        printable(text),
        width(sys.stderr) - 2,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def at_stake(dialect: Dialect, connection: Connection, decision: RenameDecision) -> str:
    """``users.fullname holds 1,204 values``; empty where nothing is lost or nobody could count."""
    key = decision.before
    held = dialect.holds(connection, key) if key.kind in _HELD and not decision.computed else None
    if held is None:
        return ""
    count, more = held
    return f"{key.label} holds {number(count, _HELD[key.kind], more)}" if count else f"{key.label} is empty"
