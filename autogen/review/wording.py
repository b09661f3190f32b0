"""Evidence in words: numbers, and values of rows made safe to show on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autogen.dialects.probing import MOST

_LONGEST = 40
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d+)?(?:e[-+]?\d+)?", re.I)

Example = Sequence[str | None]


def quoted(value: str | None) -> str:
    """A value as text on one line, shortened, with what would not show or would reorder the line escaped."""
    if value is None:
        return "NULL"
    if _NUMBER.fullmatch(value):
        return value
    return repr(f"{value[: _LONGEST - 1]}…" if len(value) > _LONGEST else value)


def together(values: Example) -> str:
    """The values of a composite key."""
    words = [quoted(value) for value in values]
    return words[0] if len(words) == 1 else f"({', '.join(words)})"


def assigned(names: Sequence[str], values: Example) -> str:
    """``price = -5, stock = NULL``"""
    return ", ".join(f"{name} = {quoted(value)}" for name, value in zip(names, values, strict=True))


def such_as(examples: Sequence[str]) -> str:
    """``, e.g. …``, empty without examples."""
    separator = "; " if any(" = " in example for example in examples) else ", "
    return f", e.g. {separator.join(examples)}" if examples else ""


def counted(count: int) -> tuple[int, bool]:
    """A number that was counted to MOST and one more, and whether there may be more."""
    return (MOST, True) if count > MOST else (count, False)


def times(count: int) -> str:
    return "twice" if count == 2 else f"{count:,} times"


def verb(count: int, more: bool, word: str) -> str:
    return f"{word}s" if count == 1 and not more else word
