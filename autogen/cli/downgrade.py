"""``autogen downgrade``: undo revisions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    LockTimeout,
    LogJson,
    Migrations,
    Section,
    Url,
    Yes,
    chosen,
)
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.runtime.deployment import Deployment
    from autogen.runtime.ways import Way


def downgrade(
    revision: Annotated[
        str,
        typer.Argument(metavar="REV|-N|base", help="The revision that is to stand; with --sql FROM:TO."),
    ],
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL and run nothing.")] = False,
    yes: Yes = False,
    lock_timeout: LockTimeout = 60.0,
    log_json: LogJson = False,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Undo revisions, after saying what goes with them: exit 0 when done, 1 when one failed, 2 when none was
    begun."""
    from autogen.cli.running import agree_to_production, ending, migrate, nothing_to_run, sought
    from autogen.cli.several import for_each
    from autogen.runtime.deployment import load_deployments
    from autogen.runtime.ways import downgrade_way

    def downgraded(deployment: Deployment) -> int:
        found, way = sought(deployment, downgrade_way, revision)
        if not way.files:
            return nothing_to_run(deployment, found, way, lock_timeout, log_json)
        agree_to_losses(deployment, way, yes)
        agree_to_production(deployment, way, yes)
        return migrate(deployment, way, lock_timeout, log_json)

    with ending("downgrade", log_json and not sql):
        found = load_deployments(url, migrations, chosen(alembic_file, section, arguments), database)
        if sql:
            return for_each(found, lambda deployment: _as_sql(deployment, revision), headed="-- ")
        return for_each(found, downgraded, headed=None if log_json else "")


def _as_sql(deployment: Deployment, revision: str) -> int:
    from autogen.cli.running import as_sql
    from autogen.cli.terminal import say
    from autogen.runtime.ways import downgrade_way, one

    start, colon, end = revision.rpartition(":")
    if not colon or not start or not end:
        raise AutogenError(
            "downgrade --sql does not ask the database, so it needs both ends: autogen downgrade --sql "
            "FROM:TO, as in 3f9c1a7be21d:base"
        )
    begin = one(deployment.revisions, start).id
    say(as_sql(deployment, downgrade_way(deployment.revisions, (begin,), end)))
    return 0


def agree_to_losses(deployment: Deployment, way: Way, yes: bool) -> None:
    """Says what the way takes away, and asks where rows go with it."""
    from autogen.cli.running import agree
    from autogen.cli.terminal import printable, progress, warn
    from autogen.runtime.deployment import looking
    from autogen.runtime.losses import grave, losses

    with progress("looking at what goes"), looking(deployment) as (dialect, connection):
        found = losses(deployment, way, dialect, connection)
    if not found:
        return
    held, empty = (
        "\n".join(f"  {loss.revision} {printable(loss.what)}" for loss in found if loss.empty is which)
        for which in (False, True)
    )
    if not grave(found):
        print(f"What this downgrade takes away is empty:\n{empty}", file=sys.stderr)
        return
    besides = f"What else it takes away is empty:\n{empty}\n" if empty else ""
    if yes:
        warn(f"what goes with this downgrade:\n{held}\n{besides}".rstrip())
    agree(f"This downgrade of {deployment.shown} loses something:\n{held}\n{besides}", yes)
