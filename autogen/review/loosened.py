"""Whether a check asks for no more than another one did: then every row that stands satisfies it.

Only what is plain from the text counts: conditions left out or put behind OR, values added to IN, a bound
moved outwards. Anything else is a No, and is reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<space>\s+) | '(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | [^\W\d]\w*
    | \d+(?:\.\d+)? | :: | <= | >= | <> | != | \|\| | . """,
    re.X | re.S,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)' :: (?:smallint|integer|bigint|numeric)")
_LITERAL = re.compile(r"(?:n?'.*'|-?[\d.]+|null)(?: :: [\w ]+)?", re.I | re.S)
_TOO_CLEVER = frozenset({"between", "case", "not", "xor", "||", "is", "like", "escape", "collate"})
"""Words that bind what stands beside them in ways that are not looked into."""
_BOUNDS = ("<=", ">=", "<", ">")
_LISTS = (
    (("in", "("), (")",)),
    (("=", "any", "(", "array", "["), ("]", ")")),
    (("=", "any", "(", "(", "array", "["), ("]", ")", "::", "text", "[", "]", ")")),
)

Tokens = tuple[str, ...]


def loosened(old: str, new: str) -> bool:
    """Whether every row that the check ``old`` lets in is let in by the check ``new``."""
    return _implies(_tokens(old), _tokens(new))


@lru_cache(4096)
def _tokens(text: str) -> Tokens:
    found = (m for m in _TOKEN.finditer(text) if not m["space"])
    return _bare(tuple(m[0] if m[0][0] in "'\"`" else m[0].lower() for m in found))


def _implies(old: Tokens, new: Tokens) -> bool:
    if old == new:
        return True
    for word, every in (("or", True), ("and", False)):
        was, now = _split(old, word), _split(new, word)
        if len(was) == len(now) == 1:
            continue
        if every:
            return all(any(_implies(a, b) for b in now) for a in was)
        return all(any(_implies(a, b) for a in was) for b in now)
    return _wider_list(old, new) or _wider_bound(old, new)


def _bare(tokens: Tokens) -> Tokens:
    """The tokens without parentheses around all of them."""
    while len(tokens) > 2 and tokens[0] == "(" and next(_closes(tokens)) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closes(tokens: Tokens) -> Iterator[int]:
    """Where the outermost brackets close; the end where one never does."""
    depth = 0
    for n, token in enumerate(tokens):
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if depth == 0 and token in (")", "]"):
            yield n
    yield len(tokens)


def _split(tokens: Tokens, word: str) -> list[Tokens]:
    """The operands of AND or OR outside of brackets; one, where other words may bind them otherwise."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if depth == 0 and token in ("between", "case", "xor", "||"):
            return [tokens]
        if depth == 0 and token == word:
            parts.append([])
        else:
            parts[-1].append(token)
    return [_bare(tuple(part)) for part in parts]


def _wider_list(old: Tokens, new: Tokens) -> bool:
    """``x IN (1, 2)`` and ``x IN (1, 2, 3)``."""
    for opening, closing in _LISTS:
        was, now = _listed(old, opening, closing), _listed(new, opening, closing)
        if was and now and was[0] == now[0]:
            return set(was[1]) <= set(now[1])
    return False


def _listed(tokens: Tokens, opening: Tokens, closing: Tokens) -> tuple[Tokens, list[Tokens]] | None:
    """The left side and the values of a list of literals."""
    if tokens[-len(closing) :] != closing:
        return None
    for n in range(1, len(tokens) - len(opening)):
        if tokens[n : n + len(opening)] == opening:
            left, values = tokens[:n], tokens[n + len(opening) : -len(closing)]
            items = _split(values, ",")
            plain = all(_LITERAL.fullmatch(" ".join(item)) for item in items)
            return (left, items) if plain and _plain(left) else None
    return None


def _wider_bound(old: Tokens, new: Tokens) -> bool:
    """``x > 1`` and ``x > 0``, ``length(x) <= 10`` and ``length(x) <= 20``."""
    was, now = _bound(old), _bound(new)
    if not was or not now or was[0] != now[0] or was[1][0] != now[1][0]:
        return False
    inside, strict = was[2] < now[2], (was[1], now[1])
    if was[1][0] == ">":
        inside = was[2] > now[2]
    return inside or (was[2] == now[2] and strict != (f"{was[1][0]}=", was[1][0]))


def _bound(tokens: Tokens) -> tuple[Tokens, str, float] | None:
    """The left side, the operator and the number of a comparison."""
    for n, token in enumerate(tokens):
        if token in _BOUNDS:
            right = _bare(tokens[n + 1 :])
            quoted = _QUOTED_NUMBER.fullmatch(" ".join(right))
            number = quoted[1] if quoted else "".join(right)
            plain = bool(_NUMBER.fullmatch(number)) and _plain(tokens[:n])
            return (tokens[:n], token, float(number)) if plain else None
    return None


def _plain(left: Tokens) -> bool:
    """Whether the left side is a value: a column, a function of one, a cast."""
    return bool(left) and not any(
        token in _TOO_CLEVER or token in ("and", "or", "=", "<>", "!=", *_BOUNDS) for token in left
    )
