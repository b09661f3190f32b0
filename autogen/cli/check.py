"""``autogen check``: do the models and the database agree, and have the drafts been reviewed?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
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
    offline: Annotated[
        bool, typer.Option("--offline", help="Hold the models against schema.lock, without any database.")
    ] = False,
    against: Annotated[
        Against | None,
        typer.Option("--against", help="Hold the models against one of the two; by default what tells most."),
    ] = None,
    url_file: Annotated[
        Path | None,
        typer.Option("--url-file", metavar="FILE", help="Check many databases: a URL a line."),
    ] = None,
    tenant_schemas: Annotated[
        str | None,
        typer.Option(
            "--tenant-schemas",
            metavar="PATTERN",
            help="Check every schema of this pattern, as in 'tenant_*'.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many of them are checked at once.")] = 8,
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
    from autogen.cli.several import of_each

    which = chosen(alembic_file, section, arguments)
    if offline:
        if url_file is not None or tenant_schemas is not None or against is not None:
            from autogen.errors import AutogenError

            raise AutogenError(
                "--offline asks no database, so it goes with none of --url-file, --tenant-schemas, --against."
            )
        from autogen.cli.offline import offline_gate

        return of_each(
            lambda name: offline_gate(format_.value, verbose, models, migrations, which, name),
            database,
            format_.value,
        )
    if url_file is not None or tenant_schemas is not None:
        from autogen.cli.fleet import check_fleet
        from autogen.config import load_config

        config = load_config(models=models, url=url, migrations=migrations, alembic=which, database=database)
        return check_fleet(config, url_file, tenant_schemas, jobs, format_.value)
    from autogen.cli.gate import gate

    wanted: Side | None = None
    if against is not None:
        wanted = "migrations" if against is Against.migrations else "database"
    return of_each(
        lambda name: gate(
            format_.value,
            verbose,
            models,
            url,
            migrations,
            data=not no_data,
            against=wanted,
            alembic=which,
            database=name,
        ),
        database,
        format_.value,
    )
