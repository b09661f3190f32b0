"""``autogen check``: do the models and the database agree, and have the drafts been reviewed?"""

from __future__ import annotations

from autogen.cli.options import Format, Migrations, Models, OutputFormat, Url, Verbose


def check(
    format_: OutputFormat = Format.text,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
) -> int:
    """Compare models and database, and look for open boxes in unmerged drafts.

    Exit 0: in sync; 1: they differ, or a box is open; 2: that cannot be told.
    """
    from autogen.cli.gate import gate

    return gate(format_.value, verbose, models, url, migrations)
