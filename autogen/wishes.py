"""How renames are to be decided: what is said ahead, and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from autogen.plan import DecidedBy, RenameDecision

Mode = Literal["ask", "propose", "never"]
Answer = Literal["rename", "drop", "skip"]
"""What becomes of a pair that somebody was asked about."""
Ask = Callable[["RenameDecision"], Answer]


class Said(NamedTuple):
    """An answer, and how it was given."""

    text: str
    by: DecidedBy = "flag"


class Wishes(NamedTuple):
    """``renames`` are ``old=new`` and ``drops`` are names, both as labels, the way flags give them.
    ``earlier`` are renames and drops that a replaced draft was told, and how: they hold as long as they still
    name something and nothing else is said now. ``mode`` "never" leaves only what is said or stated in the
    models; ``ask`` is called for every pair that is open, where there is somebody to ask. ``edits`` gives old
    and new lines of the models' files, where they are known.
    """

    renames: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    earlier: tuple[tuple[Said, ...], tuple[Said, ...]] = ((), ())
    mode: Mode = "propose"
    ask: Ask | None = None
    edits: Callable[[], Iterable[tuple[str, str]]] = tuple


PROPOSE = Wishes()
