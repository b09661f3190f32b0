"""Names that differ in case alone, where the server takes ``Users`` and ``users`` for one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from autogen.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    Key,
    Object,
    Pair,
    Schema,
    Table,
    Unique,
)
from autogen.schema.renaming import Rewrite, renamed

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect

Folded = Callable[[Key], Key]
"""The key that all spellings of one name have in common."""
_STAGES: tuple[tuple[type[Object], ...], ...] = ((Table,), (Column,), (Unique, ForeignKey, Check, Index))
"""A column is looked for in its table, whatever the models call that."""


def under_live_names(current: Schema, desired: Schema, folded: Folded, rewrite: Rewrite) -> Schema:
    """The declared schema under the live names, wherever only their case differs."""
    for kinds in _STAGES:
        twins = list(_twins(current, desired, kinds, folded))
        if twins:
            desired = renamed(desired, twins, rewrite)
    return desired


def _twins(
    current: Schema, desired: Schema, kinds: tuple[type[Object], ...], folded: Folded
) -> Iterator[Pair]:
    """Declared and live objects of these kinds that are one to the server, under different names."""
    missing = [
        k for k, o in desired.by_key.items() if k not in current and isinstance(o, kinds) and _named(o)
    ]
    if not missing:
        return
    standing: dict[Key, list[Key]] = defaultdict(list)
    for key, o in current.by_key.items():
        if key not in desired and isinstance(o, kinds) and _named(o):
            standing[folded(key)].append(key)
    for wanted in missing:
        found = standing.get(folded(wanted), [])
        if len(found) == 1:
            yield wanted, found[0]


def _named(o: Object) -> bool:
    return bool(getattr(o, "name", None))


def one_name(dialect: Dialect, before: Key, after: Key) -> bool:
    """Whether the server takes an object's old and new name within its table for one, wherever that goes."""
    carried = before._replace(schema=after.schema, table=after.table)
    return bool(after.table) and dialect.folded(carried) == dialect.folded(after)


def spelled(keys: Iterable[Key], schema: Schema, folded: Folded) -> dict[Key, Key]:
    """Each key as the schema spells it; one that it has in no spelling stays."""
    keys = list(keys)
    if all(key in schema for key in keys):
        return {key: key for key in keys}
    there = {folded(key): key for key in schema.by_key}
    return {key: key if key in schema else there.get(folded(key), key) for key in keys}
