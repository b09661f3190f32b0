"""MySQL's lexical rules: identifiers, string literals and their escapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class Token(NamedTuple):
    """``kind``: name (backquoted), word, string, prefixed (b'', x''), number, op. ``text`` is the value."""

    kind: str
    text: str


class NotUnderstood(Exception):
    """The text is not in the part of SQL that is read here."""


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<name>`(?:[^`]|``)*`)
    |(?P<prefixed>(?:[bBxX])'[0-9a-fA-F]*')
    |(?P<string>(?:_[A-Za-z0-9]+\s*|[nN](?='))?(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"))
    |(?P<number>0x[0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w$])|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>@{0,2}[^\W\d][\w$]*|\d+[\w$]+)
    |(?P<op><=>|->>|->|<<|>>|<>|!=|<=|>=|:=|&&|\|\||[-+*/%^&|~!=<>(),.@])""",
    re.X | re.S,
)
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_ESCAPED = re.compile(r"\\(.)|(''|\"\")", re.S)
_TO_ESCAPE = {"\\": "\\\\", "'": "''", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z"}
_UNSAFE = re.compile(r"[\\'\0\n\r\x1a]")


def quote(name: str) -> str:
    """An identifier, always quoted."""
    return "`" + name.replace("`", "``") + "`"


def qualified(schema: str, name: str) -> str:
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def string(value: str) -> str:
    """A string literal, in the one spelling that is canonical here."""
    return "'" + _UNSAFE.sub(lambda match: _TO_ESCAPE[match[0]], value) + "'"


def string_value(literal: str) -> str:
    """What a quoted literal (``'…'`` or ``"…"``) stands for."""
    mark = literal[-1]

    def unescape(match: re.Match[str]) -> str:
        escaped = match[1]
        if escaped is None:
            return mark if match[2][0] == mark else match[2]
        # \% and \_ keep their backslash, as the server does outside LIKE
        return f"\\{escaped}" if escaped in "%_" else _ESCAPES.get(escaped, escaped)

    return _ESCAPED.sub(unescape, literal[1:-1])


@lru_cache(maxsize=65536)
def tokenize(sql: str) -> tuple[Token, ...]:
    """The tokens of an expression or type; charset introducers of strings are left out."""
    found: list[Token] = []
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None or match.end() == at:
            raise NotUnderstood(sql)
        at = match.end()
        kind, text = str(match.lastgroup), match[0]
        if kind == "space":
            continue
        if kind == "name":
            text = text[1:-1].replace("``", "`")
        elif kind == "string":
            start = min(i for i in (text.find("'"), text.find('"')) if i >= 0)
            introducer = text[:start].strip().lower()
            if introducer not in ("", "_utf8mb4", "_utf8mb3", "_utf8", "n"):
                raise NotUnderstood(sql)
            text = string_value(text[start:])
            if found and found[-1].kind == "string":
                text = found.pop().text + text
        found.append(Token(kind, text))
    return tuple(found)


@lru_cache(maxsize=65536)
def columns_in(sql: str) -> frozenset[str]:
    """Every identifier of an expression, unquoted words included: a superset of the columns it reads."""
    try:
        return frozenset(t.text for t in tokenize(sql) if t.kind in ("name", "word"))
    except NotUnderstood:
        return frozenset()


def renamed_in(sql: str, columns: Mapping[str, str]) -> str:
    """SQL with columns under their new names, all at once; the rest stays as it is spelled."""
    names = {old.lower(): new for old, new in columns.items()}
    found: list[str] = []
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None or match.end() == at:
            return sql
        at, text = match.end(), match[0]
        old = text[1:-1].replace("``", "`") if match.lastgroup == "name" else text
        called = match.lastgroup == "word" and sql[at : at + 1] == "("
        new = names.get(old.lower()) if match.lastgroup in ("name", "word") and not called else None
        found.append(text if new is None else quote(new))
    return "".join(found)
