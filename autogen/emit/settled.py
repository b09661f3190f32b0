"""Plain calls, laid out here exactly as black would, so that black need not see them.

black takes about 25 ms for one created table, and a first draft may create a thousand. Only what is beyond
doubt is laid out here: calls with names, numbers, simple strings, lists and calls inside, split the way black
splits them. Everything else is black's; a test holds both to the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_AFTER = r"(?=[)\],]|\Z)"
_TOKEN = re.compile(
    rf"""
    [A-Za-z_]\w*(?:\.[A-Za-z_]\w*)* (?: \( | (?=[)\],=]|\Z) )
    | \d+ {_AFTER}
    | "[ !#-\[\]-~]*" {_AFTER}
    | '[ !\#-&(-\[\]-~]*' {_AFTER}
    | \[ | [)\]](?=[)\],]|\Z)
    | ,\ (?![)\]])
    | =(?=[\w"'\[])
    """,
    re.VERBOSE | re.ASCII,
)
_CALL = re.compile(r"op\.\w+\(.*\)", re.ASCII)
_STEP = 4


def laid_out(code: str, indent: int, line_length: int) -> list[str] | None:
    """The lines black makes of a statement, or None where that is for black to say.

    A created table has a column a line, however short they are.
    """
    tokens = _tokens(code) if _CALL.fullmatch(code) else None
    if tokens is None or _split(tokens[1:-1]) is None:
        return None
    return _lines(tokens, indent, line_length, "", exploded=code.startswith("op.create_table("))


def _tokens(code: str) -> list[str] | None:
    """The tokens, strings in double quotes; None where there is anything out of the ordinary."""
    tokens: list[str] = []
    at = 0
    while at < len(code):
        found = _TOKEN.match(code, at)
        if found is None:
            return None
        token, at = found[0], found.end()
        tokens.append(f'"{token[1:-1]}"' if token[0] == "'" else token)
    return tokens


def _lines(
    tokens: Sequence[str], indent: int, line_length: int, tail: str, exploded: bool = False
) -> list[str] | None:
    """One argument or statement: on a line, or split at the bracket that its last token closes."""
    space = " " * indent
    line = f"{space}{''.join(tokens)}{tail}"
    if len(line) <= line_length and not exploded:
        return [line]
    start = next((n for n, token in enumerate(tokens) if token[-1] in "(["), len(tokens))
    inner = tokens[start + 1 : -1]
    head = "".join(tokens[: start + 1])
    arguments = _split(inner)
    if arguments is None or not inner or head.count(".") > 1 or len(space + head) > line_length:
        return None
    body = [" " * (indent + _STEP) + "".join(inner)]
    # a list that takes more than a line has an element a line; the arguments of a call share one if they can
    if exploded or len(body[0]) > line_length or (head[-1] == "[" and len(arguments) > 1):
        if len(arguments) == 1 and not exploded:
            return None
        body = []
        for argument in arguments:
            lines = _lines(argument, indent + _STEP, line_length, ",")
            if lines is None:
                return None
            body += lines
    return [space + head, *body, space + tokens[-1] + tail]


def _split(tokens: Sequence[str]) -> list[Sequence[str]] | None:
    """The arguments between two brackets; None where the brackets in between do not match."""
    arguments: list[Sequence[str]] = []
    depth = start = 0
    for n, token in enumerate(tokens):
        if token[-1] in "([":
            depth += 1
        elif token in (")", "]"):
            depth -= 1
            if depth < 0:
                return None
        elif token == ", " and depth == 0:
            arguments.append(tokens[start:n])
            start = n + 1
    return [*arguments, tokens[start:]] if depth == 0 else None


class Settled:
    """Statements kept away from black: a name stands for each until the rest is formatted."""

    def __init__(self, texts: Iterable[str]) -> None:
        """``texts`` are those that will be formatted; the stand-ins' name occurs in none of them."""
        everything = "\n".join(texts)
        self._name = "settled"
        while self._name in everything:
            self._name += "_"
        self._kept: list[list[str]] = []

    def keep(self, lines: list[str], indent: str) -> list[str]:
        self._kept.append(lines)
        return [f"{indent}{self._name}{len(self._kept) - 1}"]

    def restore(self, text: str) -> str:
        place = re.compile(rf"^ +{self._name}(\d+)$", re.MULTILINE)
        return place.sub(lambda found: "\n".join(self._kept[int(found[1])]), text)
