"""What env.py passes to ``context.configure`` in plain sight, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

OPTIONS = (
    "compare_server_default",
    "compare_type",
    "include_name",
    "include_object",
    "include_schemas",
    "process_revision_directives",
    "render_item",
    "user_module_prefix",
    "version_table",
    "version_table_schema",
)
"""The options of ``context.configure`` that are taken over."""
LIMITS = ("compare_server_default", "compare_type", "include_name", "include_object")
"""Those that say what is compared of what the models declare."""


_SEVERAL = ("upgrade_token", "engine_name")
"""What an env.py that migrates several databases calls them by, in the form of Alembic's template."""


class Stated(NamedTuple):
    """The options written as plain literals, the names of the others ("" for what may hold any), whether
    the migrations run in a transaction that env.py begins itself, and whether it tells databases apart."""

    options: Mapping[str, Any]
    unread: frozenset[str] = frozenset()
    begins: bool = False
    several: bool = False

    @property
    def complete(self) -> bool:
        """Whether there are no others."""
        return not self.unread

    @property
    def limits_read(self) -> bool:
        """Whether all that says what is compared is among the options."""
        return not self.unread & {"", *LIMITS}


def stated_in(env_py: Path) -> Stated:
    """The options of an env.py; none where it cannot be read, which running it would tell."""
    try:
        text = env_py.read_text("utf-8")
        if not any(name in text for name in (*OPTIONS, "**", ".begin()", *_SEVERAL)):
            return Stated({})
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return Stated({})
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, Any] = {}
    unread = set()
    for name, value in _given(tree):
        if isinstance(value, ast.Name) and value.id in constants:
            found[name] = constants[value.id]
        elif isinstance(value, ast.Constant):
            found[name] = value.value
        else:
            unread.add(name)
    several = any(name in text for name in _SEVERAL)
    return Stated(found, frozenset(unread), any(map(_begins, ast.walk(tree))), several)


def _begins(node: ast.AST) -> bool:
    """Whether a statement begins a transaction, around the migrations where it is a ``with``."""
    if isinstance(node, ast.Assign):
        return _is_begin(node.value)
    if not isinstance(node, ast.With | ast.AsyncWith) or not any(
        _is_begin(i.context_expr) for i in node.items
    ):
        return False
    inside = "\n".join(map(ast.unparse, node.body))
    return "configure(" in inside or "migrations" in inside


def _is_begin(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".begin")


def _given(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Every option with its value, as a keyword or in a dictionary; ``configure(**other)`` may hold any."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in OPTIONS:
                    yield keyword.arg, keyword.value
                elif keyword.arg is None and _configures(node):
                    yield "", keyword.value
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in OPTIONS:
                    yield str(key.value), value


def _configures(call: ast.Call) -> bool:
    return ast.unparse(call.func).endswith("configure")
