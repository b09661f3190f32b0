"""``autogen diff --phases``: a revision for each deploy, and the script that fills rows in between."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen.cli.options import Format
from autogen.cli.terminal import colour, is_tty, printable, progress, say, width

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.emit.revision import Header
    from autogen.phase import PhaseName, Phasing
    from autogen.plan import Plan, Proof


@dataclass(frozen=True)
class Written:
    """The files of one run. ``script`` and ``paths`` say where they are, or would be; ``kept`` is False for
    a dry run."""

    names: tuple[PhaseName, ...]
    texts: tuple[str, ...]
    proofs: tuple[Proof, ...]
    paths: tuple[Path, ...]
    script: Path | None
    script_text: str | None
    kept: bool

    @property
    def files(self) -> list[tuple[str, Path]]:
        """In the order in which they are run."""
        listed: list[tuple[str, Path]] = list(zip(self.names, self.paths, strict=True))
        return [*listed[:-1], *([("backfill", self.script)] if self.script else []), listed[-1]]


def draft_phases(
    found: Session,
    plan: Plan,
    phasing: Phasing,
    header: Header,
    format_: Format,
    *,
    dry_run: bool,
    sql: bool,
    verify: bool,
    verbose: bool,
) -> int:
    """Writes, proves and shows the drafts of a change in phases."""
    from autogen.rollout import reviewed

    with progress("drafting"):
        plan = reviewed(found.seen, plan, phasing)
        made = _made(found, plan, phasing, header, verify)
    written = replace(made, kept=not dry_run)
    if written.kept:
        _write(found, written)
    if format_ is Format.json:
        _print_json(found, plan, written, sql)
    else:
        _print_text(found, plan, phasing, written, sql, verbose)
    return 1 if any(proof.verified is False for proof in written.proofs) else 0


def _made(found: Session, plan: Plan, phasing: Phasing, header: Header, verify: bool) -> Written:
    from autogen.emit.revision import LINE_LENGTH, line_length, with_proof
    from autogen.plan import Proof
    from autogen.project.naming import backfill_path, new_revision_path, slug
    from autogen.rollout import backfill_text, draft_phases, prove_phases

    settings, seen = found.project.settings, found.project.revisions
    revisions = found.amended.others if found.amended else seen
    headers = _headers(header, phasing)
    ids = {name: one.revision_id for name, one in headers.items()}
    length = line_length(found.project.root) or LINE_LENGTH
    script = backfill_path(settings, header.message, header.create_date)
    script_text = backfill_text(found.seen, phasing, header, ids, length)
    shown = _from_root(script, found.project.root) if script_text else None
    texts = draft_phases(found.seen, plan, phasing, headers, shown, length)
    proofs: Sequence[Proof] = [Proof(None, "--no-verify was given")] * len(texts)
    if verify:
        proofs = prove_phases(found.seen, phasing, texts)
    # the phase stays in the name of the file, however long the message is
    room = settings.truncate_slug_length - len("_contract")
    short = slug(header.message, room).strip("_")
    paths = [
        new_revision_path(settings, revisions, f"{short} {name}", one.revision_id, one.create_date)
        for name, one in headers.items()
    ]
    proven = tuple(with_proof(text, proof) for text, proof in zip(texts, proofs, strict=True))
    kept = script if script_text else None
    return Written(tuple(headers), proven, tuple(proofs), tuple(paths), kept, script_text, False)


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


def _write(found: Session, written: Written) -> None:
    from autogen.project import drafts

    files = list(zip(written.paths, written.texts, strict=True))
    if written.script and written.script_text:
        files.append((written.script, written.script_text))
    replaces = found.amended.draft.path if found.amended else None
    drafts.add_all(found.project.settings, found.project.revisions, files, replaces)


def _print_json(found: Session, plan: Plan, written: Written, sql: bool) -> None:
    from autogen.emit.json import as_json
    from autogen.plan import Proof

    phases: list[dict[str, Any]] = []
    for name, text, proof, path in zip(
        written.names, written.texts, written.proofs, written.paths, strict=True
    ):
        phase: dict[str, Any] = {"name": name, "path": os.path.relpath(path) if written.kept else None}
        phase["verified"], phase["reason"] = proof.verified, proof.reason or None
        last = name == written.names[-1] and written.script is not None
        phase["backfill"] = (
            os.path.relpath(written.script) if last and written.script and written.kept else None
        )
        if not written.kept:
            phase["draft"] = text
            phase |= {"script": written.script_text} if last else {}
        if sql:
            phase["sql"] = dict(zip(("upgrade", "downgrade"), _sql(found, text), strict=True))
        phases.append(phase)
    worst = min(written.proofs, key=lambda proof: (proof.verified is not False, proof.verified is not None))
    whole = Proof(worst.verified, worst.reason)
    say(as_json(plan, proof=whole, phases=phases))


def _print_text(
    found: Session, plan: Plan, phasing: Phasing, written: Written, sql: bool, verbose: bool
) -> None:
    from autogen.emit.terminal import render_diff
    from autogen.emit.verdict import render_phases
    from autogen.pipeline import left_alone

    comparison = plan.comparison
    unseen = left_alone(found.seen) if verbose else None
    say(render_diff(plan, comparison.not_compared, comparison.notes, colour(), width(), left_alone=unseen))
    files = [(what, os.path.relpath(path) if written.kept else None) for what, path in written.files]
    first = "read them, tick their boxes, then follow the order in their docstrings"
    say("\n" + render_phases(files, written.proofs, first, colour(), width()))
    for text in written.texts:
        if not written.kept:
            say(f"\n{text}")
        if sql:
            upgrade, downgrade = _sql(found, text)
            words = f"\n-- upgrade\n{upgrade}\n-- downgrade\n{downgrade}"
            say(printable(words) if is_tty(sys.stdout) else words)
    if written.script_text and not written.kept:
        say(f"\n{written.script_text}")


def _sql(found: Session, text: str) -> tuple[str, str]:
    from autogen.emit.sql import as_sql

    return as_sql(text, found.seen.dialect.sqla)


def _from_root(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
