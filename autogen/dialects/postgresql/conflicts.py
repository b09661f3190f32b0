"""Rows in conflict under an exclusion constraint, as a query."""

from __future__ import annotations

import re

from autogen.schema import Exclude

_EXCLUDE = re.compile(r"EXCLUDE(?: USING [\w\"]+)? \((.*)", re.S)
_WITH = re.compile(r" WITH (OPERATOR\(.+?\)|[-+*/<>=~!@#%^&|`?]+)$")
_WHERE = re.compile(r" WHERE (\(.*\))(?: DEFERRABLE| INITIALLY DEFERRED)*$", re.S)
_PIECE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|.", re.S)
_NAMED = re.compile(r"(\"(?:[^\"]|\"\")+\"|[^\W\d][\w$]*)(?: |$)")


def query(exclude: Exclude, rows: str) -> str | None:
    """One row (x0) for each two rows in conflict; None where the definition is not understood. ``rows`` is
    what stands behind FROM."""
    found = _EXCLUDE.match(exclude.definition)
    parts = _split(found[1]) if found else None
    if parts is None:
        return None
    keys = [(_bare(_WITH.sub("", element)), _WITH.search(element)) for element in parts[0]]
    if not all(operator for _, operator in keys):
        return None
    where = _WHERE.search(parts[1])
    listed = ", ".join(f"{text} AS k{n}" for n, (text, _) in enumerate(keys))
    only = f" WHERE {where[1]}" if where else ""
    numbered = f"SELECT row_number() OVER () AS r, {listed} FROM {rows}{only}"
    meets = " AND ".join(f"a.k{n} {op[1]} b.k{n}" for n, (_, op) in enumerate(keys) if op)
    return (
        f"WITH s AS MATERIALIZED ({numbered}) SELECT 1 AS x0 FROM s AS a JOIN s AS b ON a.r < b.r AND {meets}"
    )


def _split(text: str) -> tuple[list[str], str] | None:
    """The elements in parentheses, and what stands behind them."""
    depth, last = 0, 0
    parts: list[str] = []
    for piece in _PIECE.finditer(text):
        if piece[0] == "(":
            depth += 1
        elif piece[0] == ")" and depth == 0:
            return [*parts, text[last : piece.start()].strip()], text[piece.end() :]
        elif piece[0] == ")":
            depth -= 1
        elif piece[0] == "," and depth == 0:
            parts.append(text[last : piece.start()].strip())
            last = piece.end()
    return None


def _bare(element: str) -> str:
    """An element without what only the index needs: an operator class, the order."""
    named = _NAMED.match(element)
    if named:
        return named[1]
    return element[: element.rindex(")") + 1] if ")" in element else element
