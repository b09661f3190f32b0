"""The models' declarations as the file's dialect reads them, with no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from autogen.declare.scoped import declared, within
from autogen.dialects import dialect_class

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.dialects.base import Dialect, Scope
    from autogen.project.taken_over_offline import TakenOverOffline
    from autogen.schema import Schema


def unconnected(backend: str, noted: Mapping[str, str]) -> Dialect:
    """The dialect of the server that the file was made on."""
    return dialect_class(backend).recalled(backend, noted)


def declarations(
    metadatas: Sequence[MetaData], dialect: Dialect, scope: Scope, hooks: TakenOverOffline | None = None
) -> Schema:
    """What the models ask for, without what the configuration and the ``hooks`` of env.py leave out."""
    desired = within(*declared(dialect, metadatas, scope))
    return desired if hooks is None else hooks.alone(dialect, desired)
