"""Defaults that Python fills in, as the models state them: ``default=…``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogen.declare.hints import key_of
from autogen.schema import Key

if TYPE_CHECKING:
    import sqlalchemy

    from autogen.dialects.base import Dialect

_LONGEST = 40


def client_defaults(metadatas: Sequence[sqlalchemy.MetaData], dialect: Dialect) -> Mapping[Key, str]:
    """What fills a column in, by its key in the models: a value as Python spells it, or a few words."""
    return {
        key_of(column, dialect): _words(column.default)
        for metadata in metadatas
        for table in metadata.tables.values()
        for column in table.columns
        if column.default is not None
    }


def _words(default: Any) -> str:
    if default.is_scalar:
        words = repr(default.arg)
        return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    if default.is_callable:
        # SQLAlchemy wraps a function that takes no context in another one of its name
        return f"{getattr(default.arg, '__name__', 'a function')}()"
    return "a sequence" if default.is_sequence else "an SQL expression"
