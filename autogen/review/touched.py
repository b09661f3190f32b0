"""The standing tables that a revision takes locks on."""

from __future__ import annotations

from autogen.changes import Create
from autogen.review.context import Context
from autogen.schema import Key


def touched(context: Context) -> list[Key]:
    """Tables that are altered, dropped or renamed, or whose parts are."""
    found: set[Key] = set()
    for change in context.comparison.changes:
        if change.key.kind in ("schema", "enum", "sequence"):
            continue
        new = change.key.kind == "table" and isinstance(change, Create)
        if not new and context.stands(change.key.owner):
            found.add(change.key.owner)
    return sorted(found)
