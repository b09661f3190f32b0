"""How names and SQL text stand in the file: as they are where that is clear, else as a JSON string.

A line is made of fields with two or more spaces between them, so no field holds two spaces in a row: a JSON
string has an escape for the second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONDecodeError, dumps, loads

from autogen.schema import Key, Kind

_BARE = re.compile(r"\w[\w$]*")
_TOKEN = re.compile(r'\w[\w$]*|"(?:[^"\\]|\\.)*"')
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|,|[^\s,"]+')
_QUALIFIED = re.compile(rf"(?:({_TOKEN.pattern})\.)?({_TOKEN.pattern})(?: (\(.*\)))?")


class Unreadable(Exception):
    """A line that is not of this format; the message says what about it."""


def text(value: str) -> str:
    """A whole field."""
    plain = value.isprintable() and "  " not in value and value[:1] not in ("", " ", '"') and value[-1] != " "
    return value if plain else quoted(value)


def quoted(value: str) -> str:
    """A JSON string without two spaces in a row, of printable characters."""
    return dumps(value, ensure_ascii=not value.isprintable()).replace("  ", " \\u0020")


def read_text(field: str) -> str:
    if field[:1] != '"':
        return field
    try:
        value = loads(field)
    except (JSONDecodeError, RecursionError):
        value = None
    if not isinstance(value, str):
        raise Unreadable(f"{field} is no JSON string")
    return value


def token(value: str) -> str:
    """A part of a field: a word, or a JSON string."""
    return value if _BARE.fullmatch(value) and value.isprintable() else quoted(value)


def names(values: Iterable[str]) -> str:
    """``(id, "two words")``."""
    return f"({', '.join(map(token, values))})"


def read_names(field: str) -> tuple[str, ...]:
    inside = _inside(field)
    if '"' not in inside:
        return tuple(inside.split(", ")) if inside else ()
    return tuple(map(read_text, _TOKEN.findall(inside)))


def _inside(field: str) -> str:
    if field[:1] != "(" or field[-1:] != ")":
        raise Unreadable(f"{field!r} is no list in parentheses")
    return field[1:-1]


def split_list(field: str) -> list[list[str]]:
    """The items of a list in parentheses, each as its words."""
    inside = _inside(field)
    found: list[list[str]] = [[]] if inside else []
    for piece in _PIECE.findall(inside):
        if piece == ",":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def qualified(schema: str, name: str) -> str:
    """``orders``, ``billing.orders``."""
    return f"{token(schema)}.{token(name)}" if schema else token(name)


def read_qualified(field: str) -> tuple[str, str, str]:
    """Schema and name, and a list in parentheses behind them where one is there."""
    if field.isidentifier():
        return "", field, ""
    found = _QUALIFIED.fullmatch(field)
    if found is None:
        raise Unreadable(f"{field!r} is no name")
    return read_text(found[1] or ""), read_text(found[2]), found[3] or ""


def read_key(kind: Kind, field: str) -> Key:
    schema, name, _ = read_qualified(field)
    return Key(kind, schema, "", name)


def number(field: str) -> int:
    try:
        return int(field)
    except ValueError:
        raise Unreadable(f"{field!r} is no number") from None
