"""``autogen check``: do the models and the database agree, and have the drafts been reviewed?"""

from __future__ import annotations

from autogen.cli.options import Format, Migrations, Models, NoData, OutputFormat, Url, Verbose


def check(
    format_: OutputFormat = Format.text,
    no_data: NoData = False,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
) -> int:
    """Compare models and database: exit 0 in sync, 1 when they differ or a box of a draft that is not merged
    is open, 2 when that cannot be told."""
    from autogen.cli.gate import gate

    return gate(format_.value, verbose, models, url, migrations, data=not no_data)
