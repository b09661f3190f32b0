"""What the project's Alembic environment does to a draft on its way into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.cli.terminal import warn

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.emit.revision import Header
    from autogen.plan import Plan
    from autogen.project.location import Project


def as_directed(found: Session, header: Header, text: str) -> Header | None:
    """The header as process_revision_directives of env.py wants it; None where it wants no revision."""
    hook = found.project.env.options.get("process_revision_directives")
    if hook is None:
        return header
    from autogen.project.directives import directed

    env_py = found.project.settings.env_py
    follows = header.down_revision or ()
    heads = (follows,) if isinstance(follows, str) else follows
    said = directed(
        hook, found.project.settings, found.seen.dialect, text, header.message, header.revision_id, heads
    )
    if not said.written:
        warn(f"process_revision_directives in {env_py} left no revision to write.")
        return None
    if said.passed_over:
        warn(
            f"process_revision_directives in {env_py} changed {', '.join(said.passed_over)}, which the draft "
            "does not follow: it takes over the message and the revision id."
        )
    return replace(header, message=said.message, revision_id=said.revision_id)


def undirected(found: Session, plan: Plan, form: str, verbose: bool, in_phases: bool = False) -> int:
    """Tells the differences where env.py wants no revision for them."""
    from autogen.cli.reporting import report_of, tell
    from autogen.plan import Proof

    proof = Proof(None, "process_revision_directives left no revision to write")
    phases = () if in_phases else None
    tell(report_of("diff", found, plan, form, verbose=verbose, proof=proof, phases=phases), form, verbose)
    return 0


def finished(project: Project, text: str) -> str:
    """The draft in the form that revisions of this project have."""
    if not project.databases:
        return text
    from autogen.project.several import for_one_of

    return for_one_of(text, project.env.name, project.databases)


def hooked(project: Project, paths: Sequence[Path]) -> None:
    """Runs the project's post-write hooks on files that were written."""
    from autogen.project.after_writing import run_hooks

    failed = run_hooks(project.settings, paths)
    if failed:
        warn(failed)
