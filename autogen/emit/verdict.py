"""The last lines of a report: in sync, or where the draft is, what its proof says and what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from autogen.emit.words import plural, shown
from autogen.plan import Comparison, Proof
from autogen.schema import Skipped, Table

_LABEL_WIDTH = 8
EVERY_PHASE = "every phase does what it should, up, down and up again"
ONE_IS_ENOUGH = "one is enough: nothing here needs several deploys, or none of it can be split"


def in_sync(
    comparison: Comparison,
    server: str,
    colour: bool = False,
    width: int = 100,
    *,
    left_alone: Sequence[Skipped] | None = None,
    said: str = "In sync: models and database agree",
) -> str:
    """``In sync: models and database agree …``, after what was not compared."""
    lines: list[str] = []
    if comparison.not_compared or comparison.notes or left_alone is not None:
        from autogen.emit.terminal import listed_parts

        lines = listed_parts(comparison.not_compared, comparison.notes, colour, width, left_alone)
    left = str(len(comparison.not_compared)) if comparison.not_compared else "nothing"
    lines.append(f"{said} ({held(comparison, server)}).  Not compared: {left}.")
    return "\n".join(lines) + "\n"


def in_agreement(against: str, whole: bool = True) -> str:
    """``In sync: models and database agree``; without the first words where something else is wrong."""
    return f"In sync: models and {against} agree" if whole else f"Models and {against} agree"


def held(comparison: Comparison, server: str) -> str:
    """``12 tables, PostgreSQL 18.3``."""
    tables = plural(sum(isinstance(o, Table) for o in comparison.after), "table")
    return f"{tables}, {shown(server)}"


def render_verdict(
    path: str | None,
    proof: Proof,
    to_review: bool,
    colour: bool = False,
    width: int = 100,
    *,
    fails: bool = False,
    lock: str | None = None,
    several: bool = False,
    database: str | None = None,
) -> str:
    """The Draft, Proof and Next lines; ``path`` is None for a dry run. ``fails`` says that rows which are
    there make the upgrade fail, ``several`` that the revisions have several heads, ``database`` which one of
    several in env.py was asked for."""
    lines = labelled("Draft", path if path is not None else "not written (--dry-run)", width)
    words, style = _proof(proof)
    marked = labelled("Proof", words, width)
    lines += [f"\x1b[{style}m{line}\x1b[0m" if colour else line for line in marked]
    lines += labelled("Lock", lock, width) if lock is not None else []
    if path is not None:
        first = for_database(_next(proof, to_review, fails, several), database)
        lines += labelled("Next", first, width)
    return "\n".join(lines) + "\n"


def render_phases(
    files: Sequence[tuple[str, str | None]],
    proofs: Sequence[Proof],
    to_review: bool,
    colour: bool = False,
    width: int = 100,
    *,
    lock: str | None = None,
) -> str:
    """The same for several phases: their files by what each is, a verdict on each, what to do first."""
    rows = [(what.capitalize(), path or "not written (--dry-run)", "") for what, path in files]
    if all(proof.verified for proof in proofs):
        took = f"{shown(proofs[0].server)}, scratch database, {proofs[0].seconds:.1f} s"
        rows.append(("Proof", f"{EVERY_PHASE} ({took})", "32"))
    else:
        rows += [("Proof", *said) for said in dict.fromkeys(map(_proof, proofs))]
    rows += [("Lock", lock, "")] if lock is not None else []
    if all(path is not None for _, path in files):
        failed = any(proof.verified is False for proof in proofs)
        ticks = ", tick their boxes" if to_review else ""
        first = f"read them{ticks}, then follow the order in their docstrings"
        rows.append(("Next", "read the reason; run none of it" if failed else first, ""))
    indent = 2 + max(len(label) for label, _, _ in rows)
    lines = []
    for label, words, style in rows:
        marked = labelled(label, words, width, indent)
        lines += [f"\x1b[{style}m{line}\x1b[0m" if colour and style else line for line in marked]
    return "\n".join(lines) + "\n"


def _proof(proof: Proof) -> tuple[str, str]:
    if proof.verified:
        took = f"{shown(proof.server)}, scratch database, {proof.seconds:.1f} s"
        return f"upgrade reaches {proof.reaches}, downgrade restores the schema ({took})", "32"
    head = "not run" if proof.verified is None else "FAILED"
    return f"{head}: {shown(proof.reason)}", "33" if proof.verified is None else "1;31"


def _next(proof: Proof, to_review: bool, fails: bool, several: bool) -> str:
    if proof.verified is False:
        return "read the reason, correct the draft by hand or the models, then: autogen diff --amend"
    if fails:
        return "read it, correct the rows it will fail on, or the models, then: autogen diff --amend"
    ticks = ", tick its boxes" if to_review else ""
    return f"read it{ticks}, then: alembic upgrade head{'s' if several else ''}"


def for_database(words: str, database: str | None) -> str:
    """Advice that drafts, for one of several databases."""
    return words if database is None else words.replace("autogen diff", f"autogen diff --database {database}")


def labelled(label: str, words: str, width: int, indent: int = _LABEL_WIDTH) -> list[str]:
    """Words behind a label, wrapped under themselves; a path is never broken."""
    space = " " * indent
    room = max(width - indent, 40)
    rows = textwrap.wrap(words, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{label:<{indent}}{rows[0]}", *(space + row for row in rows[1:])]
