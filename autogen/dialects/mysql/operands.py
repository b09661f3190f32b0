"""What operators stand between: literals, names, calls, CASE, parentheses."""

from __future__ import annotations

from abc import ABC, abstractmethod

from autogen.dialects.mysql.grammar import BARE, FUNCTIONS, INSIDE_CALL, OR, PREFIX, PRIMARY, RESERVED, Node
from autogen.dialects.mysql.tokens import NotUnderstood, Token, quote, string


class Cursor:
    """A place among the tokens."""

    def __init__(self, tokens: tuple[Token, ...], database: str) -> None:
        self.tokens = tokens
        self.database = database
        self.at = 0

    @property
    def word(self) -> str:
        """The next operator or keyword in lower case; empty for anything else and at the end."""
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind in ("op", "word"):
                return token.text.lower()
        return ""

    def take(self) -> Token:
        if self.at >= len(self.tokens):
            raise NotUnderstood("end")
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *words: str) -> bool:
        """Takes these words when they come next, all of them."""
        start = self.at
        for word in words:
            if self.word != word:
                self.at = start
                return False
            self.at += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise NotUnderstood(word)


class Operands(Cursor, ABC):
    """Every method takes one operand and returns it printed."""

    @abstractmethod
    def expression(self, level: int = OR) -> Node:
        """A whole expression whose operators bind at least as tightly as ``level``."""

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "string":
            return Node(PRIMARY, string(token.text), kind="literal")
        if token.kind == "prefixed":
            return Node(PRIMARY, token.text.lower(), kind="literal")
        if token.kind == "number":
            return Node(PRIMARY, token.text.lower(), kind="literal")
        if token.kind == "name":
            return self.named([token.text])
        if token.kind == "op":
            return self.parenthesised(token)
        return self.keyword(token)

    def parenthesised(self, token: Token) -> Node:
        if token.text != "(":
            raise NotUnderstood(token.text)
        values = self.listed()
        if len(values) == 1:
            return values[0]
        return Node(PRIMARY, f"({','.join(v.text for v in values)})")

    def keyword(self, token: Token) -> Node:
        word = token.text.lower()
        if word == "case":
            return self.case()
        if word == "interval" and self.word != "(":
            amount = self.expression()
            return Node(PREFIX, f"interval {amount.text} {self.take().text.lower()}")
        if self.word == "(" and word not in RESERVED - {"mod"}:
            self.at += 1
            return self.called(FUNCTIONS.get(word, word))
        if word in BARE:
            return Node(PRIMARY, BARE[word], kind="literal" if word in ("true", "false", "null") else "")
        if word in RESERVED or token.text.startswith("@"):
            raise NotUnderstood(word)
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "string":
            if word in ("date", "time", "timestamp"):
                return Node(PRIMARY, f"{word}{string(self.take().text)}", kind="literal")
            raise NotUnderstood(word)
        return self.named([token.text])

    def named(self, parts: list[str]) -> Node:
        while self.accept("."):
            token = self.take()
            if token.kind not in ("name", "word"):
                raise NotUnderstood(token.text)
            parts.append(token.text)
        if len(parts) > 1 and parts[0] == self.database:
            parts = parts[1:]
        if self.word == "(":  # a stored function
            self.at += 1
            return self.called(".".join(quote(p) for p in parts))
        return Node(PRIMARY, ".".join(quote(p) for p in parts), kind="column")

    def listed(self) -> list[Node]:
        """Expressions up to the closing parenthesis, which is taken."""
        values = [self.expression()]
        while self.accept(","):
            values.append(self.expression())
        self.expect(")")
        return values

    def called(self, function: str) -> Node:
        """The arguments of a call, ``CAST(x AS type)`` and its like included."""
        if function == "cast":
            value = self.expression()
            self.expect("as")
            return Node(PRIMARY, f"cast({value.text} as {self.rest()})")
        printed: list[str] = []
        if self.accept(")"):
            return Node(PRIMARY, f"{function}()")
        while True:
            start = self.at
            if self.accept("distinct"):
                printed.append("distinct ")
            printed.append(self.expression().text if self.at == start or printed else "")
            if function == "extract" and len(printed) == 1:
                printed[0] = self.tokens[start].text.lower()
            if self.accept(")"):
                return Node(PRIMARY, f"{function}({''.join(printed)})")
            word = self.word
            if word == ",":
                self.at += 1
                printed.append(",")
            elif word in INSIDE_CALL:
                self.at += 1
                printed.append(f" {word} ")
            else:
                raise NotUnderstood(word)

    def rest(self) -> str:
        """The type of a cast, up to the parenthesis that closes the call."""
        words: list[str] = []
        depth = 0
        while True:
            token = self.take()
            if token.kind not in ("op", "word", "number"):
                raise NotUnderstood(token.text)
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth < 0:
                return " ".join(words).replace(" ( ", "(").replace(" )", ")").replace(" , ", ",")
            words.append(token.text.lower())

    def case(self) -> Node:
        words = ["case"]
        if self.word != "when":
            words.append(self.expression().text)
        while self.accept("when"):
            words += ["when", self.expression().text]
            self.expect("then")
            words += ["then", self.expression().text]
        if self.accept("else"):
            words += ["else", self.expression().text]
        self.expect("end")
        return Node(PRIMARY, " ".join([*words, "end"]))
