"""render_item and user_module_prefix of env.py: the project's own spelling of its types in drafts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.schema import Code, Column, Key, Schema

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine import Connection


def rendered(
    options: Mapping[str, Any],
    connection: Connection,
    declared: Mapping[Key, sqlalchemy.Table],
    desired: Schema,
    calling: Callable[..., Any],
) -> Schema:
    """The declared schema with the types spelled as ``render_item`` has them, each type asked for once."""
    hook = options.get("render_item")
    if hook is None:
        return desired
    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.migration import MigrationContext

    context = AutogenContext(MigrationContext.configure(connection, opts=dict(options)), autogenerate=False)
    codes: dict[int, Code | None] = {}
    spelled = []
    for key, table in declared.items():
        for column in table.columns:
            value = desired.column(key, str(column.name))
            if value is None:
                continue
            if id(column.type) not in codes:
                context.imports.clear()
                said = calling("render_item", hook, "type", column.type, context)
                codes[id(column.type)] = _code(said, context.imports)
            code = codes[id(column.type)]
            if code is not None:
                spelled.append(replace(value, type=replace(value.type, code=code)))
    return desired.replace(add=spelled) if spelled else desired


def _code(said: Any, imports: set[str]) -> Code | None:
    """The source with what it imports; None where the hook leaves the type to the usual spelling."""
    if said is False or said is None:
        return None
    if not isinstance(said, str):
        raise AutogenError(
            f"render_item in env.py returned a {type(said).__name__} for a type; it has to return source as "
            "text, or False."
        )
    lines = {line.strip() for text in imports for line in text.splitlines() if line.strip()}
    return Code(said, frozenset({*lines, *(["import sqlalchemy as sa"] if "sa." in said else [])}))


def prefixed(options: Mapping[str, Any], template: Path, desired: Schema) -> Schema:
    """The declared schema with the project's own types behind ``user_module_prefix``, imported as the
    template of its revisions imports what the prefix begins with. Where a draft could not find a type like
    this, it keeps the spelling that imports it from where it is."""
    prefix = options.get("user_module_prefix")
    if not isinstance(prefix, str) or not prefix:
        return desired
    imports = frozenset(_binding(prefix.partition(".")[0], template) or [f"import {prefix.rstrip('.')}"])
    codes: dict[Code, Code] = {}
    spelled = []
    for column in desired.of_kind(Column):
        code = column.type.code
        if code is None:
            continue
        if code not in codes:
            codes[code] = _behind(prefix, imports, code)
        if codes[code] != code:
            spelled.append(replace(column, type=replace(column.type, code=codes[code])))
    return desired.replace(add=spelled) if spelled else desired


def _behind(prefix: str, imports: frozenset[str], code: Code) -> Code:
    from autogen.type_code import Unwritable, evaluate

    own = {line for line in code.imports if line.startswith("import ") and " sqlalchemy" not in line}
    text = code.text
    for line in sorted(own, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(line.removeprefix('import '))}\.(\w+)", rf"{prefix}\1", text)
    if text == code.text:
        return code
    made = Code(text, (code.imports - own) | imports)
    try:
        found, meant = evaluate(made), evaluate(code)
    except (Unwritable, ImportError, SyntaxError):
        return code
    same = type(found).__module__ == type(meant).__module__ and repr(found) == repr(meant)
    return made if same else code


def _binding(name: str, template: Path) -> list[str]:
    """The lines of a template that import something under this name."""
    try:
        lines = template.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    plain = (line for line in lines if line.startswith(("import ", "from ")) and "${" not in line)
    return [line.strip() for line in plain if name in _bound(line)]


def _bound(line: str) -> set[str]:
    """The names under which a line imports something."""
    try:
        statements = ast.parse(line).body
    except (SyntaxError, ValueError):
        return set()
    return {
        (alias.asname or alias.name).partition(".")[0]
        for statement in statements
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    }
