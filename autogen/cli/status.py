"""``autogen status``: where the database stands, in one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Migrations,
    Models,
    PlainFormat,
    PlainOutputFormat,
    Section,
    Url,
    chosen,
)
from autogen.cli.terminal import printable, say
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.config import Config
    from autogen.project.review_lists import ReviewList
    from autogen.runtime.deployment import Deployment, Standing
    from autogen.runtime.story import Chapter

_APPLIED_SHOWN = 5


class Drift(NamedTuple):
    """How many differences there are between models and database; None where they were not compared."""

    changes: int | None
    reason: str = ""

    @property
    def words(self) -> str:
        if self.changes is None:
            return f"not compared: {self.reason}"
        if not self.changes:
            return "none: models and database agree"
        what = "1 change" if self.changes == 1 else f"{self.changes} changes"
        return (
            f"{what} between models and database; autogen check lists {'it' if self.changes == 1 else 'them'}"
        )


def status(
    all_: Annotated[bool, typer.Option("--all", help="List every applied revision.")] = False,
    format_: PlainOutputFormat = PlainFormat.text,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Show what is applied, what is pending, open review boxes, and whether models and database agree."""
    from autogen.cli.several import for_each, only_one
    from autogen.config import load_config
    from autogen.runtime.deployment import load_deployments

    alembic = chosen(alembic_file, section, arguments)
    found = load_deployments(url, migrations, alembic, database)

    def shown(deployment: Deployment) -> int:
        def config() -> Config:
            name = deployment.config.database
            return load_config(models=models, url=url, migrations=migrations, alembic=alembic, database=name)

        return _shown(deployment, config, format_ is PlainFormat.json, all_)

    if format_ is PlainFormat.json:
        return shown(only_one(found, "The JSON document"))
    return for_each(found, shown, stops=False)


def _shown(deployment: Deployment, config: Callable[[], Config], as_json: bool, every: bool) -> int:
    from autogen.project.review_lists import held_back
    from autogen.runtime.deployment import standing_now
    from autogen.runtime.story import story
    from autogen.runtime.ways import known

    found = standing_now(deployment)
    known(deployment.revisions, found.applied)
    chapters = story(deployment.revisions, found)
    pending = [
        c.file for c in chapters if c.state not in ("applied", "current") and c.file.id not in found.done
    ]
    held = held_back(deployment.revisions, deployment.config.rules, pending).lists
    drift = _drift(len(pending), found, config)
    if as_json:
        say(json.dumps(_json(deployment, found, chapters, held, drift), indent=2, ensure_ascii=False))
    else:
        say("\n".join(_text(deployment, found, chapters, held, drift, every)))
    return 0


def _drift(pending: int, found: Standing, config: Callable[[], Config]) -> Drift:
    """The comparison that check makes, where it can be made."""
    from autogen.cli.session import session
    from autogen.project.location import load_project

    if found.interrupted is not None:
        state = "is being run" if found.running else "stands half done"
        return Drift(None, f"revision {found.interrupted.revision} {state}")
    if pending:
        return Drift(None, f"{pending} revision{'s are' if pending > 1 else ' is'} pending")
    try:
        project = load_project(config())
        with session(project, data=False) as compared:
            changes = compared.seen.comparison.changes
            if not changes:
                return Drift(0)
            from autogen.emit.terminal import counted

            return Drift(len(counted(changes)))
    except AutogenError as error:
        return Drift(None, str(error))


def _text(
    deployment: Deployment,
    found: Standing,
    chapters: tuple[Chapter, ...],
    held: tuple[ReviewList, ...],
    drift: Drift,
    every: bool,
) -> list[str]:
    from autogen.cli.tables import columns, pairs

    open_boxes = {review.path: len(review.open) for review in held}
    done = [c for c in chapters if c.state in ("applied", "current")]
    hidden = set() if every else {c.file.id for c in done[_APPLIED_SHOWN:]}
    rows = []
    for chapter in chapters:
        if chapter.file.id in hidden:
            continue
        count = open_boxes.get(chapter.file.path, 0)
        boxes = "" if not count else "1 open box" if count == 1 else f"{count} open boxes"
        state = "applied" if chapter.state == "current" else chapter.state
        rows.append((state, chapter.file.id, chapter.facts.day, chapter.facts.message, boxes))
    lines = list(columns(rows, ("state", "revision", "created", "message", "review"))) if rows else []
    if hidden:
        lines.append(f"… and {len(hidden)} applied before (--all)")
    at = " and ".join(found.applied) or "no revision"
    server = f" ({found.server})" if found.server else ", which does not exist yet"
    lines += [
        *([""] if lines else []),
        *pairs([("Database", f"{deployment.shown}{server}"), ("At", at), ("Drift", drift.words)]),
    ]
    if found.interrupted is not None:
        from autogen.runtime.aftermath import left_behind, under_way

        said = (
            under_way(found.interrupted, found.running) if found.running else left_behind(found.interrupted)
        )
        lines += ["", printable(said)]
    return lines


def _json(
    deployment: Deployment,
    found: Standing,
    chapters: tuple[Chapter, ...],
    held: tuple[ReviewList, ...],
    drift: Drift,
) -> dict[str, Any]:
    from autogen.cli.history import as_json
    from autogen.cli.show import box_json

    left = found.interrupted
    return {
        "version": 1,
        "database": deployment.shown,
        "server": found.server or None,
        "at": list(found.applied),
        "heads": list(deployment.revisions.heads),
        "revisions": [as_json(chapter, deployment) for chapter in chapters],
        "pending": [c.file.id for c in reversed(chapters) if c.file.id not in found.done],
        "open_boxes": [box_json(b, deployment.short(r.path)) for r in held for b in r.open],
        "drift": {"changes": drift.changes, "reason": drift.reason or None},
        "running": {"revision": left.revision, "by": found.running} if left and found.running else None,
        "cut_short": (
            None
            if left is None or found.running
            else {
                "revision": left.revision,
                "direction": left.direction,
                "done": list(left.done),
                "doubtful": left.doubtful,
                "failed": left.failed,
            }
        ),
    }
