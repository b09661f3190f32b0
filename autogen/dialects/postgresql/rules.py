"""Rewrites of expression trees that change the spelling and never the meaning.

The server stores a parsed expression and spells it with every implicit cast. These rules take those casts
away again, and only those: each one would be put back when the text is parsed for the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from autogen.dialects.postgresql.syntax import COMPARISONS, Node
from autogen.dialects.postgresql.type_names import base_name

Types = Callable[[str], str | None]
"""The canonical type of a column, None for what is no known column."""

_TEXTS = frozenset({"text", "character varying"})
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TEXT_CALL_NAMES = """
lower upper initcap btrim ltrim rtrim replace concat concat_ws left right substr substring md5
reverse lpad rpad repeat split_part regexp_replace translate to_char format
"""
_TEXT_CALLS = frozenset(_TEXT_CALL_NAMES.split())
_INTEGER_CALLS = frozenset(
    ["length", "char_length", "character_length", "octet_length", "array_length", "cardinality"]
)
_CONFIG_CALLS = frozenset(
    ["to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"]
)
_ARITHMETIC = frozenset(["+", "-", "*", "/", "%"])


def simplified(node: Node, types: Types) -> Node:
    """The tree with every rule applied, inside out."""
    if node.kind == "cast" and node.text not in _TEXTS and _is_text_literal(node.args[0]):
        return node  # 'now'::text::date is computed when it runs, 'now'::date was when it was made
    args = tuple(simplified(a, types) if isinstance(a, Node) else a for a in node.args)
    node = Node(node.kind, node.text, args)
    rule = _RULES.get(node.kind)
    return rule(node, types) if rule else node


def _is_text_literal(node: Node) -> bool:
    return node.kind == "cast" and node.text in _TEXTS and node.args[0].kind == "string"


def type_of(node: Node, types: Types) -> str | None:
    """The type of an expression without its parameters, where that is plain to see."""
    kind, args = node.kind, node.args
    if kind == "name" and len(args) == 1:
        found = types(args[0])
        return base_name(found) if found else None
    if kind == "cast":
        return base_name(node.text)
    if kind == "number":
        return "numeric" if set(node.text) & set(".eE") else _integer_type(node.text)
    if kind == "call":
        known = node.text in _TEXT_CALLS
        return "text" if known else "integer" if node.text in _INTEGER_CALLS else None
    if kind in ("trim", "extract"):
        return "text" if kind == "trim" else "numeric"
    if kind == "special" or (kind == "binary" and node.text in _ARITHMETIC):
        found_types = {t for a in args if a.kind != "string" and (t := type_of(a, types))}
        if any(a.kind != "string" and type_of(a, types) is None for a in args):
            return None
        return _wider(found_types) if found_types else None
    if kind == "binary" and node.text in ("->>", "#>>", "||"):
        return "text" if node.text != "||" or "text" in _text_sides(args, types) else None
    return None


def _text_sides(args: tuple[Any, ...], types: Types) -> set[str]:
    return {"text" for a in args if type_of(a, types) in _TEXTS or a.kind == "string"}


def _wider(found: set[str]) -> str | None:
    if len(found) == 1:
        return next(iter(found))
    order = ("double precision", "real", "numeric", "bigint", "integer", "smallint")
    return next((t for t in order if t in found), None) if found <= _NUMBERS else None


def _integer_type(text: str) -> str:
    size = abs(int(text))
    return "integer" if size < 2**31 else "bigint" if size < 2**63 else "numeric"


def number(text: str) -> str | None:
    """The number that a string literal spells the way the server writes it, or None."""
    inner = text[1:-1]
    digits = inner.removeprefix("-")
    plain = text.startswith("'") and digits.replace(".", "", 1).isdigit() and digits.isascii()
    return inner if plain and digits[0] != "." and digits[-1] != "." else None


# -- the rules -----------------------------------------------------------------------------------------


def _cast(node: Node, types: Types) -> Node:
    inner: Node = node.args[0]
    target = node.text
    if inner.kind == "string":
        if target in _TEXTS:
            return inner
        value = number(inner.text)
        if value is not None and value.startswith("-") and target == type_of(Node("number", value), types):
            # a negative constant, which the server folds and then cannot write without quotes
            return Node("number", value)
        return node
    if target == "text" and type_of(inner, types) in _TEXTS:
        return inner
    if target == "text[]" and inner.kind == "array" and inner.args:
        casts = {a.text for a in inner.args if a.kind == "cast"}
        strings = all(a.kind == "string" for a in inner.args)
        return inner if strings and not casts else node
    return node


def _sign(node: Node, types: Types) -> Node:
    inner: Node = node.args[0]
    if node.text == "-" and inner.kind == "number" and not inner.text.startswith("-"):
        return Node("number", f"-{inner.text}")
    return node


def _flat(node: Node, types: Types) -> Node:
    items: list[Node] = []
    for arg in node.args:
        items.extend(arg.args if arg.kind == node.kind else (arg,))
    return Node(node.kind, "", tuple(items))


def _binary(node: Node, types: Types) -> Node:
    operator = "<>" if node.text == "!=" else node.text
    left, right = node.args
    if operator in COMPARISONS or operator in _ARITHMETIC:
        left, right = _uncast(left, right, types), _uncast(right, left, types)
    return Node("binary", operator, (left, right))


def _uncast(literal: Node, other: Node, types: Types) -> Node:
    """A literal without its cast to the type of the other operand, which the server would add."""
    if literal.kind != "cast" or literal.args[0].kind not in ("string", "number"):
        return literal
    known = type_of(other, types) if other.kind not in ("string", "number") else None
    inner: Node = literal.args[0]
    if known is None or known != literal.text.replace("bpchar", "character"):
        return literal
    if inner.kind == "number" and known not in ("numeric", "double precision", "real"):
        return literal
    return inner


def _membership(node: Node, types: Types) -> Node:
    """``x = ANY (ARRAY[…])`` and ``x <> ALL (ARRAY[…])`` of literals are what IN and NOT IN become."""
    left, array = node.args
    wanted = "=" if node.kind == "any" else "<>"
    if array.kind != "array" or node.text not in (wanted, "!=" if wanted == "<>" else wanted):
        return node
    known = type_of(left, types)
    items = []
    for item in array.args:
        bare = item
        if item.kind == "cast" and item.args[0].kind in ("string", "number"):
            if known is None or item.text.replace("bpchar", "character") != known:
                return node
            bare = item.args[0]
        if bare.kind not in ("string", "number"):
            return node
        items.append(bare)
    return Node("in", "not" if node.kind == "all" else "", (left, *items)) if len(items) > 1 else node


def _in(node: Node, types: Types) -> Node:
    left, *items = node.args
    items = [_uncast(item, left, types) for item in items]
    if len(items) == 1:
        return Node("binary", "<>" if node.text else "=", (left, items[0]))
    return Node("in", node.text, (left, *items))


def _between(node: Node, types: Types) -> Node:
    value, low, high = node.args
    names = ("<", ">", "or") if node.text else (">=", "<=", "and")
    sides = (Node("binary", names[0], (value, low)), Node("binary", names[1], (value, high)))
    return Node(names[2], "", tuple(_binary(side, types) for side in sides))


def _call(node: Node, types: Types) -> Node:
    name = node.text.removeprefix("pg_catalog\0")
    args = node.args
    if name in _CONFIG_CALLS and len(args) == 2 and args[0].kind == "cast" and args[0].text == "regconfig":
        args = (args[0].args[0], *args[1:])
    if name == "nextval" and len(args) == 1 and args[0].kind == "string":
        args = (Node("cast", "regclass", args),)
    return Node("call", name, args)


def _special(node: Node, types: Types) -> Node:
    """Literals in COALESCE and its like take the type of the others."""
    known = [t for a in node.args if a.kind not in ("string", "number") and (t := type_of(a, types))]
    others = [a for a in node.args if not (a.kind == "cast" and a.args[0].kind in ("string", "number"))]
    target = (
        reduce(lambda a, b: a if a == b else "", (type_of(a, types) or "" for a in others)) if others else ""
    )
    if not known or not target:
        return node
    anchor = others[0]
    return Node(node.kind, node.text, tuple(_uncast(a, anchor, types) for a in node.args))


_RULES: dict[str, Callable[[Node, Types], Node]] = {
    "cast": _cast,
    "sign": _sign,
    "and": _flat,
    "or": _flat,
    "binary": _binary,
    "any": _membership,
    "all": _membership,
    "in": _in,
    "between": _between,
    "call": _call,
    "special": _special,
}
