"""What an Inspector did not see, told by what stands in ``Schema.skipped``."""

from __future__ import annotations

from dataclasses import replace

from autogen.schema import Check, Column, Index, Object, Schema, Skipped, Table, Unique

CHECKS = "check constraints"
UNIQUES = "unique constraints"
COMMENTS = "comments"
OPTIONS = "index predicates, methods and storage options; triggers; sequences"


def skipped(what: str, backend: str) -> Skipped:
    return Skipped(what, f"SQLAlchemy's {backend} dialect does not show them to autogen")


def without(current: Schema, desired: Schema) -> Schema:
    """The declared schema as the Inspector would have seen it."""
    unseen = {s.object for s in current.skipped}
    kept: list[Object] = []
    for item in desired:
        if isinstance(item, Check) and CHECKS in unseen:
            continue
        if isinstance(item, Unique) and UNIQUES in unseen:
            continue
        if isinstance(item, Index) and item.key not in current and _warned_of(item, current):
            continue
        if isinstance(item, Table | Column) and item.comment is not None and COMMENTS in unseen:
            item = replace(item, comment=None)
        kept.append(item)
    return Schema(kept, desired.skipped)


def _warned_of(index: Index, current: Schema) -> bool:
    """Whether SQLAlchemy said of an expression index that it cannot reflect it."""
    expressions = any(element.is_expression for element in index.elements)
    return expressions and any(index.name in s.reason for s in current.skipped if "expression" in s.reason)
