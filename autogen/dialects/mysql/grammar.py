"""The words of expressions and their precedence, and a part of an expression once it is printed."""

from __future__ import annotations

from autogen.values import value

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

BINARY = {
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
COMPARE = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "<=>": None}
MIRROR = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "<=>": "<=>"}
MATCHES = {"like": "like", "regexp": "regexp", "rlike": "regexp"}
FUNCTIONS = {
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
BARE = {
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
RESERVED = frozenset(_KEYWORDS.split())
INSIDE_CALL = frozenset({"as", "from", "using", "for", "in"})


@value(frozen=True, slots=True)
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
