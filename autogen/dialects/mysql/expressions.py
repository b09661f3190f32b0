"""One spelling for expressions that MySQL and MariaDB hold for the same.

The server prints what it has parsed: quoted identifiers, lower-case functions, no parentheses that precedence
makes superfluous, ``<>`` for ``!=``. The models' text is parsed and printed by the same rules, so that most
expressions need no question to the server. What is not understood is returned as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from autogen.dialects.mysql.tokens import NotUnderstood, Token, quote, string, tokenize

(
    OR,
    XOR,
    AND,
    NOT,
    BETWEEN,
    COMPARISON,
    BIT_OR,
    BIT_AND,
    SHIFT,
    SUM,
    PRODUCT,
    POWER,
    UNARY,
    PREFIX,
    PRIMARY,
) = range(1, 16)

_BINARY = {
    "or": (OR, "or"),
    "||": (OR, "or"),
    "xor": (XOR, "xor"),
    "and": (AND, "and"),
    "&&": (AND, "and"),
    "|": (BIT_OR, "|"),
    "&": (BIT_AND, "&"),
    "<<": (SHIFT, "<<"),
    ">>": (SHIFT, ">>"),
    "+": (SUM, "+"),
    "-": (SUM, "-"),
    "*": (PRODUCT, "*"),
    "/": (PRODUCT, "/"),
    "div": (PRODUCT, "DIV"),
    "%": (PRODUCT, "MOD"),
    "mod": (PRODUCT, "MOD"),
    "^": (POWER, "^"),
}
_COMPARE = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "<=>": None}
_MIRROR = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "<=>": "<=>"}
_MATCHES = {"like": "like", "regexp": "regexp", "rlike": "regexp"}
_FUNCTIONS = {
    "now": "current_timestamp",
    "localtime": "current_timestamp",
    "localtimestamp": "current_timestamp",
    "current_date": "curdate",
    "current_time": "curtime",
    "length": "octet_length",
    "upper": "ucase",
    "lower": "lcase",
    "substring": "substr",
    "mid": "substr",
    "character_length": "char_length",
    "ceil": "ceiling",
    "power": "pow",
}
_BARE = {
    "current_timestamp": "current_timestamp()",
    "localtime": "current_timestamp()",
    "localtimestamp": "current_timestamp()",
    "current_date": "curdate()",
    "current_time": "curtime()",
    "utc_timestamp": "utc_timestamp()",
    "utc_date": "utc_date()",
    "utc_time": "utc_time()",
    "true": "1",
    "false": "0",
    "null": "NULL",
}
_KEYWORDS = """
    and or xor not between in is like regexp rlike div mod case when then else end collate as from using for
    binary interval distinct all select exists match against escape row sounds member
"""
_RESERVED = frozenset(_KEYWORDS.split())
_INSIDE_CALL = frozenset({"as", "from", "using", "for", "in"})


@dataclass(frozen=True, slots=True)
class Node:
    """Printed SQL with the precedence of its outermost operator; ``negated`` is its NOT, where simple."""

    level: int
    text: str
    negated: tuple[int, str] | None = None
    kind: str = ""

    def within(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"

    @property
    def condition(self) -> Node:
        """A bare column where a condition is wanted is compared with 0, as the server writes it."""
        if self.kind == "column":
            return Node(COMPARISON, f"{self.text} <> 0", (COMPARISON, f"{self.text} = 0"))
        return self


class Parser:
    """Precedence climbing over the tokens; every method returns its part already printed."""

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

    # -- operators -----------------------------------------------------------------------------------

    def expression(self, level: int = OR) -> Node:
        if level <= NOT and self.word == "not":
            self.at += 1
            left = self.negate(self.expression(NOT))
        elif level <= COMPARISON:
            left = self.comparison()
        else:
            left = self.unary()
        while True:
            found = _BINARY.get(self.word)
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
        if word in _COMPARE:
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
        if self.word in _MATCHES:
            operator = _MATCHES[self.word]
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
            left, right, operator = right, left, _MIRROR[operator]
        start, end = left.within(COMPARISON), right.within(BIT_OR)
        opposite = _COMPARE[operator]
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

    # -- what operators stand between ----------------------------------------------------------------

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
        if self.word == "(" and word not in _RESERVED - {"mod"}:
            self.at += 1
            return self.called(_FUNCTIONS.get(word, word))
        if word in _BARE:
            return Node(PRIMARY, _BARE[word], kind="literal" if word in ("true", "false", "null") else "")
        if word in _RESERVED or token.text.startswith("@"):
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
            elif word in _INSIDE_CALL:
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
