"""``autogen upgrade``: run revisions."""

from __future__ import annotations

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


def upgrade(
    revision: Annotated[
        str,
        typer.Argument(metavar="[REV|+N|head]", help="Where to; with --sql also FROM:TO."),
    ] = "head",
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
    """Run the revisions that wait: exit 0 when they stand, 1 when one failed, 2 when none was begun."""
    from autogen.cli.running import agree_to_production, ending, migrate, nothing_to_run, sought
    from autogen.cli.several import for_each
    from autogen.runtime.deployment import load_deployments
    from autogen.runtime.ways import upgrade_way

    def upgraded(deployment: Deployment) -> int:
        found, way = sought(deployment, upgrade_way, revision)
        if not way.files:
            return nothing_to_run(deployment, found, way, lock_timeout, log_json)
        refuse_open_boxes(deployment, way)
        agree_to_production(deployment, way, yes)
        return migrate(deployment, way, lock_timeout, log_json)

    with ending("upgrade", log_json and not sql):
        found = load_deployments(url, migrations, chosen(alembic_file, section, arguments), database)
        if sql:
            return for_each(found, lambda deployment: _as_sql(deployment, revision), headed="-- ")
        return for_each(found, upgraded, headed=None if log_json else "")


def _as_sql(deployment: Deployment, revision: str) -> int:
    from autogen.cli.running import as_sql
    from autogen.cli.terminal import say
    from autogen.runtime.ways import one, upgrade_way

    start, colon, end = revision.rpartition(":")
    begin = one(deployment.revisions, start).id if colon and start not in ("", "base") else None
    way = upgrade_way(deployment.revisions, (begin,) if begin else (), end or "head")
    say(as_sql(deployment, way))
    return 0


def refuse_open_boxes(deployment: Deployment, way: Way) -> None:
    """An AutogenError while a revision of the way has a review list that nobody has ticked."""
    from autogen.project.review_lists import held_back

    paths = {file.path for file in way.files}
    open_ = held_back(deployment.revisions, deployment.config.rules, way.files)
    held = [found for found in open_.lists if found.path in paths]
    if not held:
        return
    boxes = [
        f"{deployment.short(found.path)}:{box.line} {box.rule} {box.object}"
        for found in held
        for box in found.open
    ]
    more = f"\n  and {len(boxes) - 8} more" if len(boxes) > 8 else ""
    count = "1 box of a draft is" if len(boxes) == 1 else f"{len(boxes)} boxes of drafts are"
    raise AutogenError(
        f"{count} still open, so nothing was run:\n"
        + "\n".join(f"  {line}" for line in boxes[:8])
        + f"{more}\nRead them, tick each ([x]), and run autogen upgrade again. A box [!] goes when the rows "
        "are put right and autogen diff --amend no longer finds it."
    )
