"""The little that can be said about equal SQL without knowing the server."""

from __future__ import annotations


def expression(sql: str) -> str:
    """SQL without blanks at its ends and without parentheses around all of it."""
    text = sql.strip()
    while text.startswith("(") and text.endswith(")") and _encloses(text):
        text = text[1:-1].strip()
    return text


def _encloses(text: str) -> bool:
    """Whether the first parenthesis is closed by the last character and not before."""
    depth, quote = 0, ""
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return position == len(text) - 1
    return False
