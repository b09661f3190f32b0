"""Column types and defaults in one spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from autogen.dialects.sqlite.sqltext import render, string, strip_parentheses, tokenize, unquote
from autogen.schema import ColumnType

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


@lru_cache(maxsize=4096)
def spell(tokens: tuple[str, ...]) -> str:
    """A declared type: upper case, single spaces, ``(10, 2)``."""
    words = [unquote(token).upper() if token[0] in "\"`['" else token.upper() for token in tokens]
    text = " ".join(words)
    text = re.sub(r"\s*([(),])\s*", r"\1", text).replace(",", ", ").replace("+ ", "").replace("- ", "-")
    return re.sub(r"\)(?=\w)", ") ", text)


@lru_cache(maxsize=4096)
def type_of(sql: str) -> ColumnType:
    """A type from SQL text that may carry a COLLATE clause (as SQLAlchemy compiles it)."""
    tokens = tokenize(sql)
    upper = [token.upper() for token in tokens]
    if "COLLATE" in upper:
        at = upper.index("COLLATE")
        return ColumnType(spell(tuple(tokens[:at])), collation=collation(unquote(tokens[at + 1])))
    return ColumnType(spell(tuple(tokens)))


@lru_cache(maxsize=4096)
def column_type(tokens: tuple[str, ...], collation_name: str | None) -> ColumnType:
    """The type of a column as it was declared."""
    return ColumnType(spell(tokens), collation=collation(collation_name))


def collation(name: str | None) -> str | None:
    """BINARY is the default; names are case-insensitive."""
    upper = name.upper() if name else None
    return None if upper == "BINARY" else upper


def affinity(sql: str) -> str:
    """SQLite's rules for the affinity of a declared type."""
    upper = sql.upper()
    if "INT" in upper:
        return "INTEGER"
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if "BLOB" in upper or not upper:
        return "BLOB"
    if any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"


@lru_cache(maxsize=16384)
def default(tokens: tuple[str, ...]) -> str | None:
    """A default in canonical spelling: a literal or an expression; ``DEFAULT NULL`` is none."""
    inner = strip_parentheses(tokens)
    literal = _literal(inner, len(inner) == len(tokens))
    if literal is None:
        return render([string(unquote(t)) if t[0] == '"' else t for t in inner])
    return None if literal == "NULL" else literal


def default_of(sql: str) -> str | None:
    """The same from SQL text."""
    return default(tuple(tokenize(sql)))


def same_value(one: str, other: str, type_sql: str) -> bool:
    """Whether two literals are one value in a column of this type: ``'0'`` and ``0`` are the same where
    the affinity converts what is stored, and differ elsewhere."""
    return (
        _literal(tokenize(one), False) is not None
        and _literal(tokenize(other), False) is not None
        and _stored(one, type_sql) == _stored(other, type_sql)
    )


def is_literal(sql: str) -> bool:
    """Whether a canonical default is a constant, which ALTER TABLE … ADD COLUMN demands."""
    if sql.upper() in ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"):
        return False
    return _literal(tokenize(sql), False) is not None


def _literal(tokens: Sequence[str], unparenthesised: bool) -> str | None:
    """The tokens as one literal, or None when they are an expression."""
    signed = len(tokens) == 2 and tokens[0] in "+-"
    if len(tokens) != 1 and not signed:
        return None
    text = "".join(tokens)
    if _NUMBER.fullmatch(text):
        return text.removeprefix("+")
    if signed:
        return None
    if text[0] == "'":
        return text
    if text[0] in '"`[':
        return string(unquote(text))
    if text[0] in "xX" and text[1:2] == "'":
        return text.upper()
    upper = text.upper()
    if upper in ("TRUE", "FALSE"):
        return "1" if upper == "TRUE" else "0"
    if upper == "NULL":
        return upper
    if upper.startswith("CURRENT_") or text[0].isdigit():
        return upper if upper in ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP") else None
    # SQLite takes a bare word after DEFAULT for a string
    return string(text) if unparenthesised else None


def _stored(literal: str, type_sql: str) -> str:
    kind = affinity(type_sql)
    if kind in ("INTEGER", "NUMERIC", "REAL") and type_sql != "ANY":
        plain = unquote(literal).strip() if literal[0] == "'" else literal
        if _NUMBER.fullmatch(plain):
            value = float(plain)
            if re.fullmatch(r"[+-]?\d+", plain):
                return str(int(plain))
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if kind == "TEXT" and re.fullmatch(r"-?\d+", literal):
        return string(str(int(literal)))
    return literal
