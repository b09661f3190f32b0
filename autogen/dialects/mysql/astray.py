"""Statements that reach beyond the database they are run in: names of tables with a database before them."""

from __future__ import annotations

import re

_LITERAL_OR_COMMENT = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|--[ \t][^\n]*|\#[^\n]*|/\*(?!!).*?\*/", re.S
)
_NAME = r"(`(?:[^`]|``)+`|[\w$]+)"
_BEFORE_TABLE = (
    r"(?:TABLES?|INTO|UPDATE|IGNORE|REFERENCES|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE|EXISTS|TO"
    r"|DELETE\s+FROM|INDEX\s+\S+\s+ON|(?:INSERT|UPDATE|DELETE)\s+ON|(?:GRANT|REVOKE)\s[^;]*?\sON)"
)
_QUALIFIED = re.compile(rf"\b{_BEFORE_TABLE}\s+{_NAME}\s*\.\s*({_NAME[1:-1]}|\*)", re.I)
_WHOLE = re.compile(
    r"\s*(?:USE\b|(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA|USER|ROLE|SERVER)\b"
    r"|SET\s+(?:GLOBAL\b|@@GLOBAL\.))",
    re.I,
)
_CATALOG = ("information_schema", "performance_schema")


def astray(statement: str, database: str) -> str:
    """``changes shop.orders, …``: a schema is a database here, and its tables would be changed for real."""
    words = _LITERAL_OR_COMMENT.sub("''", statement)
    if whole := _WHOLE.match(words):
        return f"runs {' '.join(whole[0].upper().split())}, which reaches beyond its database"
    for match in _QUALIFIED.finditer(words):
        owner, name = _plain(match[1]), _plain(match[2])
        if owner != database and owner.lower() not in _CATALOG:
            return f"changes {owner}.{name}, which is in another database"
    return ""


def _plain(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
