"""``autogen diff --phases``: a revision for each deploy, and the script that fills rows in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.cli.terminal import progress, warn
from autogen.values import value

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.emit.report import PhaseDraft
    from autogen.emit.revision import Header
    from autogen.phase import PhaseName, Phasing
    from autogen.plan import Plan, Proof


@value(frozen=True)
class Made:
    """The texts of one run, and the files that they are for."""

    names: tuple[PhaseName, ...]
    texts: tuple[str, ...]
    proofs: tuple[Proof, ...]
    paths: tuple[Path, ...]
    script: tuple[Path, str] | None


def draft_phases(
    found: Session,
    plan: Plan,
    phasing: Phasing,
    header: Header,
    form: str,
    *,
    dry_run: bool,
    sql: bool,
    verify: bool,
    verbose: bool,
) -> int:
    """Writes, proves and shows the drafts of a change in phases."""
    from autogen.cli.directing import hooked, undirected
    from autogen.cli.reporting import report_of, tell

    with progress("drafting"):
        made = _made(found, plan, phasing, header, verify)
    if made is None:
        return undirected(found, plan, form, verbose, in_phases=True)
    lock = None
    if not dry_run:
        from autogen.cli.diff import lock_of, write_lock

        prepared = lock_of(found, made.proofs[-1])
        _write(found, made)
        hooked(found.project, made.paths)
        made = replace(made, texts=tuple(path.read_text("utf-8") for path in made.paths))
        lock = write_lock(found, prepared)
    report = report_of(
        "diff",
        found,
        plan,
        form,
        verbose=verbose,
        proof=min(made.proofs, key=lambda proof: (proof.verified is not False, proof.verified is not None)),
        phases=_told(found, made, form, kept=not dry_run, sql=sql or form == "markdown"),
        written=() if dry_run else tuple(zip(made.paths, made.texts, strict=True)),
        lock=lock,
    )
    tell(report, form, verbose)
    return 1 if any(proof.verified is False for proof in made.proofs) else 0


def _made(found: Session, plan: Plan, phasing: Phasing, header: Header, verify: bool) -> Made | None:
    """The drafts, proven; None where env.py wants none of them."""
    from autogen.cli.directing import finished
    from autogen.emit.revision import with_proof
    from autogen.plan import Proof
    from autogen.rollout import prove_phases

    headers = _headers(header, phasing)
    texts, script = _texts(found, plan, phasing, header, headers)
    directed = _directed(found, headers, texts)
    if directed is None:
        return None
    if directed != headers:
        texts, script = _texts(found, plan, phasing, header, directed)
    proofs: Sequence[Proof] = [Proof(None, "--no-verify was given")] * len(texts)
    if verify:
        proofs = prove_phases(found.seen, phasing, texts)
    proven = tuple(
        finished(found.project, with_proof(text, proof)) for text, proof in zip(texts, proofs, strict=True)
    )
    paths = _paths(found, header, headers, directed)
    return Made(tuple(directed), proven, tuple(proofs), paths, script)


def _texts(
    found: Session, plan: Plan, phasing: Phasing, header: Header, headers: Mapping[PhaseName, Header]
) -> tuple[list[str], tuple[Path, str] | None]:
    """The revisions, and the script with its path where rows are to be filled."""
    from autogen.emit.revision import LINE_LENGTH, line_length
    from autogen.project.naming import backfill_path
    from autogen.rollout import backfill_text, draft_phases

    ids = {name: one.revision_id for name, one in headers.items()}
    length = line_length(found.project.root) or LINE_LENGTH
    path = backfill_path(found.project.settings, header.message, header.create_date)
    script = backfill_text(found.seen, phasing, header, ids, length)
    shown = _from_root(path, found.project.root) if script else None
    texts = draft_phases(found.seen, plan, phasing, headers, shown, length)
    return texts, (path, script) if script else None


def _directed(
    found: Session, headers: Mapping[PhaseName, Header], texts: Sequence[str]
) -> Mapping[PhaseName, Header] | None:
    """The headers as process_revision_directives wants them, which is asked about each revision."""
    from autogen.cli.directing import as_directed

    said: dict[PhaseName, Header] = {}
    follows = found.head
    for (name, header), text in zip(headers.items(), texts, strict=True):
        one = as_directed(found, replace(header, down_revision=follows), text)
        if one is None:
            return None
        if one.revision_id == follows:
            warn(
                f"process_revision_directives gives the id {follows} to two revisions of one run; the later "
                f"one has {header.revision_id}."
            )
            one = replace(one, revision_id=header.revision_id)
        said[name], follows = one, one.revision_id
    return said


def _paths(
    found: Session, header: Header, headers: Mapping[PhaseName, Header], directed: Mapping[PhaseName, Header]
) -> tuple[Path, ...]:
    from autogen.project.naming import new_revision_path, slug

    settings = found.project.settings
    revisions = found.amended.others if found.amended else found.project.revisions
    # the phase stays in the name of the file, however long the message is
    short = slug(header.message, settings.truncate_slug_length - len("_contract")).strip("_")
    return tuple(
        new_revision_path(
            settings,
            revisions,
            f"{short} {name}" if one.message == headers[name].message else one.message,
            one.revision_id,
            one.create_date,
            follows=found.head,
        )
        for name, one in directed.items()
    )


def _headers(header: Header, phasing: Phasing) -> Mapping[PhaseName, Header]:
    """One after the other; a second apart, so that names sort in this order."""
    from autogen.project.naming import new_revision_id

    made: dict[PhaseName, Header] = {}
    for phase in phasing.phases:
        one = replace(header, message=f"{header.message} ({phase.name})")
        if made:
            before = list(made.values())[-1]
            one = replace(
                one,
                revision_id=new_revision_id(),
                down_revision=before.revision_id,
                create_date=before.create_date + timedelta(seconds=1),
            )
        made[phase.name] = one
    return made


def _write(found: Session, made: Made) -> None:
    from autogen.project import drafts

    files = list(zip(made.paths, made.texts, strict=True))
    files += [made.script] if made.script else []
    replaces = found.amended.draft.path if found.amended else None
    drafts.add_all(found.project.settings, found.project.revisions, files, replaces)


def _told(found: Session, made: Made, form: str, *, kept: bool, sql: bool) -> list[PhaseDraft]:
    """The revisions as a report has them; the script belongs to the last one."""
    from autogen.cli.reporting import FileNames, statements
    from autogen.emit.report import PhaseDraft

    name = FileNames(form)
    told = []
    for phase, text, proof, path in zip(made.names, made.texts, made.proofs, made.paths, strict=True):
        place, words = made.script if made.script and phase == made.names[-1] else (None, None)
        told.append(
            PhaseDraft(
                phase,
                proof,
                path=name(path) if kept else None,
                backfill=name(place) if kept and place else None,
                draft=None if kept else text,
                script=None if kept else words,
                sql=statements(found.seen, text) if sql else None,
            )
        )
    return told


def _from_root(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
