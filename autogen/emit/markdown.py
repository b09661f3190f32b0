"""A report as Markdown, made to be posted as a comment on a pull request.

Names, values and messages come from databases, models and rows. Nothing of them is Markdown, HTML, a link, a
mention or a reference: names stand in code, where hosts look for none of these, and so do words of a message
that might be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from autogen.boxes import EVIDENCE, REMEDY
from autogen.changes import Change
from autogen.emit.describe import describe
from autogen.emit.problems import boxes_words, open_box, verdict
from autogen.emit.report import Located, Report, by_object, settled
from autogen.emit.review_list import ended
from autogen.emit.states import stated
from autogen.emit.words import one_line, plural, shown
from autogen.plan import RenameDecision
from autogen.schema import Skipped
from autogen.states import States

MOST_CHARACTERS = 60_000
"""Hosts take a little more in one comment."""
_MOST_ROWS = 100
_MOST_FINDINGS = 60
_MOST_SQL = 20_000
_LONGEST = 400
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[\w .,:()=<>'\"/+%-]*[\w)'\"])?", re.A)
_SPECIAL = str.maketrans({c: f"&#{ord(c)};" for c in "&<>|*_`[]~\\$"})
_LINKS = re.compile(r"[@#$]|://|www\.|:[\w+-]+:|[0-9a-f]{7}|[a-z]\w*-\d|mailto:|xmpp:", re.I)


def as_markdown(report: Report, verbose: bool = False) -> str:
    """The whole comment; what is long is cut, and says so."""
    parts = [f"**autogen:** {prose(verdict(report))}", *_proof(report)]
    if report.states is not None and not report.agree:
        parts += _states(report.states)
    if report.comparison is not None:
        changes, renames = report.comparison.changes, report.comparison.renames
        parts += [*_changes(changes), *_renames(renames)]
    parts += [*_findings(report, verbose), *_lists(report)]
    if report.comparison is not None:
        parts += _skipped("Not compared", report.comparison.not_compared)
    text = "\n\n".join(parts) + "\n"
    for title, statements in _statements(report):
        block = _folded(title, statements)
        if len(text) + len(block) < MOST_CHARACTERS:
            text += f"\n{block}\n"
    return text


def code(words: str) -> str:
    """Words in a code span that they cannot leave."""
    line = _clipped(shown(one_line(words)))
    if _PLAIN.fullmatch(line) and "  " not in line:
        return f"`{line}`"
    return (
        f"<code>{''.join(c if c.isalnum() or c == ' ' else f'&#{ord(c)};' for c in line) or '&nbsp;'}</code>"
    )


def prose(words: str) -> str:
    """A sentence with nothing in it that would be taken for anything else."""
    line = _clipped(shown(one_line(words)))
    return " ".join(code(w) if _LINKS.search(w) else w.translate(_SPECIAL) for w in line.split(" "))


def _clipped(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} …"


def _states(states: States) -> Iterator[str]:
    yield "\n".join(f"- {label}: {prose(words)}" for label, words in stated(states))


def _proof(report: Report) -> Iterator[str]:
    if report.path is not None:
        yield f"Draft: {code(report.path)}"
    if report.phases and report.phases[0].path is not None:
        files = ((what, path) for what, path in report.files if path is not None)
        yield "\n".join(f"{n}. {what.capitalize()}: {code(path)}" for n, (what, path) in enumerate(files, 1))
    if report.proof is not None and not report.proof.verified and report.drafted:
        yield f"Proof: {prose(report.proof.reason)}"


def _statements(report: Report) -> Iterator[tuple[str, str]]:
    """The SQL of each function, under its title."""
    for title, sql in (report.sql or {}).items():
        yield f"SQL of {title}()", sql
    for phase in report.phases or ():
        for title, sql in (phase.sql or {}).items():
            yield f"SQL of {title}() in the {phase.name} phase", sql


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    rows = ["| | kind | object | change |", "|:-:|---|---|---|"]
    for change in changes[:_MOST_ROWS]:
        line = describe(change)
        kind = change.key.kind.replace("_", " ")
        rows.append(f"| `{line.symbol}` | {kind} | {code(change.key.label)} | {_cell(line.text)} |")
    yield "\n".join(rows)
    yield from _more(len(changes) - _MOST_ROWS, "change")


def _cell(words: str) -> str:
    return code(words) if words.strip() else ""


def _renames(renames: Sequence[RenameDecision]) -> Iterator[str]:
    if not renames:
        return
    rows = ["| from | to | drafted as | sure | why |", "|---|---|---|--:|---|"]
    for found in renames[:_MOST_ROWS]:
        drafted = "rename" if found.accepted else "drop and add"
        why = prose(", ".join(found.evidence)) if found.open else f"said by {found.decided_by}"
        sure = f"{min(round(found.confidence * 100), 99)} %" if found.open else "yes"
        names = f"{code(found.before.label)} | {code(found.after.label)}"
        rows.append(f"| {names} | {drafted} | {sure} | {why} |")
    yield "**Renames**"
    yield "\n".join(rows)
    yield from _more(len(renames) - _MOST_ROWS, "pair")


def _findings(report: Report, verbose: bool) -> Iterator[str]:
    told = [found for found in report.findings if verbose or not found.finding.minor]
    if not told:
        return
    yield f"**{'To review' if report.comparison is not None else 'Findings'}**"
    items: list[str] = []
    for about, group in by_object(told[:_MOST_FINDINGS]).items():
        items.append(f"- {code(about)}")
        for found in group:
            items += [f"  {line}" for line in _finding(found)]
    yield "\n".join(items)
    yield from _more(len(told) - _MOST_FINDINGS, "finding")
    if hidden := len(report.findings) - len(told):
        yield f"{plural(hidden, 'minor finding')} not shown (`--verbose`)."


def _finding(located: Located) -> Iterator[str]:
    finding = located.finding
    weight = f"**{finding.severity}**" if finding.open else f"~~{finding.severity}~~"
    where = f" ({code(_place(located.file, located.line))})" if located.file else ""
    yield f"- {weight} {code(finding.rule)}{where}: {prose(finding.message)}"
    if finding.rows_say:
        yield f"  - {EVIDENCE}{prose(ended(finding.rows_say))}"
    if finding.certain:
        ticks = " A tick does not settle this." if located.boxed else ""
        yield f"  - **The upgrade will fail.**{ticks}"
    if finding.remedy:
        yield f"  - {REMEDY}{prose(ended(finding.remedy))}"
    if said := settled(finding):
        yield f"  - Settled: {prose(said)}"


def _place(file: str, line: int | None) -> str:
    return f"{file}:{line}" if line else file


def _lists(report: Report) -> Iterator[str]:
    if not report.lists:
        return
    yield f"**{boxes_words(report.boxes).capitalize()}**"
    rows = [
        f"- {code(_place(found.file, box.line))} {code(box.rule)} {code(box.object)}: {open_box(box.state)}"
        for found in report.lists
        for box in found.open
    ]
    yield "\n".join(rows[:_MOST_FINDINGS])
    yield from _more(len(rows) - _MOST_FINDINGS, "box")


def _skipped(title: str, skipped: Iterable[Skipped]) -> Iterator[str]:
    rows = [f"- {code(item.object)}: {prose(item.reason)}" for item in skipped]
    if rows:
        yield f"**{title}**"
        yield "\n".join(rows[:_MOST_ROWS])
        yield from _more(len(rows) - _MOST_ROWS, "object")


def _more(count: int, noun: str) -> Iterator[str]:
    if count > 0:
        yield f"… and {count} more {plural(2, noun).partition(' ')[2] if count > 1 else noun}."


def _folded(title: str, statements: str) -> str:
    """A block that opens on a click; its fence is longer than any in the text."""
    body = "\n".join(shown(line) for line in statements.strip("\n").split("\n"))
    if len(body) > _MOST_SQL:
        body = body[:_MOST_SQL].rpartition("\n")[0] + "\n-- cut here: autogen diff --sql shows all of it"
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"<details>\n<summary>{title}</summary>\n\n{fence}sql\n{body}\n{fence}\n\n</details>"
