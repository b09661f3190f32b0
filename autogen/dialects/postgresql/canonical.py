"""Canonical spellings: pure functions over SQL text that never make different things equal.

``expression`` and ``default`` give SQL that means the same and that the server, given it back, stores the
same way. ``same_default`` and ``same_expression`` know further spellings that are equal in effect but stored
differently, ``now()`` and ``CURRENT_TIMESTAMP`` for one. What they all leave open is for the server to say.
"""

from __future__ import annotations

import re
from functools import lru_cache

from autogen.dialects.postgresql import printing, rules, syntax
from autogen.dialects.postgresql.names import KEYWORDS, quoted, unquoted
from autogen.dialects.postgresql.rules import Types
from autogen.dialects.postgresql.syntax import Node, Unparsed
from autogen.dialects.postgresql.type_names import base_name, type_name

__all__ = [
    "default",
    "exclude",
    "expression",
    "partition_key",
    "quoted",
    "same_default",
    "same_expression",
    "type_name",
    "unquoted",
]

_TEXT_LIKE = frozenset({"text", "character varying", "character", "bpchar"})
_NUMERIC = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TRUE = frozenset({"'t'", "'true'", "'1'", "'y'", "'yes'", "'on'"})
_NO_TIME = frozenset({"'0'", "'00:00:00'", "'0 seconds'", "'0 days'"})
_FALSE = frozenset({"'f'", "'false'", "'0'", "'n'", "'no'", "'off'"})


def unknown(name: str) -> None:
    """The ``Types`` of a place without columns."""


def tree(sql: str, types: Types = unknown) -> Node:
    """The simplified tree of an expression. Raises Unparsed."""
    return rules.simplified(syntax.parse(sql), types)


def expression(sql: str, types: Types = unknown) -> str:
    """The canonical spelling of an expression over columns of these types."""
    try:
        return printing.sql(tree(sql, types))
    except (Unparsed, RecursionError):
        return spaced(sql)


def spaced(sql: str) -> str:
    """An expression that is not understood: its tokens with single spaces, outer parentheses removed."""
    try:
        found = syntax.tokens(sql)
    except Unparsed:
        return sql.strip()
    while len(found) > 2 and found[0][1] == "(" and _closes(found) == len(found) - 1:
        found = found[1:-1]
    return " ".join(text for _, text in found)


def _closes(found: list[syntax.Token]) -> int:
    """Where the parenthesis at the start closes."""
    depth = 0
    for at, (kind, text) in enumerate(found):
        if kind == "mark":
            depth += {"(": 1, ")": -1}.get(text, 0)
        if depth == 0:
            return at
    return -1


@lru_cache(8192)
def default(sql: str, type_sql: str) -> str | None:
    """The canonical spelling of a server default of a column of that type; a default of NULL is none."""
    try:
        node = _without_column_cast(tree(sql), type_sql)
        return None if _is_null(node) else printing.sql(node)
    except (Unparsed, RecursionError):
        return spaced(sql)


def _is_null(node: Node) -> bool:
    while node.kind == "cast":
        node = node.args[0]
    return printing.sql(node).upper() == "NULL"


def _without_column_cast(node: Node, type_sql: str) -> Node:
    """The default without a cast to the column's own type, which an assignment adds anyway."""
    if node.kind != "cast" or node.args[0].kind not in ("string", "number"):
        return node
    own, cast, inner = base_name(one_dimension(type_sql)), node.text, node.args[0]
    if inner.kind == "number":
        return inner if cast == own and own in _NUMERIC else node
    same = cast == own or (own == "character" and cast == "bpchar")
    return inner if same or (cast in ("text", "character varying") and own in _TEXT_LIKE) else node


def one_dimension(type_sql: str) -> str:
    """An array type as a cast names it; the number of dimensions is a remark that the server never checks."""
    while type_sql.endswith("[][]"):
        type_sql = type_sql[:-2]
    return type_sql


@lru_cache(8192)
def same_default(one: str | None, other: str | None, type_sql: str) -> bool:
    """Whether two canonical defaults of a column of that type give the same values."""
    if one is None or other is None:
        return one == other
    return one == other or _effect(one, type_sql) == _effect(other, type_sql)


@lru_cache(8192)
def _effect(sql: str, type_sql: str) -> Node | str:
    try:
        node = _unified(_without_column_cast(tree(sql), type_sql))
    except (Unparsed, RecursionError):
        return sql
    own = base_name(type_sql)
    if own == "boolean":
        text = node.text.lower()
        if node.kind == "string" and text in _TRUE | _FALSE:
            return Node("constant", "true" if text in _TRUE else "false")
    if own == "interval" and node.kind == "string" and node.text in _NO_TIME:
        return Node("string", "'00:00:00'")
    if own in _NUMERIC and node.kind == "string":
        value = rules.number(node.text)
        return Node("number", value) if value is not None else node
    if (
        own in _TEXT_LIKE
        and node.kind == "number"
        and node.text.isdigit()
        and str(int(node.text)) == node.text
    ):
        return Node("string", f"'{node.text}'")
    return node


def same_expression(one: str, other: str, types: Types = unknown) -> bool:
    """Whether two canonical expressions are equal in effect."""
    if one == other:
        return True
    try:
        return _unified(tree(one, types)) == _unified(tree(other, types))
    except (Unparsed, RecursionError):
        return False


def _unified(node: Node) -> Node:
    """Functions and constants that are one and the same, under one name."""
    args = tuple(_unified(a) if isinstance(a, Node) else a for a in node.args)
    if node.kind == "constant" and node.text == "CURRENT_TIMESTAMP":
        return Node("call", "now")
    if node.kind == "call" and node.text == "transaction_timestamp" and not args:
        return Node("call", "now")
    if node.kind == "call" and node.text == "timezone" and len(args) == 2:
        return Node("zone", "", (args[1], args[0]))
    if node.kind in ("any", "all") and args[1].kind == "array" and len(args[1].args) > 1:
        items = args[1].args
        literal = all(item.kind in ("string", "number") for item in items)
        if literal and node.text == ("=" if node.kind == "any" else "<>"):
            return Node("in", "not" if node.kind == "all" else "", (args[0], *items))
    return Node(node.kind, node.text, args)


def partition_key(sql: str) -> str:
    """The canonical spelling of PARTITION BY: ``RANGE (created_at)``."""
    try:
        found = syntax.tokens(sql)
        method, found = found[:1], found[1:]
        if not found or _closes(found) != len(found) - 1:
            raise Unparsed(sql)
        keys = ", ".join(index_key(part, unknown) for part in split(found[1:-1]))
        return f"{method[0][1].upper()} ({keys})"
    except (Unparsed, RecursionError):
        return " ".join(sql.split())


_EXCLUDE = re.compile(r"EXCLUDE\s+(?:USING\s+(\S+)\s+)?\(", re.I)


def exclude(sql: str, types: Types = unknown) -> str:
    """The canonical spelling of an EXCLUDE definition: its expressions, operators and predicate."""
    try:
        return _exclude(sql, types)
    except (Unparsed, RecursionError):
        return " ".join(sql.split()) if "'" not in sql and '"' not in sql else sql.strip()


def _exclude(sql: str, types: Types) -> str:
    head = _EXCLUDE.match(sql.strip())
    if head is None:
        raise Unparsed(sql)
    text = sql.strip()
    found = syntax.tokens(text[head.end() - 1 :])
    end = _closes(found)
    elements = [_exclude_element(part, types) for part in split(found[1:end])]
    method = (head[1] or "btree").lower().strip('"')
    result = f"EXCLUDE USING {method} ({', '.join(elements)})"
    rest = found[end + 1 :]
    if rest and rest[0][1] == "include":
        close = _closes(rest[1:]) + 1
        names = [joined(part) for part in split(rest[2:close])]
        result += f" INCLUDE ({', '.join(printing.sql(syntax.parse(n)) for n in names)})"
        rest = rest[close + 1 :]
    if rest and rest[0][1] == "where":
        close = _closes(rest[1:]) + 1
        result += f" WHERE ({expression(joined(rest[1 : close + 1]), types)})"
        rest = rest[close + 1 :]
    words = " ".join(word for _, word in rest).upper()
    deferred = words.endswith("INITIALLY DEFERRED")
    if words not in ("", "NOT DEFERRABLE", "INITIALLY IMMEDIATE", "NOT DEFERRABLE INITIALLY IMMEDIATE"):
        if not words.startswith(("DEFERRABLE", "INITIALLY DEFERRED")):
            raise Unparsed(words)
        result += " DEFERRABLE" + (" INITIALLY DEFERRED" if deferred else "")
    return result


def split(found: list[syntax.Token]) -> list[list[syntax.Token]]:
    """Tokens at commas that stand outside of parentheses and brackets."""
    pieces: list[list[syntax.Token]] = [[]]
    depth = 0
    for kind, text in found:
        if kind == "mark":
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text, 0)
        if (kind, text) == ("mark", ",") and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append((kind, text))
    return pieces


def joined(found: list[syntax.Token]) -> str:
    return " ".join(text for _, text in found)


def _exclude_element(found: list[syntax.Token], types: Types) -> str:
    at = max((i for i, token in enumerate(found) if token == ("word", "with")), default=0)
    operator = "".join(text for _, text in found[at + 1 :])
    element = index_key(found[:at], types)
    return f"{element} WITH {operator}"


def index_key(found: list[syntax.Token], types: Types) -> str:
    """A key of an exclusion: parentheses around what is neither a column nor a call, then its class."""
    key, collation, opclass = element_parts(found)
    node = tree(joined(key), types)
    text = printing.sql(node)
    if node.kind not in ("name", "call"):
        text = f"({text})"
    return text + (f" COLLATE {collation}" if collation else "") + (f" {opclass}" if opclass else "")


def element_parts(found: list[syntax.Token]) -> tuple[list[syntax.Token], str | None, str | None]:
    """An index key's tokens as the key itself, its collation and its operator class."""
    opclass = collation = None
    found = list(found)
    if not found:
        raise Unparsed("nothing")
    while len(found) > 3 and found[0][1] == "(" and _closes(found) == len(found) - 1:
        found = found[1:-1]
    end = len(found)
    if found[-1][1] == ")" and (start := _opens(found)) > 1 and found[start - 1][0] in ("word", "quoted"):
        end = start
    begin = end - 1
    while begin >= 2 and found[begin - 1] == ("mark", "."):
        begin -= 2
    names = begin >= 1 and found[begin][0] in ("word", "quoted")
    if names and _ends_value(found[begin - 1]) and found[begin][1] not in KEYWORDS:
        opclass = "".join(text for _, text in found[begin:])
        found = found[:begin]
    if len(found) > 2 and found[-2] == ("word", "collate"):
        collation = found[-1][1] if found[-1][0] == "word" else quoted(found[-1][1][1:-1].replace('""', '"'))
        found = found[:-2]
    return found, collation, opclass


def _opens(found: list[syntax.Token]) -> int:
    """Where the parenthesis at the end opens."""
    depth = 0
    for at in range(len(found) - 1, -1, -1):
        kind, text = found[at]
        if kind == "mark":
            depth += {")": 1, "(": -1}.get(text, 0)
        if depth == 0:
            return at
    return -1


def _ends_value(token: syntax.Token) -> bool:
    """Whether an operator class may stand behind this token."""
    kind, text = token
    if kind == "word":
        return text not in KEYWORDS or text in ("null", "true", "false")
    return kind in ("quoted", "number", "string") or text in (")", "]")
