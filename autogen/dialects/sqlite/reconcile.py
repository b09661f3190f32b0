"""Names that differ in case alone: SQLite takes ``Users`` and ``users`` for one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from autogen.changes import Rename
from autogen.dialects.sqlite.effects import renamed
from autogen.schema import Check, Column, ForeignKey, Index, Key, Object, PrimaryKey, Schema, Table, Unique

_LABELS = (PrimaryKey, Unique, ForeignKey, Check, Index)
_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)
"""SQLite folds the letters of ASCII and no others."""


def reconcile(current: Schema, desired: Schema) -> tuple[Schema, Schema]:
    """The declared schema under the live names, wherever only their case differs."""
    for kind in (Table, Column):
        for stands, wanted in _twins(current, desired, kind):
            desired = renamed(desired, Rename(wanted, _as(wanted, stands.key.name)))
    others = list(_twins(current, desired, *_LABELS))
    if others:
        named = [_as(wanted, stands.key.name) for stands, wanted in others]
        desired = desired.replace([wanted.key for _, wanted in others], named)
    return current, desired


def _as(o: Any, name: str) -> Any:
    return replace(o, name=name)


def _twins(current: Schema, desired: Schema, *kind: type[Object]) -> Iterable[tuple[Object, Object]]:
    """Live and declared objects of these kinds whose keys become equal when case is ignored."""
    missing = [o for k, o in desired.by_key.items() if k not in current and isinstance(o, kind) and _named(o)]
    if not missing:
        return []
    standing: dict[Key, list[Object]] = defaultdict(list)
    for key, o in current.by_key.items():
        if key not in desired and isinstance(o, kind) and _named(o):
            standing[_folded(key)].append(o)
    pairs = [(standing.get(_folded(wanted.key), []), wanted) for wanted in missing]
    return [(found[0], wanted) for found, wanted in pairs if len(found) == 1]


def _named(o: Object) -> bool:
    return bool(getattr(o, "name", None)) and getattr(o, "name", None) == o.key.name


def _folded(key: Key) -> Key:
    return key._replace(name=key.name.translate(_FOLD))
