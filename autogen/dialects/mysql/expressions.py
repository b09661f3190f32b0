"""One spelling for expressions that MySQL and MariaDB hold for the same.

The server prints what it has parsed: quoted identifiers, lower-case functions, no parentheses that precedence
makes superfluous, ``<>`` for ``!=``. The models' text is parsed and printed by the same rules, so that most
expressions need no question to the server. What is not understood is returned as it came.
"""

from __future__ import annotations

from functools import lru_cache

from autogen.dialects.mysql.grammar import (
    AND,
    BETWEEN,
    BINARY,
    BIT_OR,
    COMPARE,
    COMPARISON,
    MATCHES,
    MIRROR,
    NOT,
    OR,
    PREFIX,
    PRIMARY,
    UNARY,
    Node,
)
from autogen.dialects.mysql.operands import Operands
from autogen.dialects.mysql.tokens import NotUnderstood, tokenize


class Parser(Operands):
    """Precedence climbing over the tokens; every method returns its part already printed."""

    def expression(self, level: int = OR) -> Node:
        if level <= NOT and self.word == "not":
            self.at += 1
            left = self.negate(self.expression(NOT))
        elif level <= COMPARISON:
            left = self.comparison()
        else:
            left = self.unary()
        while True:
            found = BINARY.get(self.word)
            if found is None or found[0] < level:
                return left
            self.at += 1
            left = self.binary(left, *found, self.expression(found[0] + 1))

    def binary(self, left: Node, level: int, operator: str, right: Node) -> Node:
        if level in (OR, AND):  # associative: the server keeps one flat list
            left, right = left.condition, right.condition
            return Node(level, f"{left.within(level)} {operator} {right.within(level)}")
        return Node(level, f"{left.within(level)} {operator} {right.within(level + 1)}")

    def negate(self, node: Node) -> Node:
        node = node.condition
        if node.negated:
            return Node(*node.negated, negated=(node.level, node.text))
        return Node(NOT, f"not {node.within(NOT)}", (node.level, node.text))

    def comparison(self) -> Node:
        left = self.expression(BIT_OR)
        while (found := self.compared(left)) is not None:
            left = found
        return left

    def compared(self, left: Node) -> Node | None:
        """The comparison that begins with ``left``, or None when none follows."""
        word = self.word
        if word in COMPARE:
            self.at += 1
            return self.ordered(left, "<>" if word == "!=" else word, self.expression(BIT_OR))
        if self.accept("is"):
            negative = self.accept("not")
            what = self.take().text
            if what.lower() not in ("null", "true", "false", "unknown"):
                raise NotUnderstood(what)
            what = what.lower()
            texts = (f"{left.within(COMPARISON)} is {what}", f"{left.within(COMPARISON)} is not {what}")
            return self.either(COMPARISON, texts, negative)
        start = self.at
        negative = self.accept("not")
        if self.accept("between"):
            low = self.expression(BIT_OR)
            self.expect("and")
            high = self.expression(BIT_OR)
            operands = f"between {low.within(BIT_OR)} and {high.within(BIT_OR)}"
            return self.either(BETWEEN, self.pair(left, operands), negative)
        if self.accept("in"):
            return self.member(left, negative)
        if self.word in MATCHES:
            operator = MATCHES[self.word]
            self.at += 1
            pattern = self.expression(BIT_OR)
            if self.word == "escape":
                raise NotUnderstood("escape")
            return self.either(COMPARISON, self.pair(left, f"{operator} {pattern.within(BIT_OR)}"), negative)
        self.at = start
        return None

    def pair(self, left: Node, operands: str) -> tuple[str, str]:
        start = left.within(COMPARISON)
        return f"{start} {operands}", f"{start} not {operands}"

    def either(self, level: int, texts: tuple[str, str], negative: bool) -> Node:
        return Node(level, texts[negative], (level, texts[not negative]))

    def ordered(self, left: Node, operator: str, right: Node) -> Node:
        if left.kind == "literal" and right.kind != "literal":
            left, right, operator = right, left, MIRROR[operator]
        start, end = left.within(COMPARISON), right.within(BIT_OR)
        opposite = COMPARE[operator]
        negated = (COMPARISON, f"{start} {opposite} {end}") if opposite else None
        return Node(COMPARISON, f"{start} {operator} {end}", negated)

    def member(self, left: Node, negative: bool) -> Node:
        self.expect("(")
        values = self.listed()
        if len(values) == 1:
            return self.ordered(left, "<>" if negative else "=", values[0])
        return self.either(COMPARISON, self.pair(left, f"in ({','.join(v.text for v in values)})"), negative)

    def unary(self) -> Node:
        word = self.word
        if word in ("-", "~", "+"):
            self.at += 1
            operand = self.unary()
            if word == "+":
                return operand
            kind = operand.kind if operand.kind == "literal" else ""
            return Node(UNARY, f"{word}{operand.within(UNARY + (word == '-'))}", kind=kind)
        if word == "!":
            self.at += 1
            return self.negate(self.unary())
        if word == "binary":
            self.at += 1
            return Node(PREFIX, f"cast({self.unary().text} as char charset binary)")
        node = self.primary()
        while True:
            if self.accept("collate"):
                node = Node(PREFIX, f"{node.within(PREFIX)} collate {self.take().text.lower()}")
            elif self.word in ("->", "->>"):
                arrow, path = self.take().text, self.primary()
                text = f"json_extract({node.text},{path.text})"
                node = Node(PRIMARY, f"json_unquote({text})" if arrow == "->>" else text)
            else:
                return node


@lru_cache(maxsize=65536)
def canonical(sql: str, database: str = "") -> str:
    """The expression in canonical spelling, without outer parentheses; unchanged where not understood.

    ``database`` is the default database, whose name is left out of qualified names.
    """
    try:
        parser = Parser(tokenize(sql), database)
        node = parser.expression()
    except (NotUnderstood, RecursionError):
        return sql.strip()
    return node.text if parser.at == len(parser.tokens) else sql.strip()
