"""``autogen diff``: compare, draft, prove, write."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autogen.cli.options import Format, Migrations, Models, OutputFormat, Url, Verbose
from autogen.cli.terminal import colour, is_tty, printable, progress, say, width

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.emit.revision import Header
    from autogen.plan import Plan, Proof


def diff(
    message: Annotated[
        str | None,
        typer.Option("--message", "-m", help="What the revision does; made from the changes by default."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the draft and write nothing.")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Show upgrade and downgrade as SQL, too.")] = False,
    format_: OutputFormat = Format.text,
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", metavar="OLD=NEW", help="Two names of one object; repeatable."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="NAME", help="An object that nothing succeeds; repeatable."),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Never ask; what is open goes to the review list.")
    ] = False,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Do not run the draft on a scratch database.")
    ] = False,
    phases: Annotated[
        bool,
        typer.Option("--phases", help="A revision for each deploy where old and new code run side by side."),
    ] = False,
    amend: Annotated[
        bool, typer.Option("--amend", help="Replace the newest draft, which has not been applied yet.")
    ] = False,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
) -> int:
    """Draft a revision that brings the database to the models, and prove it on a scratch database."""
    from autogen.cli.session import session
    from autogen.config import load_config
    from autogen.project.location import check_writable, load_project

    project = load_project(load_config(models=models, url=url, migrations=migrations))
    if not dry_run:
        check_writable(project.settings)
    answers = {"renames": rename or (), "drops": drop or ()}
    asking = not no_input and format_ is Format.text
    with progress("comparing"), session(project, amend=amend, asking=asking, **answers) as found:
        if not found.seen.comparison.changes:
            return _nothing(found, format_, verbose)
        return _draft(
            found,
            message,
            format_,
            dry_run=dry_run,
            sql=sql,
            verify=not no_verify,
            verbose=verbose,
            in_phases=phases,
        )


def _nothing(found: Session, format_: Format, verbose: bool) -> int:
    """Says that models and database agree."""
    comparison = found.seen.comparison
    if format_ is Format.json:
        from autogen.emit.json import as_json
        from autogen.plan import Plan

        say(as_json(Plan(comparison)))
    else:
        from autogen.emit.verdict import in_sync
        from autogen.pipeline import left_alone

        unseen = left_alone(found.seen) if verbose else None
        say(in_sync(comparison, found.seen.server, colour(), width(), left_alone=unseen))
    return 0


def _draft(
    found: Session,
    message: str | None,
    format_: Format,
    *,
    dry_run: bool,
    sql: bool,
    verify: bool,
    verbose: bool,
    in_phases: bool = False,
) -> int:
    """Writes, proves and shows the draft of the differences found."""
    from autogen.emit.revision import line_length, with_proof
    from autogen.pipeline import drafted, planned, proven
    from autogen.plan import Proof

    plan = planned(found.seen)
    header = _header(found, plan, message)
    if in_phases:
        from autogen.cli.phases import draft_phases
        from autogen.rollout import phases_of, reviewed

        phasing = phases_of(found.seen, plan)
        if phasing.phases:
            how = {"dry_run": dry_run, "sql": sql, "verify": verify, "verbose": verbose}
            return draft_phases(found, plan, phasing, header, format_, **how)
        plan = reviewed(found.seen, plan, phasing)
    with progress("drafting"):
        text = drafted(found.seen, plan, header, line_length(found.project.root))
    proof = Proof(None, "--no-verify was given")
    if verify:
        with progress("proving on a scratch database"):
            proof = proven(found.seen, text)
    text = with_proof(text, proof)
    path = None if dry_run else _write(found, header, text)
    if format_ is Format.json:
        _print_json(found, plan, proof, path, text if dry_run else None, sql, in_phases)
    else:
        _print_text(found, plan, proof, path, text, sql, verbose)
    if in_phases and format_ is Format.text:
        say("Phases  one is enough: nothing here needs several deploys, or none of it can be split.")
    return 1 if proof.verified is False else 0


def _header(found: Session, plan: Plan, message: str | None) -> Header:
    from autogen import __version__
    from autogen.emit.message import message as made_from
    from autogen.emit.revision import Header
    from autogen.project.naming import new_revision_id, now

    kept = found.amended.message if found.amended else None
    return Header(
        message=(message or "").strip() or kept or made_from(plan.comparison.changes),
        revision_id=found.amended.draft.id if found.amended else new_revision_id(),
        down_revision=found.head,
        create_date=now(found.project.settings),
        version=__version__,
        models=found.project.models,
        server=found.seen.server,
    )


def _write(found: Session, header: Header, text: str) -> Path:
    from autogen.project import drafts
    from autogen.project.naming import new_revision_path

    settings, seen = found.project.settings, found.project.revisions
    revisions = found.amended.others if found.amended else seen
    path = new_revision_path(settings, revisions, header.message, header.revision_id, header.create_date)
    drafts.add(settings, seen, path, text, replaces=found.amended.draft.path if found.amended else None)
    return path


def _print_json(
    found: Session, plan: Plan, proof: Proof, path: Path | None, text: str | None, sql: bool, in_phases: bool
) -> None:
    from autogen.emit.json import as_json
    from autogen.emit.sql import as_sql

    shown = None
    if sql:
        upgrade, downgrade = as_sql(
            text or (path.read_text("utf-8") if path else ""), found.seen.dialect.sqla
        )
        shown = {"upgrade": upgrade, "downgrade": downgrade}
    say(
        as_json(
            plan, path=_relative(path), proof=proof, draft=text, sql=shown, phases=() if in_phases else None
        )
    )


def _print_text(
    found: Session, plan: Plan, proof: Proof, path: Path | None, text: str, sql: bool, verbose: bool
) -> None:
    from autogen.emit.terminal import render_diff
    from autogen.emit.verdict import render_verdict
    from autogen.pipeline import left_alone

    comparison = plan.comparison
    unseen = left_alone(found.seen) if verbose else None
    say(render_diff(plan, comparison.not_compared, comparison.notes, colour(), width(), left_alone=unseen))
    say("\n" + render_verdict(_relative(path), proof, bool(plan.findings), colour(), width()))
    if path is None:
        say(f"\n{text}")
    if sql:
        from autogen.emit.sql import as_sql

        upgrade, downgrade = as_sql(text, found.seen.dialect.sqla)
        words = f"\n-- upgrade\n{upgrade}\n-- downgrade\n{downgrade}"
        say(printable(words) if is_tty(sys.stdout) else words)


def _relative(path: Path | None) -> str | None:
    """The path as a person in this folder would type it."""
    return None if path is None else os.path.relpath(path)
