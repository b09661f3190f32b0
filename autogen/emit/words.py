"""Text for people: hostile names made visible on one line, and its width on a terminal."""

from __future__ import annotations

import re
import unicodedata


def shown(words: str) -> str:
    """Words on one line with everything that would not show, or would reorder the line, escaped."""
    if words.isprintable():
        return words
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)


def one_line(words: str) -> str:
    """Words with every run of white space made one space."""
    return " ".join(words.split())


def cells(words: str) -> int:
    """How many terminal cells the words take."""
    if words.isascii():
        return len(words)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words
    )


def pad(words: str, width: int) -> str:
    return words + " " * max(0, width - cells(words))


_PIECE = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|.", re.S)


def in_parentheses(expression: str) -> str:
    """An SQL expression in parentheses, once."""
    return expression if _closed(expression, 0) else f"({expression})"


def as_key(expression: str) -> str:
    """An SQL expression as a key of an index: the call of a function needs no parentheses."""
    name = re.match(r"[\w.]+(?=\()", expression)
    return expression if name and _closed(expression, name.end()) else in_parentheses(expression)


def _closed(text: str, start: int) -> bool:
    """Whether a parenthesis opens at ``start`` that closes with the text's last character."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if depth == 0:
            return piece[0] == ")" and piece.end() == len(text)
    return False


def plural(count: int, noun: str) -> str:
    """``1 change``, ``2 changes``; English nouns of the regular kind."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith('x') else 's'}"


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
