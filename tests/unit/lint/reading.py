"""A revision's text, recorded and looked at as autogen lint does, without a database or on a given schema."""

from __future__ import annotations

import textwrap
from pathlib import Path

from alembic.config import Config
from sqlalchemy.engine import make_url

from autogen.dialects import dialect_class
from autogen.dialects.base import Dialect
from autogen.lint.examine import Asking, Surroundings, linted
from autogen.lint.history import History, Live
from autogen.lint.loading import load
from autogen.lint.recording import Direction, Recording, record
from autogen.lint.result import Linted
from autogen.lint.targets import Target
from autogen.project.revisions import Revisions
from autogen.schema import Schema

HEAD = '''"""A revision."""
import sqlalchemy as sa
from alembic import context, op
revision = "r1"
down_revision = None
'''
FIRST_LINE = HEAD.count("\n") + 2
"""The line of the first statement of upgrade()."""


def dialect(server: str = "postgresql") -> Dialect:
    return dialect_class(server).offline(make_url(f"{server}://"))


def text(upgrade: str, downgrade: str = "raise NotImplementedError") -> str:
    bodies = [textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") for body in (upgrade, downgrade)]
    return f"{HEAD}def upgrade():\n{bodies[0]}\ndef downgrade():\n{bodies[1]}\n"


def recorded(
    upgrade: str,
    server: str = "postgresql",
    start: Schema | None = None,
    downgrade: str = "pass",
    direction: Direction = "upgrade",
) -> Recording:
    path = Path("/nowhere/revision.py")
    module = load(path, dialect(server), text(upgrade, downgrade))
    return record(path, module, direction, dialect(server), start or Schema(), Config())


def looked_at(
    folder: Path,
    upgrade: str,
    server: str = "postgresql",
    downgrade: str = "raise NotImplementedError",
    before: str = "",
    surroundings: str = "",
) -> Linted:
    """What lint says of a revision; ``before`` is the upgrade of the revision that comes first, whose schema
    then counts as that of the database."""
    path = folder / "revision.py"
    path.write_text(text(upgrade, downgrade), "utf-8")
    live = None
    if before:
        live = Live(recorded(before, server).after, (), "a database")
    history = History(Revisions(()), dialect(server), Config(), live=live)
    return linted(Target(path, None), history, Surroundings(Asking(), surroundings))


def rules(found: Linted) -> set[str]:
    return {located.finding.rule for located in found.findings}
