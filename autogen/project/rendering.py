"""render_item of env.py: the project's own spelling of its types in drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.errors import AutogenError
from autogen.schema import Code, Key, Schema

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
