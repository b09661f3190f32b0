"""SQL text as tokens, and a cursor that reads statements from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

TokenKind = Literal["word", "name", "string", "number", "mark"]

_TOKEN = re.compile(
    r"""(?P<skip>\s+ | --[^\n]* | /\*.*?\*/)
    | (?P<dollar>\$(?P<tag>[^\W\d]?\w*)\$.*?\$(?P=tag)\$)
    | (?P<string>[eEnNbBxX]?'(?:[^'\\]|''|\\.)*')
    | (?P<name>"(?:[^"]|"")*" | `(?:[^`]|``)*`)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<mark>::|<=|>=|<>|!=|\|\||.)""",
    re.X | re.S,
)
_BODIES = ("FUNCTION", "PROCEDURE", "TRIGGER", "EVENT")


def words(text: str) -> frozenset[str]:
    """A set of keywords."""
    return frozenset(text.split())


class Token(NamedTuple):
    """``text`` is without quotes; ``start`` and ``end`` are where it stands in the source."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """Upper case where the token is a bare word, empty otherwise."""
        return self.text.upper() if self.kind == "word" else ""


class NotUnderstood(Exception):
    """A statement is spelled in a way that is not known here."""


def tokens(sql: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(sql):
        kind, text = found.lastgroup, found[0]
        if kind == "skip":
            continue
        if found["dollar"] is not None:
            tag = len(found["tag"]) + 2
            yield Token("string", text[tag:-tag], *found.span())
        elif kind == "string":
            inner = text[text.index("'") + 1 : -1].replace("''", "'")
            yield Token("string", inner, *found.span())
        elif kind == "name":
            quote = text[0]
            yield Token("name", text[1:-1].replace(quote * 2, quote), *found.span())
        elif kind in ("number", "word", "mark"):
            yield Token(kind, text, *found.span())  # type: ignore[arg-type]


def statements(sql: str) -> Iterator[list[Token]]:
    """The statements of a text, each without its semicolon."""
    found: list[Token] = []
    for token in tokens(sql):
        if token.kind == "mark" and token.text == ";" and not _inside_body(found):
            if found:
                yield found
            found = []
        else:
            found.append(token)
    if found:
        yield found


def _inside_body(found: list[Token]) -> bool:
    """Whether a semicolon after these tokens ends a statement of a routine's body."""
    words = [token.word for token in found]
    if words[:1] != ["CREATE"] or "BEGIN" not in words or not {*words[:6]}.intersection(_BODIES):
        return False
    return words[-1] != "END"


class Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, sql: str, found: list[Token], folds: bool) -> None:
        self.sql = sql
        self.tokens = found
        self.folds = folds
        self.at = 0

    # -- looking --------------------------------------------------------------------------------------

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    @property
    def token(self) -> Token:
        if self.done:
            raise NotUnderstood("it ends too early")
        return self.tokens[self.at]

    def sees(self, *words: str) -> bool:
        ahead = self.tokens[self.at : self.at + len(words)]
        return tuple(t.word or (t.text if t.kind == "mark" else "") for t in ahead) == words

    # -- taking ---------------------------------------------------------------------------------------

    def take(self, *words: str) -> bool:
        """Goes past these words (or marks) where they stand here."""
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise NotUnderstood(f"{' '.join(words)} is missing")

    def next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def name(self) -> str:
        token = self.next()
        if token.kind == "name":
            return token.text
        if token.kind != "word":
            raise NotUnderstood(f"{token.text!r} is no name")
        return token.text.lower() if self.folds else token.text

    def dotted(self) -> tuple[str, str]:
        """A schema (empty without one) and a name."""
        parts = [self.name()]
        while self.take("."):
            parts.append(self.name())
        return parts[-2] if len(parts) > 1 else "", parts[-1]

    def string(self) -> str:
        token = self.next()
        if token.kind != "string":
            raise NotUnderstood(f"{token.text!r} is no string")
        return token.text

    def group(self) -> Reader:
        """What stands in the parentheses that open here."""
        self.expect("(")
        start, depth = self.at, 1
        while depth:
            mark = self.next()
            if mark.kind == "mark":
                depth += {"(": 1, ")": -1}.get(mark.text, 0)
        return Reader(self.sql, self.tokens[start : self.at - 1], self.folds)

    def split(self) -> Iterator[Reader]:
        """The parts between the commas of what is left."""
        part: list[Token] = []
        depth = 0
        for token in self.tokens[self.at :]:
            if token.kind == "mark":
                depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
                if token.text == "," and depth == 0:
                    yield Reader(self.sql, part, self.folds)
                    part = []
                    continue
            part.append(token)
        self.at = len(self.tokens)
        if part:
            yield Reader(self.sql, part, self.folds)

    def names(self) -> list[str]:
        """A parenthesised list of names; what stands behind a name is passed over."""
        return [part.name() for part in self.group().split()]

    def until(self, stops: Iterable[str], at_least: int = 1) -> str:
        """The source up to one of these words outside of parentheses, or to the end."""
        stops = frozenset(stops)
        start, depth = self.at, 0
        while not self.done:
            token = self.token
            if depth == 0 and self.at - start >= at_least and token.word in stops:
                break
            if token.kind == "mark":
                depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
            self.at += 1
        return self.slice(start, self.at)

    def slice(self, start: int, end: int) -> str:
        if start >= end:
            return ""
        return self.sql[self.tokens[start].start : self.tokens[end - 1].end]

    @property
    def rest(self) -> str:
        return self.slice(self.at, len(self.tokens))
