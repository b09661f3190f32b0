"""``autogen check``: do the models and the database agree, and have the drafts been reviewed?"""

from __future__ import annotations

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


def check(
    format_: OutputFormat = Format.text,
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
    """Compare models and database: exit 0 in sync, 1 when they differ or a box of a draft that is not merged
    is open, 2 when that cannot be told."""
    from autogen.cli.gate import gate

    return gate(
        format_.value,
        verbose,
        models,
        url,
        migrations,
        data=not no_data,
        alembic=chosen(alembic_file, section, arguments),
        database=database,
    )
