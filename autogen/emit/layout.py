"""Lines of a function body and import lines, before black sees them."""

from __future__ import annotations

import ast
import io
import sys
import textwrap
import tokenize
from collections.abc import Iterable, Sequence
from itertools import groupby

from autogen.operations import NOWHERE
from autogen.plan import Step
from autogen.source import comment

INDENT = "    "
_TABLE_PARTS = ("table", "column", "primary_key", "unique", "foreign_key", "check", "exclude", "index")


def heading(step: Step) -> str:
    """What a group of steps is headed by: the table, or the kind and name of what has no table; nothing where
    a step is about no object."""
    key = step.subject
    if key == NOWHERE:
        return ""
    words = key.owner.label if key.kind in _TABLE_PARTS else f"{key.kind} {key.label}"
    return comment(words) or "(a name without visible characters)"


def body(steps: Sequence[Step], line_length: int, headings: bool) -> str:
    """The indented statements of a function, in the order given.

    A block within one table stands under the table's heading; a block over several holds their headings.
    """
    lines: list[str] = []
    table = ""
    for block, group in groupby(steps, key=lambda step: step.block):
        run = list(group)
        titles = [heading(step) if headings else "" for step in run]
        indent = INDENT * 2 if block else INDENT
        written: list[str] = []
        named = set(titles) - {""}
        if block and len(named) == 1:
            (title,) = named
            lines.extend(_headed(title, table, INDENT, not lines))
            table = title
        for step, title in zip(run, titles, strict=True):
            written.extend(_headed(title, table, indent, not written and (bool(block) or not lines)))
            table = title or table
            written.extend(statement(step, indent, line_length))
        if block:
            lines.append(INDENT + block)
            written.extend([] if _does_something(run) else [f"{indent}pass"])
        lines.extend(written)
    whole = _does_something(steps) or any(step.block for step in steps)
    return "\n".join(lines if whole else [*lines, f"{INDENT}pass"])


def _headed(title: str, table: str, indent: str, first: bool) -> list[str]:
    """The heading where the table changes, behind a blank line unless the suite begins with it."""
    if title in ("", table):
        return []
    return [f"{indent}# {title}"] if first else ["", f"{indent}# {title}"]


def _does_something(steps: Sequence[Step]) -> bool:
    return any(step.code.text.strip() for step in steps)


def statement(step: Step, indent: str, line_length: int) -> list[str]:
    """A step's source; its note trails the line where it fits there, and stands above it otherwise."""
    source = indented(exploded(step.code.text.strip()), indent)
    note = comment(step.note)
    if not note:
        return source
    if len(source) == 1 and len(source[0]) + len(note) + 4 <= line_length:
        return [f"{source[0]}  # {note}"]
    wrapped = textwrap.wrap(
        note, max(line_length - len(indent) - 2, 20), break_long_words=False, break_on_hyphens=False
    )
    return [*(f"{indent}# {line}" for line in wrapped), *source]


def exploded(code: str) -> str:
    """A created table with a magic trailing comma: a column a line, however short they are."""
    if not code.startswith("op.create_table(") or not code.endswith(")") or code.endswith(",)"):
        return code
    try:
        parsed = ast.parse(code).body
    except SyntaxError:
        return code
    single = len(parsed) == 1 and isinstance(parsed[0], ast.Expr) and isinstance(parsed[0].value, ast.Call)
    return f"{code[:-1]},)" if single else code


def indented(code: str, indent: str) -> list[str]:
    """The lines of statements under an indent; what stands inside a multi-line string stays in place."""
    lines = code.split("\n")
    if len(lines) == 1:
        return [indent + code] if code else []
    inside: set[int] = set()
    middle = getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type in (tokenize.STRING, middle):
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    return [line if n in inside or not line else indent + line for n, line in enumerate(lines, 1)]


def imports(lines: Iterable[str], own: frozenset[str]) -> str:
    """Import lines merged and sorted: standard library, packages, the user's own modules.

    ``own`` are the top-level names of the project's packages.
    """
    plain: set[tuple[str, str | None]] = set()
    members: dict[str, set[tuple[str, str | None]]] = {}
    for line in lines:
        for node in ast.parse(line).body:
            if isinstance(node, ast.Import):
                plain |= {(alias.name, alias.asname) for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = {(alias.name, alias.asname) for alias in node.names}
                members.setdefault(node.module or "", set()).update(found)
            else:
                raise ValueError(f"not an absolute import: {line!r}")
    sections: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for name, alias in sorted(plain, key=_natural):
        sections[_section(name, own)].append(f"import {_aliased(name, alias)}")
    for module in sorted(members, key=lambda m: (m.lower(), m)):
        names = ", ".join(_aliased(*member) for member in sorted(members[module], key=_member))
        sections[_section(module, own)].append(f"from {module} import {names}")
    return "\n\n".join("\n".join(section) for section in sections.values() if section)


def _aliased(name: str, alias: str | None) -> str:
    return f"{name} as {alias}" if alias else name


def _natural(item: tuple[str, str | None]) -> tuple[str, str, str]:
    return (item[0].lower(), item[0], item[1] or "")


def _member(item: tuple[str, str | None]) -> tuple[int, str, str, str]:
    """Constants, then classes, then the rest, as isort and ruff order them."""
    name = item[0]
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (rank, *_natural(item))


def _section(module: str, own: frozenset[str]) -> int:
    root = module.partition(".")[0]
    return 0 if root in sys.stdlib_module_names else 2 if root in own else 1
