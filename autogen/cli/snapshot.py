"""``autogen snapshot``: write schema.lock from a database that stands at head, or from the migrations."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from autogen.config import Config
    from autogen.errors import Unreachable
    from autogen.lockfile.document import Lock
    from autogen.lockfile.keeping import Kept
    from autogen.project.location import Project


class SnapshotFormat(StrEnum):
    text = "text"
    json = "json"


def snapshot(
    format_: Annotated[
        SnapshotFormat, typer.Option("--format", help="What is written to standard output.")
    ] = SnapshotFormat.text,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Replay the migrations on a scratch database, and leave yours alone."),
    ] = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Write schema.lock: the schema at head, and a checksum of every revision. It is read from the database,
    which has to stand at head; where none answers, the migrations are replayed."""
    from autogen.cli.several import of_each
    from autogen.config import load_config

    which = chosen(alembic_file, section, arguments)

    def of(name: str | None) -> int:
        config = load_config(models=models, url=url, migrations=migrations, alembic=which, database=name)
        return _snapshot(config, format_, replay)

    return of_each(of, database, format_.value)


def _snapshot(config: Config, format_: SnapshotFormat, replay: bool) -> int:
    from autogen.cli.terminal import say
    from autogen.errors import AutogenError, Unreachable
    from autogen.lockfile.keeping import check_replaceable, keep
    from autogen.lockfile.place import lock_path
    from autogen.project.location import load_project
    from autogen.project.state import NotAtHead

    project = load_project(config)
    if project.config.schema_lock is False:
        raise AutogenError("schema_lock = false under [tool.autogen] switches schema.lock off.")
    check_replaceable(lock_path(config))
    try:
        lock = _replayed(project, None) if replay else _read(project)
    except Unreachable as error:
        lock = _replayed(project, error)
    except NotAtHead as error:
        raise AutogenError(f"{error} Or leave the database alone: autogen snapshot --replay.") from None
    kept = keep(project, lock)
    assert kept is not None
    say(_as_json(kept) if format_ is SnapshotFormat.json else _as_text(kept))
    return 0


def _read(project: Project) -> Lock:
    """The file for the project's database."""
    from autogen.cli.session import session
    from autogen.cli.terminal import progress, warn
    from autogen.lockfile.keeping import source_of
    from autogen.lockfile.making import made

    with progress("comparing"), session(project, data=False) as found:
        if found.seen.comparison.changes:
            warn(
                "the models differ from the database: the file holds the schema of the database. autogen "
                "diff drafts the difference."
            )
        return made(source_of(found.seen))


def _replayed(project: Project, error: Unreachable | None) -> Lock:
    """The file for what the migrations make; ``error`` is why the database was not read."""
    from autogen.cli.disagreement import replayed_alone
    from autogen.cli.terminal import progress, warn
    from autogen.lockfile.keeping import source_of
    from autogen.lockfile.making import made

    told = replayed_alone(project, "the migrations alone are asked", error)
    if error is not None:
        warn(f"{error} The migrations were replayed instead.")
    if told.seen.comparison.changes:
        warn(
            "the models differ from what the migrations make: the file holds the schema that the migrations "
            "make. See autogen check."
        )
    with progress("writing"):
        return made(source_of(told.seen))


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
