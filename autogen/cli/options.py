"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autogen.project.settings import Chosen


class Format(StrEnum):
    text = "text"
    json = "json"
    markdown = "markdown"
    github = "github"
    sarif = "sarif"


class PlainFormat(StrEnum):
    text = "text"
    json = "json"


Models = Annotated[
    list[str] | None,
    typer.Option("--models", metavar="MODULE:NAME", help="Where the models are; repeatable."),
]
Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The database, or env:NAME for a variable that holds it."),
]
Migrations = Annotated[
    str | None,
    typer.Option("--migrations", metavar="FOLDER", help="The folder that holds env.py and versions/."),
]
PlainOutputFormat = Annotated[
    PlainFormat, typer.Option("--format", help="What is written to standard output.")
]
OutputFormat = Annotated[Format, typer.Option("--format", help="What is written to standard output.")]
NoData = Annotated[
    bool,
    typer.Option(
        "--no-data", help="Read nothing of the rows but whether a table has any: no counts, no evidence."
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="List what was left alone, and minor findings.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Go on where autogen would ask.")]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="How long to wait for another run of revisions."
    ),
]
LogJson = Annotated[bool, typer.Option("--log-json", help="Write a JSON object a line for each step.")]
AlembicFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Alembic's configuration; alembic.ini by default."),
]
Section = Annotated[
    str, typer.Option("--name", "-n", metavar="SECTION", help="The section of that file to use.")
]
Arguments = Annotated[
    list[str] | None,
    typer.Option("-x", metavar="NAME=VALUE", help="An argument for env.py, as alembic -x; repeatable."),
]
Database = Annotated[
    str | None,
    typer.Option("--database", metavar="NAME", help="Which one, where env.py configures several databases."),
]


def chosen(file: Path | None, section: str, arguments: Sequence[str] | None) -> Chosen:
    """What -c, -n and -x say to Alembic."""
    from autogen.project.settings import Chosen

    return Chosen(file.absolute() if file else None, section, tuple(arguments or ()))
