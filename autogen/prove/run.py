"""Runs the upgrade() or downgrade() of a draft's text on a connection, the way Alembic's runtime does."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.engine import Connection


class DraftFailed(Exception):
    """A draft raised; the message says where and what the database said."""


def run_draft(
    text: str,
    direction: Literal["upgrade", "downgrade"],
    connection: Connection,
    metadatas: Sequence[MetaData] = (),
) -> None:
    """Runs one direction in a transaction of its own and commits it.

    Raises DraftFailed; the connection is then rolled back.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    options: dict[str, object] = {"transaction_per_migration": True}
    if metadatas:
        options["target_metadata"] = metadatas[0] if len(metadatas) == 1 else list(metadatas)
    context = MigrationContext.configure(connection, opts=options)
    module = ModuleType("draft")
    try:
        exec(compile(text, "<draft>", "exec"), module.__dict__)
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            getattr(module, direction)()
        if connection.in_transaction():
            connection.commit()
    except Exception as error:
        connection.rollback()
        raise DraftFailed(f"{direction}() fails: {said(error)}") from error


def said(error: Exception) -> str:
    """What the database (or Python) said, on one line, without the statement's parameters."""
    words = str(getattr(error, "orig", None) or error) or type(error).__name__
    return " ".join(words.split())[:500]
