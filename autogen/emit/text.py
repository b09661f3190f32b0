"""A report as a person reads it in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from autogen.emit.problems import boxes_words
from autogen.emit.report import Located, Look, OpenList, Report, by_object, settled
from autogen.emit.review_list import paragraphs
from autogen.emit.states import TO_DRAFT, rows, to_do
from autogen.emit.verdict import for_database, labelled
from autogen.emit.words import cells, one_line, pad, shown
from autogen.plan import Plan, Proof

_STYLES = {"blocker": "1;31", "high": "1;31", "medium": "33", "low": "2", "title": "1", "faint": "2"}
_WIDEST_NAME = 48


def as_text(report: Report, look: Look) -> str:
    """What differs with its findings, or the findings alone where nothing was compared; then what became of
    a draft, and what is left to do."""
    parts = [_compared(report, look) if report.comparison is not None else _found(report, look)]
    if report.lists:
        parts.append("\n".join(_lists(report.lists, look)) + "\n")
    if report.states is not None and not report.agree:
        parts.append("\n".join(rows(report.states, look.width)) + "\n")
    if report.command == "check" and (report.lists or not report.agree):
        parts.append(_to_do(report, look))
    if report.command == "diff" and report.differs:
        parts += _draft(report, look)
    return "\n".join(parts)


def boxes(report: Report, look: Look) -> str:
    """The review lists that are open, and what to do about them."""
    return "\n".join(["\n".join(_lists(report.lists, look)) + "\n", _to_do(report, look)])


def _to_do(report: Report, look: Look) -> str:
    return "\n".join(labelled("Next", ". ".join(_next(report)) + ".", look.width)) + "\n"


def _draft(report: Report, look: Look) -> list[str]:
    """Where the draft is and what its proof says; its text and its SQL where they are wanted."""
    from autogen.emit.verdict import ONE_IS_ENOUGH, render_phases, render_verdict

    to_review = any(not found.finding.minor for found in report.findings)
    if report.phases:
        proofs = [phase.proof for phase in report.phases]
        parts = [render_phases(report.files, proofs, to_review, look.colour, look.width, lock=report.lock)]
        for phase in report.phases:
            parts += _texts(phase.draft, phase.sql, look)
        return parts + [phase.script for phase in report.phases if phase.script is not None]
    fails = any(found.finding.certain for found in report.findings)
    proof = report.proof or Proof(None)
    parts = [
        render_verdict(
            report.path,
            proof,
            to_review,
            look.colour,
            look.width,
            fails=fails,
            lock=report.lock,
            several=report.several_heads,
            database=report.database,
        )
    ]
    parts += _texts(report.draft, report.sql, look)
    if report.phases is not None:
        parts.append("\n".join(labelled("Phases", f"{ONE_IS_ENOUGH}.", look.width)) + "\n")
    return parts


def _texts(draft: str | None, sql: Mapping[str, str] | None, look: Look) -> Iterator[str]:
    if draft is not None:
        yield draft
    if sql is not None:
        words = "\n".join(f"-- {name}\n{statements}" for name, statements in sql.items())
        yield "\n".join(map(shown, words.split("\n"))) if look.terminal else words


def _compared(report: Report, look: Look) -> str:
    comparison = report.comparison
    assert comparison is not None
    if not comparison.changes and not (report.against == "schema.lock" and report.findings):
        from autogen.emit.verdict import in_agreement, in_sync

        said = in_agreement(report.against, report.agree)
        text = in_sync(
            comparison, report.server, look.colour, look.width, left_alone=report.left_alone, said=said
        )
        return "\n".join([text, *_told(report, look)]) if report.findings else text
    from autogen.emit.terminal import render_diff

    findings = tuple(found.finding for found in report.findings)
    plan = Plan(comparison, findings, report.ignored, report.rows)
    return render_diff(
        plan,
        comparison.not_compared,
        comparison.notes,
        look.colour,
        look.width,
        left_alone=report.left_alone,
        minor=look.verbose,
    )


# -- findings without a comparison -------------------------------------------------------------------


def _found(report: Report, look: Look) -> str:
    """The findings by file and object, the summary behind them."""
    from autogen.emit.problems import verdict

    hidden = 0 if look.verbose else sum(found.finding.minor for found in report.findings)
    more = f"  {hidden} of them {'is' if hidden == 1 else 'are'} minor (--verbose)." if hidden else ""
    return "\n".join([*_told(report, look), f"{verdict(report)}{more}"]) + "\n"


def _told(report: Report, look: Look) -> list[str]:
    """The findings by file and object, an empty line behind each file."""
    told = [found for found in report.findings if look.verbose or not found.finding.minor]
    lines: list[str] = []
    for file in dict.fromkeys(found.file for found in told):
        if file is not None:
            lines.append(_paint("title", shown(file), look))
        for about, group in by_object(f for f in told if f.file == file).items():
            lines += [f"  {shown(one_line(about))}", *(row for f in group for row in _finding(f, look))]
        lines.append("")
    return lines


def _finding(found: Located, look: Look) -> list[str]:
    """``line 12  blocker  drop-column``, and what happens below it."""
    finding = found.finding
    where = f"line {found.line}  " if found.line else ""
    done = settled(finding)
    style = "faint" if done else finding.severity
    head = f"    {where}{_paint(style, finding.severity, look)}  {shown(finding.rule)}"
    said = [*paragraphs(finding, found.boxed), *([f"Settled: {done}"] if done else [])]
    return [head, *(row for words in said for row in _wrapped(words, 6, look.width))]


def _wrapped(words: str, indent: int, width: int) -> list[str]:
    space = " " * indent
    return textwrap.wrap(
        shown(one_line(words)),
        max(width, indent + 30),
        initial_indent=space,
        subsequent_indent=space,
        break_on_hyphens=False,
    )


# -- review lists ------------------------------------------------------------------------------------


def _lists(lists: Sequence[OpenList], look: Look) -> list[str]:
    """Every open box with its place, as editors and terminals make links of them."""
    count = sum(len(found.open) for found in lists)
    rows = [
        (f"{found.file}:{box.line}", box.rule, box.object, box.state == "fails")
        for found in lists
        for box in found.open
    ]
    wide = max((cells(rule) for _, rule, _, _ in rows if cells(rule) <= _WIDEST_NAME), default=0)
    lines = [_paint("title", boxes_words(count), look)]
    for place, rule, about, fails in rows:
        lines.append(f"  {shown(place)}")
        mark = f"  {_paint('blocker', '! the upgrade will fail', look)}" if fails else ""
        lines.append(f"    {pad(shown(rule), wide)}  {shown(one_line(about))}{mark}".rstrip())
    return lines


def _next(report: Report) -> list[str]:
    """What is to be done, a sentence each."""
    boxes = [box for found in report.lists for box in found.open]
    said = []
    if any(box.state == "open" for box in boxes):
        said.append("Read what stands under an open box and tick it, [x]")
    if any(box.state == "fails" for box in boxes):
        said.append("What the rows violate no tick settles: correct them, then autogen diff --amend")
    if not report.merged_known:
        said.append(
            "git knows no default branch here (origin/HEAD, main, master), so every draft counts: fetch it "
            "to leave out what is merged"
        )
    said += to_do(report.states) if report.states is not None else _to_draft(report)
    return [for_database(words, report.database) for words in said]


def _to_draft(report: Report) -> list[str]:
    return [TO_DRAFT] if report.differs else []


def _paint(style: str, words: str, look: Look) -> str:
    return f"\x1b[{_STYLES[style]}m{words}\x1b[0m" if look.colour else words
