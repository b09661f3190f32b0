"""``autogen merge``: join two heads, and schema.lock with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Migrations,
    Models,
    Section,
    Url,
    chosen,
)


class MergeFormat(StrEnum):
    text = "text"
    json = "json"


def merge(
    relink: Annotated[
        bool,
        typer.Option("--relink", help="Put the newer, unmerged side on top of the other one instead."),
    ] = False,
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="What the merge revision is called.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Join the heads though both change the same objects.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say whether they do, and write nothing.")
    ] = False,
    format_: Annotated[
        MergeFormat, typer.Option("--format", help="What is written to standard output.")
    ] = MergeFormat.text,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Join two heads with a merge revision, or put the newer one on top of the other; exit 1 when both change
    the same objects, and then write nothing unless told to."""
    from autogen.cli.merging import merged
    from autogen.cli.terminal import say
    from autogen.config import load_config

    config = load_config(
        models=models,
        url=url,
        migrations=migrations,
        optional=("url", "models"),
        alembic=chosen(alembic_file, section, arguments),
        database=database,
    )
    result = merged(config, relink=relink, message=message, force=force, dry_run=dry_run)
    say(result.as_json() if format_ is MergeFormat.json else result.as_text())
    return result.code
