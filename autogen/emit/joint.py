"""The text of a revision that joins several heads and does nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from autogen.source import docstring, literal

_TEXT = '''"""{message}

Revision ID: {id}
Revises: {parents}
Create Date: {when}
"""

revision = {revision}
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade({arguments}) -> None:
    pass


def downgrade({arguments}) -> None:
    pass
'''


def merge_revision(
    message: str, revision_id: str, heads: Sequence[str], when: datetime, *, several: bool = False
) -> str:
    """Plain Alembic, as ``alembic merge`` would have it; ``several`` where env.py migrates several databases
    and calls the functions with the name of each."""
    import black

    text = _TEXT.format(
        message=docstring(message),
        id=revision_id,
        parents=", ".join(heads),
        when=when.isoformat(" ", "seconds"),
        arguments="engine_name: str" if several else "",
        revision=literal(revision_id),
        down=f"({', '.join(map(literal, heads))})",
    )
    return black.format_str(text, mode=black.Mode())
