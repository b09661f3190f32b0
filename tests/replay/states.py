"""What tests about the three states have in common: revisions, SQL by hand, and what check says of it."""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL

from tests.dropin.project import MODELS, AlembicProject, Ran

AGE = '''"""age"""
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("users", sa.Column("age", sa.Integer))


def downgrade():
    op.drop_column("users", "age")
'''
WITH_AGE = MODELS + "    age: Mapped[int | None]\n"


def upgrade(project: AlembicProject, revision: str = "head") -> None:
    project.forget()
    sys.path_importer_cache.pop(".", None)  # what "." was for the project of another test
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Alembic's, about the form of alembic.ini
        command.upgrade(Config(str(project.root / "alembic.ini")), revision)


def by_hand(url: URL, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def rows(url: URL) -> int:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM users").scalar_one())


def stated(ran: Ran) -> dict[str, str]:
    """The three rows by their labels, each on one line."""
    found: dict[str, str] = {}
    label = ""
    for line in ran.out.splitlines():
        if " vs " in line[:24]:
            label = line[:24].strip()
            found[label] = line[24:]
        elif label and line.startswith(" " * 24):
            found[label] += f" {line.strip()}"
        else:
            label = ""
    return found


def three(ran: Ran) -> tuple[str, str, str]:
    said = stated(ran)
    return said["Models vs migrations"], said["Migrations vs database"], said["Models vs database"]


def states(project: AlembicProject, *args: str) -> dict[str, Any]:
    """What ``--format json`` says of the three."""
    found: dict[str, Any] = json.loads(project.autogen("check", "--format", "json", *args).out)["states"]
    return found
