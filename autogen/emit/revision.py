"""Steps -> the text of an Alembic revision file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from autogen.boxes import DRAFTED, HEADING
from autogen.emit.layout import body, heading, imports
from autogen.emit.review_list import box_lines, safe, wrap
from autogen.plan import Finding, Plan, Proof, Step
from autogen.source import literal
from autogen.values import value

LINE_LENGTH = 100
NOT_RUN = Proof(None, "the draft has not been run yet.")
_AT_ONCE = "commits each statement at once: if one fails, those before it stay."

Revisions = str | tuple[str, ...] | None


@value(frozen=True, slots=True)
class Header:
    """What identifies a revision. ``version`` is autogen's, ``models`` where the models are
    (``myapp.models:Base``, several separated by commas), ``server`` the server's label."""

    message: str
    revision_id: str
    down_revision: Revisions
    create_date: datetime
    version: str
    models: str
    server: str
    branch_labels: Revisions = None
    depends_on: Revisions = None
    order: tuple[str, ...] = ()
    """Which phase of several this revision is, a line each, and the steps of all of them, numbered."""

    @property
    def own_packages(self) -> frozenset[str]:
        """Top-level packages of the models: their imports are sorted behind those of installed ones."""
        places = self.models.replace(",", " ").split()
        return frozenset(place.partition(":")[0].partition(".")[0] for place in places)


def draft(
    plan: Plan,
    upgrade: Sequence[Step],
    downgrade: Sequence[Step],
    header: Header,
    *,
    line_length: int = LINE_LENGTH,
    proof: Proof = NOT_RUN,
    transactional: bool = True,
) -> str:
    """The text of a revision, formatted and checked to compile. The same input gives the same text.

    ``transactional`` says whether a failing statement undoes those before it; where not, and there are
    several, the docstring tells.
    """
    import black

    steps = [*upgrade, *downgrade]
    at_once = not transactional and max(len(upgrade), len(downgrade)) > 1
    headings = len({heading(step) for step in steps} - {""}) > 1
    needed = {"from alembic import op"}.union(*(step.code.imports for step in steps))
    helpers = sorted(set[str]().union(*(step.helpers for step in steps)))
    source = "\n\n".join(
        [
            f'"""{_docstring(plan.to_review, header, proof, at_once)}"""',
            imports(needed, header.own_packages),
            identifiers(header),
            f"def upgrade() -> None:\n{body(upgrade, line_length, headings)}",
            f"def downgrade() -> None:\n{body(downgrade, line_length, headings)}",
            *(helper.strip("\n") for helper in helpers),
        ]
    )
    text = black.format_str(source, mode=black.Mode(line_length=line_length))
    compile(text, "<draft>", "exec")
    return text


def with_proof(text: str, proof: Proof) -> str:
    """A draft's text with the proof in its docstring replaced; nothing else changes."""
    lines = text.split("\n")
    drafted = next((n for n, line in enumerate(lines) if n and line.startswith(DRAFTED)), None)
    if drafted is None:
        raise ValueError("this text holds no line that says what drafted it")
    end = drafted + 1
    while lines[end] and not lines[end].startswith('"""'):
        end += 1
    changed = "\n".join([*lines[: drafted + 1], *_proof_lines(proof), *lines[end:]])
    compile(changed, "<draft>", "exec")
    return changed


def line_length(folder: Path) -> int:
    """The line length the project formats with: black's, else ruff's, of the nearest pyproject.toml."""
    import tomllib

    for parent in (folder, *folder.parents):
        try:
            tools = tomllib.loads((parent / "pyproject.toml").read_text("utf-8")).get("tool", {})
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            break
        found = [tools.get("black", {}).get("line-length"), tools.get("ruff", {}).get("line-length")]
        return next((n for n in found if isinstance(n, int) and n > 0), LINE_LENGTH)
    return LINE_LENGTH


def _docstring(findings: Iterable[Finding], header: Header, proof: Proof, at_once: bool) -> str:
    lines = [
        *opening(header),
        "",
        f"{DRAFTED}{safe(header.version)} from {safe(header.models)} against {safe(header.server)}.",
        *_proof_lines(proof),
        "",
    ]
    if at_once:
        lines += [*wrap(f"{safe(header.server)} {_AT_ONCE}", "", ""), ""]
    for line in map(safe, header.order):
        lines += wrap(line, "", "   ") if line[:1].isdigit() else [line]
    lines += [""] if header.order else []
    listed = [line for finding in findings for line in box_lines(finding)]
    return "\n".join([*lines, HEADING, "", *listed, ""] if listed else lines)


def opening(header: Header) -> list[str]:
    """The lines that every docstring begins with, Alembic's own."""
    revises = header.down_revision or ""
    revises = revises if isinstance(revises, str) else ", ".join(revises)
    return [
        safe(header.message) or "migration",
        "",
        f"Revision ID: {safe(header.revision_id)}",
        f"Revises: {safe(revises)}".rstrip(),
        f"Create Date: {header.create_date.isoformat(' ', 'seconds')}",
    ]


def _proof_lines(proof: Proof) -> list[str]:
    """The verdict; every line after the first is indented, so that its end can be found again."""
    if proof.verified:
        return [f"Proven: upgrade reaches {proof.reaches}, downgrade restores the schema."]
    head = "Not proven: " if proof.verified is None else "Unproven: "
    paragraphs = [safe(line) for line in proof.reason.splitlines()] or ["no reason given"]
    wrapped = wrap(head + paragraphs[0], "", "  ")
    return [*wrapped, *(line for paragraph in paragraphs[1:] for line in wrap(paragraph, "    ", "    "))]


def identifiers(header: Header) -> str:
    """The four names that Alembic reads."""
    return "\n".join(
        f"{name} = {_revisions(value)}"
        for name, value in (
            ("revision", header.revision_id),
            ("down_revision", header.down_revision),
            ("branch_labels", header.branch_labels),
            ("depends_on", header.depends_on),
        )
    )


def _revisions(value: Revisions) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return literal(value)
