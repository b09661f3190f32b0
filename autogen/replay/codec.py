"""Schemas as JSON and back: plain values of known classes, nothing that runs when it is read."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from autogen import schema
from autogen.dialects.base import Blueprint
from autogen.schema import Key, Schema, Skipped

_CLASSES: dict[str, type[Any]] = {
    c.__name__: c
    for c in (
        schema.Check,
        schema.Code,
        schema.Column,
        schema.ColumnType,
        schema.Computed,
        schema.Dependent,
        schema.EnumType,
        schema.Exclude,
        schema.ForeignKey,
        schema.Identity,
        schema.Index,
        schema.IndexElement,
        schema.Namespace,
        schema.PrimaryKey,
        schema.Sequence,
        schema.Table,
        schema.Unique,
        Skipped,
        Blueprint,
    )
}
_FIELDS = {name: tuple(f.name for f in dataclasses.fields(c)) for name, c in _CLASSES.items()}


def to_json(value: Any) -> str:
    """The text of a value; a class that is not known is a TypeError."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:
    """The value of a text that ``to_json`` wrote. Anything else is a ValueError, TypeError or KeyError."""
    return _value(json.loads(text))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Key):
        return {"Key": list(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return {"frozenset": sorted(_plain(item) for item in value)}
    if isinstance(value, Schema):
        return {"Schema": [[_plain(o) for o in value.objects], _plain(value.skipped)]}
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise TypeError(f"{name} is none of the values of a schema")
    return {name: [_plain(getattr(value, field)) for field in _FIELDS[name]]}


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple([_value(item) for item in plain])
    if not isinstance(plain, dict):
        return plain
    ((name, held),) = plain.items()
    if name == "Key":
        return Key(*held)
    if name == "frozenset":
        return frozenset(held)
    if name == "Schema":
        objects, skipped = held
        return Schema(_value(objects), _value(skipped))
    fields = _FIELDS[name]
    return _CLASSES[name](**dict(zip(fields, map(_value, held), strict=True)))
