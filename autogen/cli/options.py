"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from autogen.cli.arguments import Option


class Format(StrEnum):
    text = "text"
    json = "json"


Models = Annotated[
    list[str] | None,
    Option("--models", metavar="MODULE:NAME", help="Where the models are; repeatable."),
]
Url = Annotated[
    str | None,
    Option("--url", metavar="URL", help="The database, or env:NAME for a variable that holds it."),
]
Migrations = Annotated[
    str | None,
    Option("--migrations", metavar="FOLDER", help="The folder that holds env.py and versions/."),
]
OutputFormat = Annotated[Format, Option("--format", help="What is written to standard output.")]
Verbose = Annotated[bool, Option("--verbose", "-v", help="List what was left alone, too.")]
