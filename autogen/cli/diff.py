"""``autogen diff``: compare, draft, prove, write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from autogen.cli.options import (
    AlembicFile,
    Arguments,
    Database,
    Format,
    Migrations,
    Models,
    NoData,
    OutputFormat,
    Section,
    Url,
    Verbose,
    chosen,
)
from autogen.cli.terminal import progress

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.emit.revision import Header
    from autogen.lockfile.document import Lock
    from autogen.pipeline import Examination
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
    online: Annotated[
        bool | None,
        typer.Option(
            "--online/--no-online",
            help="Let reads and writes go on while the draft runs; by default on tables that hold rows.",
        ),
    ] = None,
    lift_defaults: Annotated[
        bool | None,
        typer.Option(
            "--lift-defaults/--no-lift-defaults",
            help="Give rows that stand the Python default of a new NOT NULL column.",
        ),
    ] = None,
    phases: Annotated[
        bool,
        typer.Option("--phases", help="A revision for each deploy where old and new code run side by side."),
    ] = False,
    amend: Annotated[
        bool, typer.Option("--amend", help="Replace the newest draft, which has not been applied yet.")
    ] = False,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="REVISION", help="The head or branch label to follow, of several."),
    ] = None,
    no_data: NoData = False,
    verbose: Verbose = False,
    models: Models = None,
    url: Url = None,
    migrations: Migrations = None,
    alembic_file: AlembicFile = None,
    section: Section = "alembic",
    arguments: Arguments = None,
    database: Database = None,
) -> int:
    """Draft a revision that brings the database to the models, and prove it on a scratch database."""
    from autogen.cli.session import session
    from autogen.config import load_config
    from autogen.project.location import check_writable, load_project

    project = load_project(
        load_config(
            models=models,
            url=url,
            migrations=migrations,
            online=online,
            lift_defaults=lift_defaults,
            alembic=chosen(alembic_file, section, arguments),
            database=database,
        )
    )
    if not dry_run:
        check_writable(project.settings)
    asking = not no_input and format_ is Format.text
    with (
        progress("comparing"),
        session(
            project,
            amend=amend,
            renames=rename or (),
            drops=drop or (),
            asking=asking,
            data=not no_data,
            head=head,
        ) as found,
    ):
        if not found.seen.comparison.changes:
            return _nothing(found, format_.value, verbose, phases)
        if found.amended is not None and project.databases:
            from autogen.project.several import refuse_to_take_out

            refuse_to_take_out(found.amended.draft, project.env.name, project.databases)
        return _draft(
            found,
            message,
            format_.value,
            dry_run=dry_run,
            sql=sql,
            verify=not no_verify,
            verbose=verbose,
            in_phases=phases,
        )


def _nothing(found: Session, form: str, verbose: bool, in_phases: bool) -> int:
    """Says that models and database agree."""
    from autogen.cli.reporting import report_of, tell
    from autogen.plan import Plan

    if found.amended is not None:
        _tell_of_draft_that_stays(found.amended.draft.path)

    phases = () if in_phases else None
    plan = Plan(found.seen.comparison)
    tell(report_of("diff", found, plan, form, verbose=verbose, phases=phases), form, verbose)
    return 0


def _tell_of_draft_that_stays(path: Path) -> None:
    import os

    from autogen.cli.terminal import warn

    warn(
        f"{os.path.relpath(path)}, which --amend was to replace, is as it was: models and database agree "
        "without it. Delete it, unless it does what no comparison shows."
    )


def _draft(
    found: Session,
    message: str | None,
    form: str,
    *,
    dry_run: bool,
    sql: bool,
    verify: bool,
    verbose: bool,
    in_phases: bool = False,
) -> int:
    """Writes, proves and shows the draft of the differences found."""
    from autogen.cli.directing import as_directed, finished, hooked, undirected
    from autogen.cli.reporting import report_of, statements, tell
    from autogen.emit.revision import line_length, with_proof
    from autogen.pipeline import drafted, proven
    from autogen.plan import Proof

    _tell_of_forms(found)
    plan = _planned(found, found.seen)
    header = _header(found, plan, message)
    if in_phases:
        from autogen.cli.phases import draft_phases
        from autogen.rollout import phases_of, reviewed

        phasing = phases_of(found.seen, plan)
        plan = reviewed(found.seen, plan, phasing, lambda seen, data: _planned(found, seen, data))
        if phasing.phases:
            how = {"dry_run": dry_run, "sql": sql, "verify": verify, "verbose": verbose}
            return draft_phases(found, plan, phasing, header, form, **how)
    length = line_length(found.project.root)
    with progress("drafting"):
        text = drafted(found.seen, plan, header, length)
        directed = as_directed(found, header, text)
        if directed is None:
            return undirected(found, plan, form, verbose)
        if directed != header:
            header, text = directed, drafted(found.seen, plan, directed, length)
    proof = Proof(None, "--no-verify was given")
    if verify:
        with progress("proving on a scratch database"):
            proof = proven(found.seen, text)
    lock = None if dry_run else lock_of(found, proof)
    spelled = statements(found.seen, text) if sql or form == "markdown" else None
    text = finished(found.project, with_proof(text, proof))
    path = None if dry_run else _write(found, header, text)
    if path is not None:
        hooked(found.project, [path])
        text = path.read_text("utf-8")
    report = report_of(
        "diff",
        found,
        plan,
        form,
        verbose=verbose,
        path=path,
        text=text,
        proof=proof,
        sql=spelled,
        phases=() if in_phases else None,
        lock=write_lock(found, lock),
    )
    tell(report, form, verbose)
    return 1 if proof.verified is False else 0


def _tell_of_forms(found: Session) -> None:
    """Says so where env.py leaves no room for the safe forms of tables in use."""
    project, seen = found.project, found.seen
    if not project.env.begun or not seen.dialect.transactional_ddl:
        return
    from autogen.cli.terminal import warn
    from autogen.online import online

    if online(seen.comparison, seen.dialect, project.config.forms, seen.has_rows).tables:
        warn(
            f"{project.settings.env_py} begins the transaction that the migrations run in, and Alembic "
            "cannot step out of it: the draft has plain forms, which hold locks on tables in use. Leave the "
            "transaction to context.begin_transaction(), and safe forms are drafted."
        )


class Prepared(NamedTuple):
    """A schema.lock to be written, and the checksums of revisions that stay what they were."""

    lock: Lock
    pinned: Mapping[str, str]


def lock_of(found: Session, proof: Proof) -> Prepared | str | None:
    """The schema.lock for the schema that the proof reached, or why there is none; made before anything is
    written, so that the draft and the file come at one time. A file that cannot be read is left."""
    if found.project.config.schema_lock is False:
        return None
    if not proof.verified or proof.reached is None:
        return "not written: the draft is not proven. Write it once the database is at head: autogen snapshot"
    from autogen.errors import AutogenError
    from autogen.lockfile.keeping import pinned, source_of
    from autogen.lockfile.making import made

    try:
        return Prepared(made(source_of(found.seen, proof.reached)), pinned(found.project))
    except AutogenError as error:  # the draft is right all the same
        return f"not written: {error}"


def write_lock(found: Session, prepared: Prepared | str | None) -> str | None:
    """Writes the file; returns its name, or why it is not there."""
    if prepared is None or isinstance(prepared, str):
        return prepared
    import os

    from autogen.cli.terminal import warn
    from autogen.errors import AutogenError
    from autogen.lockfile.keeping import keep, keep_others

    try:
        kept = keep(found.project, *prepared)
        keep_others(found.project, found.amended.draft.id if found.amended else None)
    except AutogenError as error:
        return str(error)
    if kept is None:
        return None
    for id_ in prepared.pinned:
        file = os.path.relpath(found.project.revisions.by_id[id_].path)
        warn(
            f"{file} was edited after it was merged: databases have run it as it was. {kept.path.name} keeps "
            "its old checksum, so that autogen check goes on naming it. Restore it from version control, and "
            "put the change into a revision of its own."
        )
    return os.path.relpath(kept.path)


def _planned(found: Session, seen: Examination, data: bool = True) -> Plan:
    """The plan, with evidence where rows may be asked and ``data`` says so; a replaced draft's ticks and
    reasons go over to the new one."""
    from autogen.pipeline import planned

    reading = found.reading if data else replace(found.reading, data=False)
    plan = planned(seen, reading, found.project.config.rules)
    if found.amended is None:
        return plan
    from autogen.emit.review_list import kept

    return replace(plan, findings=kept(plan.findings, found.amended.boxes))


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
    naming = (header.message, header.revision_id, header.create_date)
    path = new_revision_path(settings, revisions, *naming, follows=found.head)
    drafts.add(settings, seen, path, text, replaces=found.amended.draft.path if found.amended else None)
    return path
