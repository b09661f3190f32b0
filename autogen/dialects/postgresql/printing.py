"""Expression trees -> SQL, with no more parentheses than the server's grammar needs."""

from __future__ import annotations

from autogen.dialects.postgresql import syntax
from autogen.dialects.postgresql.names import quoted
from autogen.dialects.postgresql.syntax import Node

_LIKES = {"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE"}
_SIMPLE = frozenset({"string", "constant", "name", "call", "special", "array", "extract", "trim", "case"})


def sql(node: Node, floor: int = 0) -> str:
    """The expression as text, in parentheses where it binds more weakly than ``floor``."""
    text, own = _render(node)
    return f"({text})" if own < floor else text


def _render(node: Node) -> tuple[str, int]:
    """The text and how strongly its outermost operator binds."""
    kind = node.kind
    if kind in _SIMPLE:
        return _atom(node), syntax.ATOM
    if kind == "number":
        return node.text, syntax.SIGN if node.text.startswith("-") else syntax.ATOM
    if kind == "cast":
        return f"{sql(node.args[0], syntax.CAST)}::{node.text}", syntax.CAST
    if kind == "index":
        return f"{sql(node.args[0], syntax.ATOM)}[{sql(node.args[1])}]", syntax.INDEX
    if kind in ("or", "and"):
        own = syntax.OR if kind == "or" else syntax.AND
        return f" {kind.upper()} ".join(sql(arg, own + 1) for arg in node.args), own
    if kind == "not":
        return f"NOT {sql(node.args[0], syntax.NOT)}", syntax.NOT
    if kind == "sign":
        inner = sql(node.args[0], syntax.ATOM)
        return f"{node.text}{inner}" if node.text in "+-" else f"{node.text} {inner}", syntax.SIGN
    return _operation(node)


def _operation(node: Node) -> tuple[str, int]:
    kind, args = node.kind, node.args
    if kind == "binary":
        own = syntax.RANGE if node.text in _LIKES else syntax.strength(node.text)
        loose = own in (syntax.COMPARE, syntax.RANGE)
        left = sql(args[0], own + 1 if loose else own)
        return f"{left} {_LIKES.get(node.text, node.text)} {sql(args[1], own + 1)}", own
    if kind in ("any", "all"):
        own = syntax.strength(node.text)
        return f"{sql(args[0], own + 1)} {node.text} {kind.upper()} ({sql(args[1])})", own
    if kind == "in":
        negated = "NOT " if node.text else ""
        items = ", ".join(sql(arg) for arg in args[1:])
        return f"{sql(args[0], syntax.RANGE + 1)} {negated}IN ({items})", syntax.RANGE
    if kind == "is":
        return f"{sql(args[0], syntax.IS + 1)} IS {node.text.upper()}", syntax.IS
    if kind == "distinct":
        negated = "NOT " if node.text else ""
        left, right = (sql(arg, syntax.RANGE + 1) for arg in args)
        return f"{left} IS {negated}DISTINCT FROM {right}", syntax.IS
    if kind == "zone":
        return f"{sql(args[0], syntax.ZONE)} AT TIME ZONE {sql(args[1], syntax.ZONE + 1)}", syntax.ZONE
    if kind == "collate":
        return f"{sql(args[0], syntax.COLLATE)} COLLATE {dotted(node.text)}", syntax.COLLATE
    raise syntax.Unparsed(kind)


def dotted(text: str) -> str:
    return ".".join(quoted(name) for name in text.split("."))


def _atom(node: Node) -> str:
    kind, args = node.kind, node.args
    if kind in ("string", "constant"):
        return node.text
    if kind == "name":
        return ".".join(quoted(name) for name in args)
    listed = ", ".join(sql(arg) for arg in args) if kind != "case" else ""
    if kind == "call":
        return f"{'.'.join(quoted(name) for name in node.text.split(chr(0)))}({listed})"
    if kind == "special":
        return f"{node.text}({listed})"
    if kind == "array":
        return f"ARRAY[{listed}]"
    if kind == "extract":
        return f"EXTRACT({node.text} FROM {listed})"
    if kind == "trim":
        characters = f"{sql(args[1])} " if len(args) > 1 else ""
        return f"TRIM({node.text.upper()} {characters}FROM {sql(args[0])})"
    return _case(node)


def _case(node: Node) -> str:
    subject, other, *branches = node.args
    text = "CASE" if subject is None else f"CASE {sql(subject)}"
    for condition, value in zip(branches[::2], branches[1::2], strict=True):
        text += f" WHEN {sql(condition)} THEN {sql(value)}"
    return text + (" END" if other is None else f" ELSE {sql(other)} END")
