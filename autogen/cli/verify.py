"""``autogen verify``: prove revisions, whoever wrote them."""

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
from autogen.cli.terminal import Style, paint, printable, progress, say
from autogen.errors import AutogenError

if TYPE_CHECKING:
    from autogen.project.revisions import RevisionFile
    from autogen.runtime.deployment import Deployment
    from autogen.runtime.verify import Verified


def verify(
    revisions: Annotated[
        str | None,
        typer.Argument(
            metavar="[REV|FROM:TO|all]",
            help="Which; by default what is not merged, else what is pending, else head.",
        ),
    ] = None,
    format_: PlainOutputFormat = PlainFormat.text,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Run revisions up, down and up again on a scratch database with rows in it.

    Exit 0: the schema comes back each time; 1: one does not do what it should; 2: it could not be done.
    """
    from autogen.cli.several import for_each, only_one
    from autogen.runtime.deployment import load_deployments

    found = load_deployments(url, migrations, chosen(alembic_file, section, arguments), database)
    if format_ is PlainFormat.json:
        return _verify(only_one(found, "The JSON document"), revisions, format_)
    return for_each(found, lambda deployment: _verify(deployment, revisions, format_), stops=False)


def _verify(deployment: Deployment, revisions: str | None, format_: PlainFormat) -> int:
    from autogen.runtime.verify import ground_of
    from autogen.runtime.verify import verify as verified

    wanted = _wanted(deployment, revisions)
    if not wanted:
        raise AutogenError("The project has no revisions to verify.")
    ground = ground_of(deployment)
    found: list[Verified] = []
    with progress("verifying"):
        for one in verified(deployment, wanted, ground):
            found.append(one)
            if format_ is PlainFormat.text:
                say("\n".join(lines(one)))
    if format_ is PlainFormat.json:
        document = {"version": 1, "server": ground.server, "revisions": [_json(one) for one in found]}
        say(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        say(_summary(found, ground.server))
    return 1 if any(one.verdict in ("fails", "not run") for one in found) else 0


def _wanted(deployment: Deployment, named: str | None) -> list[RevisionFile]:
    from autogen.runtime.ways import between, one

    revisions = deployment.revisions
    if named is None:
        return _usual(deployment)
    if named == "all":
        return revisions.ordered()
    first, colon, last = named.rpartition(":")
    return between(revisions, first, last) if colon else [one(revisions, named)]


def _usual(deployment: Deployment) -> list[RevisionFile]:
    """What lint looks at, too."""
    from autogen.lint.targets import usual
    from autogen.project.review_lists import not_merged
    from autogen.runtime.deployment import standing

    fresh = not_merged([file.path for file in deployment.revisions.files])
    applied = None
    if not fresh:
        try:
            applied = standing(deployment).applied
        except AutogenError:
            applied = None
    by_id = deployment.revisions.by_id
    chosen_ = usual(deployment.revisions, fresh, applied)
    return [by_id[target.id] for target in chosen_.targets if target.id is not None]


_WORDS = {"proven": "proven", "loses": "loses rows", "fails": "fails", "not run": "not run"}


def lines(one: Verified) -> list[str]:
    """The verdict on one revision, and what is wrong with it."""
    from autogen.runtime.facts import facts

    name = printable(f"{one.file.id} {facts(one.file).message}".rstrip())
    style: Style = "green" if one.verdict == "proven" else "yellow" if one.verdict == "loses" else "red"
    took = f" ({one.seconds:.1f} s)" if one.seconds else ""
    rows = [f"{name}  {paint(_WORDS[one.verdict], style)}{took}"]
    if one.reason:
        rows.append(f"  {printable(one.reason)}")
    if one.lost:
        rows.append(
            f"  downgrade() does not bring back {', '.join(printable(lost.words) for lost in one.lost)}"
        )
    if one.untried:
        rows.append(
            f"  without rows, for none that autogen makes is taken: {', '.join(map(printable, one.untried))}"
        )
    return rows


def _summary(found: list[Verified], server: str) -> str:
    parts = []
    for verdict, words in _WORDS.items():
        count = sum(one.verdict == verdict for one in found)
        if count:
            parts.append(f"{count} {words}")
    return f"\n{', '.join(parts)}: up, down and up again with rows ({server}, scratch database)."


def _json(one: Verified) -> dict[str, Any]:
    return {
        "revision": one.file.id,
        "verdict": one.verdict,
        "reason": one.reason or None,
        "lost": [
            {"table": lost.table, "column": lost.column or None, "count": lost.values} for lost in one.lost
        ],
        "without_rows": list(one.untried),
        "seconds": round(one.seconds, 3),
    }
