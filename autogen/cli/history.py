"""``autogen history``: the revisions, the newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Migrations,
    PlainFormat,
    PlainOutputFormat,
    Section,
    Url,
    chosen,
)
from autogen.cli.terminal import say, warn
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.runtime.deployment import Deployment, Standing
    from autogen.runtime.story import Chapter


def history(
    format_: PlainOutputFormat = PlainFormat.text,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """List the revisions, the newest first: what is applied, where branches begin and meet."""
    from autogen.cli.tables import columns
    from autogen.runtime.deployment import load_deployments
    from autogen.runtime.story import story

    found = load_deployments(url, migrations, chosen(alembic_file, section, arguments), database)
    deployment = found[0]
    chapters = story(deployment.revisions, where_they_stand(found))
    if format_ is PlainFormat.json:
        document = {"version": 1, "revisions": [as_json(chapter, deployment) for chapter in chapters]}
        say(json.dumps(document, indent=2, ensure_ascii=False))
    elif not chapters:
        say('There are no revisions yet: autogen diff drafts one, autogen new -m "…" begins one.')
    else:
        say("\n".join(columns([_row(chapter) for chapter in chapters])))
    return 0


def where_they_stand(deployments: Sequence[Deployment]) -> Standing | None:
    """The same of several databases, where they stand at the same revisions."""
    if len(deployments) == 1:
        return where_it_stands(deployments[0])
    found = [where_it_stands(deployment) for deployment in deployments]
    if None in found or len({(each.applied, each.interrupted) for each in found if each}) == 1:
        return None if None in found else found[0]
    names = ", ".join(str(deployment.config.database) for deployment in deployments)
    warn(f"The databases ({names}) stand at different revisions: choose one with --database.")
    return None


def where_it_stands(deployment: Deployment) -> Standing | None:
    """None, and a warning, where the database cannot be asked, or names what is in none of the files."""
    from autogen.runtime.deployment import standing_now
    from autogen.runtime.ways import known

    try:
        found = standing_now(deployment)
        known(deployment.revisions, found.applied)
    except AutogenError as error:
        warn(f"What is applied is not known: {error}")
        return None
    return found


def _row(chapter: Chapter) -> tuple[str, ...]:
    state = {"current": "* current", "pending": "+ pending", "cut short": "! cut short"}
    return (
        chapter.file.id,
        chapter.facts.day,
        chapter.facts.message,
        state.get(chapter.state, f"  {chapter.state}" if chapter.state != "unknown" else ""),
        ", ".join(chapter.notes),
    )


def as_json(chapter: Chapter, deployment: Deployment) -> dict[str, Any]:
    file, facts = chapter.file, chapter.facts
    return {
        "revision": file.id,
        "message": facts.message,
        "created": facts.created.isoformat() if facts.created else None,
        "file": deployment.short(file.path),
        "follows": list(file.down),
        "depends_on": list(file.depends_on),
        "labels": list(file.labels),
        "state": chapter.state,
        "head": file.id in deployment.revisions.heads,
    }
