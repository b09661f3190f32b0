"""Live connection -> Schema: the stage's front; the reading is the dialect's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect, Scope
    from autogen.schema import Schema

__all__ = ["introspect"]


def introspect(connection: Connection, dialect: Dialect, scope: Scope) -> Schema:
    """The live schema in the dialect's canonical spelling, without what the scope leaves out."""
    return dialect.introspect(connection, scope)
