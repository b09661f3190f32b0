"""``autogen show``: one revision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from autogen.cli.terminal import printable, say

if TYPE_CHECKING:
    from autogen.boxes import Box
    from autogen.project.revisions import RevisionFile
    from autogen.runtime.deployment import Deployment
    from autogen.runtime.story import Chapter

_MARKS = {"open": "[ ]", "ticked": "[x]", "fails": "[!]"}


def show(
    revision: Annotated[
        str, typer.Argument(metavar="REV", help="An id, the beginning of one, a label, or head.")
    ],
    sql: Annotated[bool, typer.Option("--sql", help="Show upgrade and downgrade as SQL, too.")] = False,
    format_: PlainOutputFormat = PlainFormat.text,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Show a revision: its facts, its review boxes, and with --sql what it runs."""
    from autogen.cli.history import as_json, where_they_stand
    from autogen.cli.several import only_one
    from autogen.runtime.deployment import load_deployments
    from autogen.runtime.story import story
    from autogen.runtime.ways import one

    deployments = load_deployments(url, migrations, chosen(alembic_file, section, arguments), database)
    deployment = only_one(deployments, "The SQL") if sql else deployments[0]
    file = one(deployment.revisions, revision)
    found = where_they_stand(deployments)
    chapter = next(c for c in story(deployment.revisions, found) if c.file.id == file.id)
    statements = _sql(deployment, file) if sql else None
    if format_ is PlainFormat.json:
        document = {"version": 1, **as_json(chapter, deployment), **_more(chapter, deployment)}
        if statements is not None:
            document["sql"] = dict(zip(("upgrade", "downgrade"), statements, strict=True))
        say(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    lines = [f"{file.id}  {chapter.facts.message}".rstrip(), *_facts(chapter, deployment)]
    lines += _boxes(chapter, deployment)
    for name, text in zip(("upgrade", "downgrade"), statements or (), strict=False):
        lines += ["", f"-- {name}", text.strip()]
    say(printable("\n".join(lines)))
    return 0


def _facts(chapter: Chapter, deployment: Deployment) -> list[str]:
    from autogen.cli.tables import pairs
    from autogen.runtime.deployment import named

    file, facts = chapter.file, chapter.facts
    followed = [other.id for other in deployment.revisions.files if file.id in other.down]
    rows = [
        ("  file", deployment.short(file.path)),
        ("  created", facts.created.isoformat(" ", "seconds") if facts.created else ""),
        ("  follows", named(deployment, file.down) or "nothing: it is the first"),
        ("  followed by", named(deployment, followed)),
        ("  depends on", " and ".join(file.depends_on)),
        ("  labels", ", ".join(file.labels)),
        ("  state", chapter.state if chapter.state != "unknown" else ""),
        ("  drafted", facts.drafted),
        ("  proof", facts.proof),
    ]
    return list(pairs(rows))


def _boxes(chapter: Chapter, deployment: Deployment) -> list[str]:
    from autogen.cli.tables import columns

    boxes = chapter.facts.boxes
    place = deployment.short(chapter.file.path)
    rows = [(f"  {_MARKS[b.state]} {b.rule} {b.object}", f"{place}:{b.line}", b.reason) for b in boxes]
    return ["", "Review", *columns(rows)] if rows else []


def _more(chapter: Chapter, deployment: Deployment) -> dict[str, Any]:
    return {
        "drafted": chapter.facts.drafted or None,
        "proof": chapter.facts.proof or None,
        "boxes": [box_json(box, deployment.short(chapter.file.path)) for box in chapter.facts.boxes],
    }


def box_json(box: Box, place: str) -> dict[str, Any]:
    return {
        "file": place,
        "line": box.line,
        "rule": box.rule,
        "object": box.object,
        "state": box.state,
        "reason": box.reason or None,
    }


def _sql(deployment: Deployment, file: RevisionFile) -> tuple[str, str]:
    """What env.py writes for this revision alone, up and down."""
    from autogen.cli.running import as_sql
    from autogen.runtime.ways import Way

    up = as_sql(deployment, Way("upgrade", file.down, (file,)))
    down = as_sql(deployment, Way("downgrade", (file.id,), (file,)))
    return up, down
