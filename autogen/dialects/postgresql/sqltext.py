"""PostgreSQL identifiers, literals and type names as text, both ways."""

from __future__ import annotations

import re
from functools import lru_cache

from autogen.dialects.postgresql.names import quoted as identifier
from autogen.schema import Key

__all__ = [
    "block",
    "clip",
    "identifier",
    "is_plain",
    "qualified",
    "split_name",
    "split_type",
    "string",
    "table_name",
]

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_PART = re.compile(r'"((?:[^"]|"")+)"|([^\s".\[\](]+)')
MAX_BYTES = 63


def qualified(schema: str, name: str) -> str:
    return f"{identifier(schema)}.{identifier(name)}" if schema else identifier(name)


def is_plain(name: str) -> bool:
    """Whether the name looks as if it needed no quotes."""
    return bool(_PLAIN.match(name))


def table_name(key: Key) -> str:
    """The SQL name of the table a key belongs to."""
    return qualified(key.owner.schema, key.owner.name)


def string(value: str) -> str:
    """An SQL string literal that means the same whatever standard_conforming_strings is."""
    quoted = value.replace("'", "''")
    if "\\" in quoted:
        return "E'" + quoted.replace("\\", "\\\\") + "'"
    return f"'{quoted}'"


def block(body: str) -> str:
    """An anonymous PL/pgSQL block, dollar-quoted with a tag that its body does not hold."""
    tag, n = "$do$", 0
    while tag in body:
        n += 1
        tag = f"$do{n}$"
    return f"DO {tag} BEGIN {body} END {tag}"


def clip(name: str, suffix: str = "") -> str:
    """``name`` + ``suffix`` within the length of an identifier, which counts bytes."""
    room = MAX_BYTES - len(suffix.encode())
    return name.encode()[:room].decode(errors="ignore") + suffix


@lru_cache(maxsize=4096)
def split_name(sql: str) -> tuple[str, ...] | None:
    """The parts of a possibly qualified, possibly quoted name; None where the text is something else."""
    parts, at = [], 0
    while True:
        match = _PART.match(sql, at)
        if not match:
            return None
        parts.append(match[1].replace('""', '"') if match[1] is not None else match[2])
        at = match.end()
        if at == len(sql):
            return tuple(parts)
        if sql[at] != ".":
            return None
        at += 1


_ARRAY = re.compile(r"(.*?)((?:\[\d*\])*)\Z", re.DOTALL)
_PARAMETERS = re.compile(r"([^\"(]*|\"(?:[^\"]|\"\")+\"[^(]*)\(([^()]*)\)(.*)\Z", re.DOTALL)


@lru_cache(maxsize=4096)
def split_type(sql: str) -> tuple[str, tuple[str, ...], int]:
    """Base name, parameters and array dimensions: ``timestamp with time zone``, ``("3",)``, 1."""
    match = _ARRAY.match(sql)
    assert match
    dimensions = match[2].count("[")
    found = _PARAMETERS.match(match[1])
    if not found:
        return match[1], (), dimensions
    parameters = tuple(part.strip() for part in found[2].split(","))
    return (found[1].rstrip() + found[3]).strip(), parameters, dimensions
