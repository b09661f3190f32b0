"""A session as a report: what was found, with files and lines named as the format wants them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autogen.boxes import named, read_boxes
from autogen.cli.terminal import colour, is_tty, say, width
from autogen.emit.report import Command, Located, Look, OpenList, PhaseDraft, Report, RuleText, render

if TYPE_CHECKING:
    from autogen.cli.session import Session
    from autogen.pipeline import Examination
    from autogen.plan import Finding, Plan, Proof
    from autogen.project.review_lists import Unmerged
    from autogen.states import Against, States

FROM_ROOT = ("markdown", "github", "sarif")
"""Formats that code hosts read, which know files from the root of the repository."""
_WITH_PLACES = ("github", "sarif", "json")
_LISTED = 8


def tell(report: Report, form: str, verbose: bool = False) -> None:
    """Writes the report to standard output, and nothing else."""
    look = Look(colour(), width(), verbose, is_tty(sys.stdout))
    say(render(form, report, look))


def report_of(
    command: Command,
    found: Session,
    plan: Plan,
    form: str,
    *,
    verbose: bool = False,
    path: Path | None = None,
    text: str = "",
    proof: Proof | None = None,
    sql: Mapping[str, str] | None = None,
    held: Unmerged | None = None,
    phases: Sequence[PhaseDraft] | None = None,
    written: Sequence[tuple[Path, str]] = (),
    lock: str | None = None,
    against: Against = "database",
    states: States | None = None,
) -> Report:
    """The report of a run. ``text`` is the draft's, ``path`` where it was written, ``held`` the review lists
    that are open. ``written`` are the files of ``phases``, with their texts. ``against`` is what the models
    were held against, ``states`` what was found beside that."""
    from autogen.pipeline import left_alone

    name = FileNames(form)
    written = written or ([(path, text)] if path else [])
    places = _Places(found, form, name) if form in _WITH_PLACES and not written else None
    boxes = _boxes(written, name)
    first = name(written[0][0]) if written else None

    def located(finding: Finding) -> Located:
        if first is not None:
            return Located(finding, *boxes.get((finding.rule, named(finding.about)), (first, 1)))
        return places.located(Located(finding)) if places else Located(finding)

    return Report(
        command,
        (*map(located, plan.findings), *_edited(held, name)),
        plan.comparison,
        path=first if path else None,
        proof=proof,
        draft=text if text and not written else None,
        sql=sql,
        lists=open_lists(held, form) if held else (),
        merged_known=held is None or held.certain,
        place=places.main if places else first,
        server=found.seen.server,
        left_alone=left_alone(found.seen) if verbose and form == "text" else None,
        ignored=plan.ignored,
        rows=plan.rows,
        rules=rule_text,
        phases=None if phases is None else tuple(phases),
        lock=lock,
        several_heads=len(found.project.revisions.heads) > 1,
        database=found.project.config.database,
        against=against,
        states=states,
    )


def _edited(held: Unmerged | None, name: FileNames) -> list[Located]:
    return [Located(finding, name(path), 1, False) for finding, path in (held.edited if held else ())]


def open_lists(held: Unmerged, form: str) -> tuple[OpenList, ...]:
    """The review lists with an open box, their files as a format names them."""
    name = FileNames(form)
    return tuple(OpenList(name(review.path) or str(review.path), review.boxes) for review in held.lists)


def _boxes(
    written: Sequence[tuple[Path, str]], name: FileNames
) -> dict[tuple[str, str], tuple[str | None, int]]:
    """Where the boxes of drafts stand, by their rules and objects."""
    found: dict[tuple[str, str], tuple[str | None, int]] = {}
    for path, text in written:
        for box in read_boxes(text):
            found.setdefault((box.rule, box.object), (name(path), box.line))
    return found


def statements(seen: Examination, text: str) -> dict[str, str]:
    """The SQL of a draft."""
    from autogen.emit.sql import as_sql

    upgrade, downgrade = as_sql(text, seen.dialect.sqla)
    return {"upgrade": upgrade, "downgrade": downgrade}


class FileNames:
    """A file as the report names it: from the source root, or as somebody in this folder would type it."""

    def __init__(self, form: str) -> None:
        from autogen.project.places import source_root

        self._base = source_root(Path.cwd()) if form in FROM_ROOT else None

    def __call__(self, path: Path) -> str | None:
        from autogen.project.places import relative

        return os.path.relpath(path) if self._base is None else relative(path, self._base)


class _Places:
    """Where the models declare what a finding is about."""

    def __init__(self, found: Session, form: str, name: FileNames) -> None:
        from autogen.project.places import Declarations

        project = found.project
        self._name = name
        self._declared = Declarations(project.root, project.config.models)

    @property
    def main(self) -> str | None:
        path = self._declared.main
        return self._name(path) if path else None

    def located(self, found: Located) -> Located:
        place = self._declared.of(found.finding.object, found.finding.kind)
        return Located(found.finding, self._name(place[0]), place[1]) if place else found


def rule_text(rule: str) -> RuleText | None:
    """What the review says about one of its rules."""
    from autogen.review.registry import explanation, registry

    known = registry().get(rule)
    if known is None:
        return None
    return RuleText(f"{known.summary[:1].upper()}{known.summary[1:]}.", explanation(known))


def boxes_besides(held: Unmerged) -> str:
    """The open boxes in a sentence, for a run that could not compare."""
    from autogen.emit.problems import boxes_words

    places = [
        f"{os.path.relpath(review.path)}:{box.line} ({box.rule} {box.object})"
        for review in held.lists
        for box in review.open
    ]
    rest = len(places) - _LISTED
    more = f" and {rest} more" if rest > 0 else ""
    return f"Besides, {boxes_words(held.open)}: {', '.join(places[:_LISTED])}{more}."
