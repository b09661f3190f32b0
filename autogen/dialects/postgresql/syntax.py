"""A parser for the SQL expressions of defaults, checks, predicates, computed columns and index keys.

It understands what models and pg_get_expr usually write and refuses the rest (``Unparsed``): an expression
that is not understood is compared letter by letter and then by the server.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from autogen.dialects.postgresql.names import KEYWORDS, unquoted
from autogen.dialects.postgresql.type_names import type_name
from autogen.values import value


class Unparsed(Exception):
    """The expression holds something that this parser does not know."""


@value(frozen=True, slots=True)
class Node:
    """``kind`` with the words and nodes that belong to it; equal trees are equal expressions."""

    kind: str
    text: str = ""
    args: tuple[Any, ...] = ()


TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<string>[eE]'(?:[^'\\]|\\.|'')*'|[bBxX]?'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")+")
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w$]))
  | (?P<word>[^\W\d][\w$]*)
  | (?P<cast>::)
  | (?P<mark>[()\[\],.])
  | (?P<operator>[-+*/<>=~!@\#%^&|`?]+)
    """,
    re.X | re.S,
)
Token = tuple[str, str]
END: Token = ("end", "")

# Binding strength, weakest first; the server's own table.
OR, AND, NOT, IS, COMPARE, RANGE, OTHER, SUM, PRODUCT, POWER, ZONE, COLLATE, SIGN, INDEX, CAST, ATOM = range(
    16
)
_STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "%": PRODUCT, "^": POWER}
COMPARISONS = frozenset({"<", ">", "=", "<=", ">=", "<>", "!="})
CONSTANTS = frozenset(
    {
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "localtime",
        "localtimestamp",
        "session_user",
        "user",
    }
)
SPECIAL_CALLS = frozenset({"coalesce", "greatest", "least", "nullif"})
_TYPED_LITERALS = frozenset({"interval", "date", "time", "timestamp", "timestamptz"})
_TESTS = frozenset({"null", "true", "false", "unknown"})
_UNSPEAKABLE = frozenset({"distinct", "variadic", "all", "select", "position", "overlay", "substring"})


def strength(operator: str) -> int:
    """How strongly a binary operator binds."""
    return COMPARE if operator in COMPARISONS else _STRENGTH.get(operator, OTHER)


def tokens(sql: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(sql):
        match = TOKEN.match(sql, at)
        if match is None:
            raise Unparsed(sql[at : at + 20])
        at = match.end()
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        if kind == "operator":
            found.extend(("operator", op) for op in _split_operator(match[0]))
        else:
            found.append((kind, match[0].lower() if kind == "word" else match[0]))
    return found


def _split_operator(text: str) -> list[str]:
    """An operator, and a sign that stands right behind it (``>-1``): the server's rule."""
    if len(text) > 1 and text[-1] in "+-" and not set(text) & set("~!@#%^&|`?"):
        return [*_split_operator(text[:-1]), text[-1]]
    return [text]


@lru_cache(4096)
def parse(sql: str) -> Node:
    """The expression as a tree. Raises Unparsed."""
    parser = _Parser(tokens(sql))
    try:
        node = parser.expression(OR)
    except RecursionError as error:
        raise Unparsed("nested too deeply") from error
    if parser.peek() != END:
        raise Unparsed(parser.peek()[1])
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0

    # -- tokens --------------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def words(self, *expected: str) -> bool:
        """Takes the words or marks if they are next."""
        if all(self.peek(i)[0] != "quoted" and self.peek(i)[1] == word for i, word in enumerate(expected)):
            self.at += len(expected)
            return True
        return False

    def need(self, text: str) -> None:
        if not self.words(text):
            raise Unparsed(self.peek()[1])

    # -- expressions ---------------------------------------------------------------------------------

    def expression(self, floor: int) -> Node:
        left = self.prefix()
        while True:
            extended = self.suffix(left, floor)
            if extended is None:
                return left
            left = extended

    def prefix(self) -> Node:
        if self.words("not"):
            return Node("not", "", (self.expression(NOT),))
        kind, text = self.peek()
        if kind == "operator":
            if text not in ("-", "+", "~", "@"):
                raise Unparsed(text)
            self.next()
            return Node("sign", text, (self.expression(SIGN if text in "+-" else OTHER + 1),))
        return self.atom()

    def suffix(self, left: Node, floor: int) -> Node | None:
        """The expression with one more operator behind it, if that binds at least as strongly as floor."""
        kind, text = self.peek()
        if kind == "cast" and floor <= CAST:
            self.next()
            return Node("cast", self.type(), (left,))
        if text == "[" and floor <= INDEX:
            self.next()
            index = self.expression(OR)
            self.need("]")
            return Node("index", "", (left, index))
        if kind == "operator":
            own = strength(text)
            if own < floor:
                return None
            self.next()
            return self.binary(left, text, own)
        return self.word_suffix(left, floor) if kind == "word" else None

    def binary(self, left: Node, operator: str, own: int) -> Node:
        for word in ("any", "all", "some"):
            if self.words(word, "("):
                right = self.expression(OR)
                self.need(")")
                return Node("any" if word != "all" else "all", operator, (left, right))
        return Node("binary", operator, (left, self.expression(own + 1)))

    def word_suffix(self, left: Node, floor: int) -> Node | None:
        if floor <= OR and self.words("or"):
            return Node("or", "", (left, self.expression(AND)))
        if floor <= AND and self.words("and"):
            return Node("and", "", (left, self.expression(NOT)))
        if floor <= IS and self.words("is"):
            return self.is_test(left)
        if floor <= ZONE and self.words("at", "time", "zone"):
            return Node("zone", "", (left, self.expression(ZONE + 1)))
        if floor <= COLLATE and self.words("collate"):
            return Node("collate", ".".join(self.dotted()), (left,))
        return self.range(left) if floor <= RANGE else None

    def is_test(self, left: Node) -> Node:
        negated = "not " if self.words("not") else ""
        if self.words("distinct", "from"):
            return Node("distinct", negated, (left, self.expression(RANGE)))
        kind, text = self.next()
        if kind != "word" or text not in _TESTS:
            raise Unparsed(text)
        return Node("is", negated + text, (left,))

    def range(self, left: Node) -> Node | None:
        """IN, BETWEEN, LIKE and their like."""
        start = self.at
        negated = "not" if self.words("not") else ""
        if self.words("in", "("):
            items = self.listed(")")
            return Node("in", negated, (left, *items))
        if self.words("between"):
            low = self.expression(RANGE + 1)
            self.need("and")
            return Node("between", negated, (left, low, self.expression(RANGE + 1)))
        for word, operator in (("like", "~~"), ("ilike", "~~*")):
            if self.words(word):
                pattern = self.expression(RANGE + 1)
                if self.words("escape"):
                    pattern = Node("call", "like_escape", (pattern, self.expression(RANGE + 1)))
                return Node("binary", ("!" if negated else "") + operator, (left, pattern))
        self.at = start
        return None

    def listed(self, end: str) -> tuple[Node, ...]:
        if self.words(end):
            return ()
        items = [self.expression(OR)]
        while self.words(","):
            items.append(self.expression(OR))
        self.need(end)
        return tuple(items)

    # -- atoms ---------------------------------------------------------------------------------------

    def atom(self) -> Node:
        kind, text = self.next()
        if kind == "string":
            return Node("string", text)
        if kind == "number":
            return Node("number", text)
        if text == "(" and kind == "mark":
            inner = self.expression(OR)
            self.need(")")
            if self.peek()[1] == "." and self.peek()[0] == "mark":
                raise Unparsed("a field of a composite value")
            return inner
        if kind == "word":
            return self.word(text)
        if kind == "quoted":
            self.at -= 1
            return self.name()
        raise Unparsed(text)

    def word(self, text: str) -> Node:
        if text in ("true", "false", "null"):
            return Node("constant", text)
        if text in CONSTANTS and self.peek()[1] != "(":
            return Node("constant", text.upper())
        if text == "array" and self.words("["):
            return Node("array", "", self.listed("]"))
        if text == "case":
            return self.case()
        if text == "cast" and self.words("("):
            inner = self.expression(OR)
            self.need("as")
            node = Node("cast", self.type(), (inner,))
            self.need(")")
            return node
        if text in ("extract", "trim") and self.words("("):
            return self.extract() if text == "extract" else self.trim()
        if text in _TYPED_LITERALS and self.peek()[0] == "string":
            return Node("cast", type_name(text), (Node("string", self.next()[1]),))
        self.at -= 1
        return self.name()

    def dotted(self) -> list[str]:
        names = []
        while True:
            kind, text = self.next()
            if kind not in ("word", "quoted"):
                raise Unparsed(text)
            names.append(unquoted(text))
            if not (self.peek() == ("mark", ".") and self.peek(1)[0] in ("word", "quoted")):
                return names
            self.next()

    def name(self) -> Node:
        """A column, or the call of a function."""
        bare = self.peek()[0] == "word"
        names = self.dotted()
        if not self.words("("):
            if bare and len(names) == 1 and names[0] in _UNSPEAKABLE | {"row", "exists"}:
                raise Unparsed(names[0])
            return Node("name", "", tuple(names))
        if self.peek()[0] == "word" and self.peek()[1] in ("distinct", "variadic", "all", "select"):
            raise Unparsed(self.peek()[1])
        if bare and names[0] in ("row", "exists", "position", "overlay"):
            raise Unparsed(names[0])
        args = self.listed(")")
        if bare and len(names) == 1 and names[0] in SPECIAL_CALLS:
            return Node("special", names[0].upper(), args)
        if self.peek()[1] in ("over", "filter", "within"):
            raise Unparsed(self.peek()[1])
        return Node("call", "\0".join(names), args)

    def case(self) -> Node:
        subject = None if self.peek()[1] == "when" else self.expression(OR)
        branches: list[Node] = []
        while self.words("when"):
            condition = self.expression(OR)
            self.need("then")
            branches += (condition, self.expression(OR))
        other = self.expression(OR) if self.words("else") else None
        self.need("end")
        return Node("case", "", (subject, other, *branches))

    def extract(self) -> Node:
        field = self.next()[1]
        self.need("from")
        inner = self.expression(OR)
        self.need(")")
        return Node("extract", field.strip("'").lower(), (inner,))

    def trim(self) -> Node:
        side = "both"
        for word in ("both", "leading", "trailing"):
            if self.words(word):
                side = word
        if self.words("from"):
            args = self.listed(")")
            return Node("trim", side, args)
        first = self.expression(OR)
        if self.words("from"):
            return Node("trim", side, (*self.listed(")"), first))
        rest = self.listed(")") if self.words(",") else None
        if rest is None:
            self.need(")")
        return Node("trim", side, (first, *(rest or ())))

    # -- types ---------------------------------------------------------------------------------------

    def type(self) -> str:
        """A type's name: words, parameters and array marks, as far as they can belong to it."""
        taken = [self.piece()]
        if not taken[0].startswith('"') and taken[0] in KEYWORDS | {"double", "timestamp", "time", "bit"}:
            while self.peek()[1] in ("varying", "precision") and self.peek()[0] == "word":
                taken.append(self.next()[1])
        while self.peek() == ("mark", ".") and self.peek(1)[0] in ("word", "quoted"):
            self.next()
            taken[-1] += "." + self.piece()
        text = " ".join(taken)
        if self.peek() == ("mark", "("):
            self.next()
            parameters = []
            while not self.words(")"):
                if self.peek() == END:
                    raise Unparsed("a type")
                parameters.append(self.next()[1])
            text += f"({''.join(parameters)})"
        for zone in ("with", "without"):
            if self.words(zone, "time", "zone"):
                text += f" {zone} time zone"
        return type_name(text + self.array_marks())

    def piece(self) -> str:
        kind, text = self.next()
        if kind not in ("word", "quoted"):
            raise Unparsed(text)
        return text

    def array_marks(self) -> str:
        marks = ""
        while self.peek() == ("mark", "["):
            self.next()
            if self.peek()[0] == "number":
                self.next()
            self.need("]")
            marks += "[]"
        return marks
