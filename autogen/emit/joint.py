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


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''


def merge_revision(message: str, revision_id: str, heads: Sequence[str], when: datetime) -> str:
    """Plain Alembic, as ``alembic merge`` would have it."""
    import black

    text = _TEXT.format(
        message=docstring(message),
        id=revision_id,
        parents=", ".join(heads),
        when=when.isoformat(" ", "seconds"),
        revision=literal(revision_id),
        down=f"({', '.join(map(literal, heads))})",
    )
    return black.format_str(text, mode=black.Mode())
