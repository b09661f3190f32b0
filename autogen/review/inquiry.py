"""Whom the review asks about rows, on which terms, and how large the tables are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from autogen.changes import Rename
from autogen.dialects.base import Dialect
from autogen.dialects.probing import NoAnswer, Probing, Size
from autogen.plan import Comparison
from autogen.schema import Key
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SECONDS = 9.0
"""What all questions of one review may take together: with the rest of it they stay below 10."""
EACH = 5.0
"""What one query may take."""
_CATALOG = 1.0


@value(frozen=True)
class Inquiry:
    """``sizes`` are those of live tables, as the catalog has them. ``show_values`` says whether evidence may
    quote values of rows."""

    probing: Probing
    sizes: Mapping[Key, Size] = field(default_factory=dict)
    show_values: bool = True
    seconds: float = SECONDS
    each: float = EACH
    begun: float = field(default_factory=time.monotonic)


def inquiry_for(
    comparison: Comparison, dialect: Dialect, connection: Connection, show_values: bool
) -> Inquiry | None:
    """None where the dialect cannot ask within a time limit."""
    probing = dialect.probing(connection)
    if probing is None:
        return None
    try:
        sizes = probing.sizes(sorted(set(_touched(comparison).values())), _CATALOG)
    except NoAnswer:
        sizes = {}
    return Inquiry(probing, sizes, show_values)


def rows_of(comparison: Comparison, inquiry: Inquiry) -> Mapping[Key, int]:
    """About how many rows the tables hold that the changes touch, by their names in the models."""
    sizes = {new: inquiry.sizes.get(live) for new, live in _touched(comparison).items()}
    return {new: size.rows for new, size in sizes.items() if size and size.rows is not None}


def _touched(comparison: Comparison) -> Mapping[Key, Key]:
    """The live tables that the changes touch, by their names in the models."""
    renamed = {c.after.key: c.before.key for c in comparison.changes if isinstance(c, Rename)}
    owners = {change.key.owner for change in comparison.changes}
    pairs = ((owner, renamed.get(owner, owner)) for owner in owners)
    return {new: live for new, live in pairs if live in comparison.before}
