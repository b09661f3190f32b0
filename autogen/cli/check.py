"""``autogen check``: do the models and the database agree, and have the drafts been reviewed?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Format,
    Migrations,
    Models,
    NoData,
    OutputFormat,
    Section,
    Url,
    Verbose,
    chosen,
)

if TYPE_CHECKING:
    from autogen.states import Against as Side


class Against(StrEnum):
    """The values of the option."""

    migrations = "migrations"
    database = "database"


def check(
    format_: OutputFormat = Format.text,
    against: Annotated[
        Against | None,
        typer.Option("--against", help="Hold the models against one of the two; by default what tells most."),
    ] = None,
    no_data: NoData = False,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Compare models, migrations and database: exit 0 in sync, 1 when they differ or a box of a draft that is
    not merged is open, 2 when that cannot be told."""
    from autogen.cli.gate import gate

    wanted: Side | None = None
    if against is not None:
        wanted = "migrations" if against is Against.migrations else "database"
    return gate(
        format_.value,
        verbose,
        models,
        url,
        migrations,
        data=not no_data,
        against=wanted,
        alembic=chosen(alembic_file, section, arguments),
        database=database,
    )
