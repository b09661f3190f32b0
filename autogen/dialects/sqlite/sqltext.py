"""SQLite's SQL as tokens: quoting, unquoting, and one spelling for expressions that differ in form only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

# Words are told by what they do not hold: a class up to the last code point takes re ten times as long.
_TOKEN = re.compile(
    r"""(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*
    ( [xX]?'(?:[^']|'')*'
    | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]
    | 0[xX][0-9a-fA-F]+ | (?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?
    | [^\x00-@\[-^`{-\x7f] [^\x00-#%-/:-@\[-^`{-\x7f]*
    | \|\| | <= | >= | <> | != | == | << | >> | ->> | ->
    | \S | \Z )""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Words that never are a column's name without quotes.
RESERVED = frozenset(
    re.findall(
        r"\w+",
        """ADD ALL ALTER AND AS ASC AUTOINCREMENT BETWEEN CASE CAST CHECK COLLATE COMMIT CONSTRAINT CREATE
        CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DEFAULT DEFERRABLE DELETE DESC DISTINCT DROP ELSE END
        ESCAPE EXCEPT EXISTS FALSE FOREIGN FROM GLOB GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL
        JOIN LIKE LIMIT MATCH NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES REGEXP RETURNING SELECT
        SET TABLE THEN TO TRANSACTION TRUE UNION UNIQUE UPDATE USING VALUES WHEN WHERE""",
    )
)
_AMBIGUOUS = frozenset(("IF", "RAISE", "WITH"))
_OPERATORS = frozenset(
    re.findall(
        r"\w+",
        """AND OR NOT IN IS LIKE GLOB MATCH REGEXP BETWEEN CASE WHEN THEN ELSE ESCAPE EXISTS AS SELECT FROM
        WHERE""",
    )
)


def tokenize(sql: str) -> list[str]:
    """The tokens of a statement, without white space and comments."""
    tokens: list[str] = _TOKEN.findall(sql)
    while tokens and not tokens[-1]:  # the end of the text, perhaps after a comment
        tokens.pop()
    return tokens


def identifier(name: str) -> str:
    """An SQL identifier, always quoted."""
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """A table's or an index's name with its schema."""
    return f"{identifier(schema)}.{identifier(name)}" if schema else identifier(name)


def string(value: str) -> str:
    """An SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def unquote(token: str) -> str:
    """The name that an identifier token (quoted in any of the four styles, or bare) stands for."""
    first = token[:1]
    if first == "[":
        return token[1:-1]
    if first in ('"', "`", "'"):
        return token[1:-1].replace(first * 2, first)
    return token


def bare(name: str) -> str:
    """A name as it is written in canonical expressions: quoted only where it must be."""
    if _PLAIN.fullmatch(name) and name.upper() not in RESERVED | _AMBIGUOUS:
        return name
    return identifier(name)


def strip_parentheses(tokens: Sequence[str]) -> Sequence[str]:
    """The tokens without parentheses around all of them."""
    while len(tokens) > 2 and tokens[0] == "(" and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def closing(tokens: Sequence[str], start: int) -> int:
    """Where the parenthesis that opens at ``start`` closes."""
    depth = 0
    for position in range(start, len(tokens)):
        if tokens[position] == "(":
            depth += 1
        elif tokens[position] == ")":
            depth -= 1
            if depth == 0:
                return position
    return len(tokens) - 1


def is_word(token: str) -> bool:
    """Whether a token is an unquoted name or keyword."""
    return token[0].isalpha() or token[0] == "_" or token[0] >= "\x80" if "'" not in token else False


@lru_cache(maxsize=16384)
def expression(sql: str) -> str:
    """An expression in canonical spelling: keywords, quotes, white space, comments, outer parentheses."""
    return render(tokenize(sql))


def render(tokens: Sequence[str]) -> str:
    """Tokens as one line of canonical text."""
    words: list[str] = []
    tokens = strip_parentheses(tokens)
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        words.extend(_canonical(token, following, words))
    return _join(_without_idle_parentheses(strip_parentheses(words)))


def _canonical(token: str, following: str, before: Sequence[str]) -> Sequence[str]:
    """A token in canonical spelling; ISNULL and NOTNULL become two or three."""
    if token[0] in '"`[':
        return (bare(unquote(token)),)
    if token[0] in "xX" and token[1:2] == "'":
        return (token.upper(),)
    if not is_word(token):
        return (token.lower() if token[0].isdigit() else token,)
    upper = token.upper()
    if upper in ("TRUE", "FALSE") and not (before and before[-1] in ("IS", "NOT")):
        return ("1" if upper == "TRUE" else "0",)
    if upper == "ISNULL":
        return ("IS", "NULL")
    if upper == "NOTNULL":
        return ("IS", "NOT", "NULL")
    if following == "(" and upper not in _OPERATORS and upper != "CAST":
        return (token.lower(),)
    return (upper if upper in RESERVED or upper in _OPERATORS else token,)


def _without_idle_parentheses(words: Sequence[str]) -> list[str]:
    """The words without parentheses around a single one, or doubled, unless a function or IN owns them."""
    kept = list(words)
    position = 0
    while position < len(kept):
        if kept[position] == "(":
            owner = kept[position - 1] if position else ""
            owned = (
                bool(owner)
                and (is_word(owner) or owner[0] == '"')
                and owner not in _OPERATORS - {"IN", "EXISTS"}
            )
            end = closing(kept, position)
            single = end == position + 2
            doubled = kept[position + 1] == "(" and closing(kept, position + 1) == end - 1
            if (single and not owned) or (doubled and owner != "IN"):
                del kept[end], kept[position]
                continue
        position += 1
    return kept


def _join(words: Sequence[str]) -> str:
    text = ""
    previous = ""
    sign = False
    for word in words:
        call = word == "(" and previous and is_word(previous) and previous not in _OPERATORS
        if not previous or word in ",)." or previous in ("(", ".") or call or sign:
            text += word
        else:
            text += " " + word
        sign = word in "+-~" and (
            not previous or previous in ("(", ",") or previous in _OPERATORS or not _ends_operand(previous)
        )
        previous = word
    return text


def _ends_operand(word: str) -> bool:
    return word == ")" or word[0] in "'\"." or word[0].isalnum() or word[0] == "_" or word[0] >= "\x80"


def names(sql: str) -> frozenset[str]:
    """What may be column names in an expression, lower-case (function names and keywords included)."""
    return frozenset(unquote(token).lower() for token in tokenize(sql) if token[0] in '"`[' or is_word(token))


def rename_in(sql: str, old: str, new: str) -> str:
    """An expression with every mention of a column replaced."""
    return renamed_in(sql, {old: new})


def renamed_in(sql: str, columns: Mapping[str, str]) -> str:
    """An expression with columns under their new names, all of them at once."""
    names = {old.lower(): identifier(new) for old, new in columns.items()}

    def word(token: str) -> str:
        named = token[0] in '"`[' or is_word(token)
        return names.get(unquote(token).lower(), token) if named else token

    return render([word(token) for token in tokenize(sql)])
