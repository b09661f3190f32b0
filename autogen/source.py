"""The only way from a value to Python source: every name and text that came from a database passes here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from autogen.schema import Code

SA = "import sqlalchemy as sa"

# What sqlalchemy.text() would take for a bind parameter or for an escaped colon.
_BIND = re.compile(r"(?<![:\w\\]):(?=[\w$]+(?![:\w$]))|(?<=\\):(?=[\w$]*(?![:\w$]))")


def literal(value: object) -> str:
    """The Python literal of a plain value: str, int, bool, None, or tuples, lists and dicts of these."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if value is None or isinstance(value, str | int | float):
        # ascii() escapes what an editor would not show or would reorder, but keeps letters readable
        return repr(value) if not isinstance(value, str) or value.isprintable() else ascii(value)
    raise TypeError(f"no literal for {type(value).__name__}")


def escape_binds(sql: str) -> str:
    """SQL with its colons escaped, so that sqlalchemy.text() hands it on letter for letter."""
    return _BIND.sub(lambda match: "\\:", sql)


def text(sql: str) -> Code:
    """``sa.text(...)`` of this very SQL."""
    return Code(f"sa.text({literal(escape_binds(sql))})", frozenset({SA}))


def call(
    function: str, args: Iterable[Code | str], kwargs: Mapping[str, Code | str], imports: Iterable[str] = ()
) -> Code:
    """A call in source form; str arguments are source already."""
    needed = set(imports)
    parts = []
    for name, arg in [*((None, a) for a in args), *kwargs.items()]:
        if isinstance(arg, Code):
            needed |= arg.imports
            arg = arg.text
        parts.append(arg if name is None else f"{name}={arg}")
    return Code(f"{function}({', '.join(parts)})", frozenset(needed))


def sa(name: str, /, *args: Code | str, **kwargs: Code | str) -> Code:
    """A call of something in the sqlalchemy namespace."""
    return call(f"sa.{name}", args, kwargs, (SA,))


def comment(words: str) -> str:
    """Words made safe for a ``#`` comment: one line, printable, no longer than a sentence."""
    line = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(line.split())


def docstring(words: str) -> str:
    """Words made safe for the inside of a triple-quoted string; newlines stay."""
    kept = "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in words.replace("\\", "\\\\"))
    return kept.replace('"""', r"\"\"\"")
