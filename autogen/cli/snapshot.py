"""``autogen snapshot``: write schema.lock from a database that stands at head."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import Migrations, Models, Url

if TYPE_CHECKING:
    from autogen.lockfile.keeping import Kept


class SnapshotFormat(StrEnum):
    text = "text"
    json = "json"


def snapshot(
    format_: Annotated[
        SnapshotFormat, typer.Option("--format", help="What is written to standard output.")
    ] = SnapshotFormat.text,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
) -> int:
    """Write schema.lock from a database at head: its schema, and a checksum of every revision."""
    from autogen.cli.session import session
    from autogen.cli.terminal import progress, say, warn
    from autogen.config import load_config
    from autogen.errors import AutogenError
    from autogen.lockfile.keeping import keep, source_of
    from autogen.lockfile.making import made
    from autogen.project.location import load_project

    project = load_project(load_config(models=models, url=url, migrations=migrations))
    if project.config.schema_lock is False:
        raise AutogenError("schema_lock = false under [tool.autogen] switches schema.lock off.")
    with progress("comparing"), session(project, data=False) as found:
        if found.seen.comparison.changes:
            warn(
                "the models differ from the database, whose schema it is: autogen diff drafts the difference."
            )
        kept = keep(project, made(source_of(found.seen)))
    assert kept is not None
    say(_as_json(kept) if format_ is SnapshotFormat.json else _as_text(kept))
    return 0


def _as_text(kept: Kept) -> str:
    from autogen.emit.words import plural

    count = len(kept.lock.revisions)
    tables = kept.lock.objects.count("\ntable ")
    held = f"{plural(tables, 'table')}, {plural(count, 'revision')}"
    head = f", head {', '.join(kept.lock.heads)}" if kept.lock.heads else ""
    said = "Wrote" if kept.changed else "Unchanged:"
    return f"{said} {os.path.relpath(kept.path)} ({held}{head})."


def _as_json(kept: Kept) -> str:
    import json

    document = {
        "version": 1,
        "path": os.path.relpath(kept.path),
        "written": kept.changed,
        "heads": list(kept.lock.heads),
        "revisions": [{"id": r.id, "checksum": r.checksum} for r in kept.lock.revisions],
    }
    return json.dumps(document, indent=2)
