"""The differences as a person reads them: grouped by table, risks at the right of their line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autogen.changes import Alter, Change, Create, Drop, Rename, is_moved
from autogen.emit.describe import Described, describe, described_apart
from autogen.emit.words import cells, one_line, pad, plural, shown
from autogen.figures import about
from autogen.plan import Finding, Plan
from autogen.schema import KINDS, Column, EnumType, Key, Kind, Skipped
from autogen.values import value

_STYLES = {
    "+": "32",
    "-": "1;31",
    "~": "33",
    ">": "1;36",
    "!": "33",
    "!!": "1;31",
    "title": "1",
    "faint": "2",
}
_OF_RENAMES = "rename-"
_SERIOUS = ("blocker", "high")
_WIDEST_NAME = 32
_MANY = 10_000
"""Rows from which on it matters how many there are: they take a while to be read or written."""
_GROUPS = {"schema": "schemas", "enum": "enum types", "sequence": "sequences"}


_Risks = dict[tuple[Kind | None, str], list[Finding]]


@value(frozen=True, slots=True)
class _Pen:
    colour: bool

    def __call__(self, style: str, words: str) -> str:
        return f"\x1b[{_STYLES[style]}m{words}\x1b[0m" if self.colour and words else words


@dataclass(slots=True)
class _Group:
    """A table with the changes of its parts; ``whole`` is the change of the table itself, a rename before
    what else becomes of it, which then is one of the parts."""

    title: str
    whole: Change | None = None
    parts: list[Change] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[Change, Key, Described]]:
        """The lines below the heading, each with its change and the object that it is about."""
        parts = [] if isinstance(self.whole, Drop) else self.parts
        return [(change, key, line) for change in parts for key, line in described_apart(change)]

    @property
    def told(self) -> list[tuple[Change, Key]]:
        """What has a line: each change with the object that the line is about."""
        whole = [(self.whole, self.whole.key)] if self.whole else []
        return [*whole, *((change, key) for change, key, _ in self.lines)]


def render_diff(
    plan: Plan,
    not_compared: Sequence[Skipped],
    notes: Sequence[Skipped],
    colour: bool = False,
    width: int = 100,
    *,
    left_alone: Sequence[Skipped] | None = None,
    minor: bool = False,
) -> str:
    """The whole report, ending in a newline.

    ``left_alone`` is listed where it is given (``--verbose``). A large table says about how many rows it
    holds. ``minor`` findings are counted only unless they are wanted.
    """
    pen = _Pen(colour)
    told = [finding for finding in plan.findings if minor or not finding.minor]
    risks: _Risks = {}
    for finding in told:
        risks.setdefault((finding.kind, finding.object), []).append(finding)
    lines: list[str] = []
    groups = _groups(plan.comparison.changes)
    for key, group in groups.items():
        rows = plan.rows.get(key, 0)
        heading = about(rows) if rows >= _MANY else ""
        lines.extend([*_render_group(group, risks, pen, width, heading), ""])
    shown_with = {f for group in groups.values() for line in group.told for f in _found(risks, *line)}
    lines.extend(_elsewhere([f for f in told if f not in shown_with], pen, width))
    lines.extend(listed_parts(not_compared, notes, colour, width, left_alone))
    if left_alone is not None and plan.ignored:
        ignored = [Skipped(f"{i.finding.rule} {i.finding.object}", i.reason) for i in plan.ignored]
        lines.extend(_named(f"Ignored: {plural(len(ignored), 'finding')}", ignored, pen, width))
    lines.append(summary(plan, not_compared))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def listed_parts(
    not_compared: Sequence[Skipped],
    notes: Sequence[Skipped],
    colour: bool = False,
    width: int = 100,
    left_alone: Sequence[Skipped] | None = None,
) -> list[str]:
    """The lists under the differences: what is not drafted, not compared, and (where given) left alone."""
    pen = _Pen(colour)
    verbose = left_alone is not None
    lines = _named("Not drafted", notes, pen, width) if verbose else _counted(notes, pen)
    lines += _named("Not compared", not_compared, pen, width)
    if left_alone is not None:
        lines += _named("Left alone", left_alone, pen, width) or ["Left alone: nothing.", ""]
    return lines


def summary(plan: Plan, not_compared: Sequence[Skipped]) -> str:
    """``5 changes, 1 rename, 2 to review.  Not compared: nothing.``

    A created or dropped table counts once, whatever it holds.
    """
    left = str(len(not_compared)) if not_compared else "nothing"
    said = ", ".join(counts(plan)) if plan.comparison.changes else "No differences"
    return f"{said}.  Not compared: {left}."


def counts(plan: Plan) -> list[str]:
    """How many changes, renames and findings of each standing there are, in words."""
    changes = counted(plan.comparison.changes)
    renames = sum(isinstance(c, Rename) for c in changes)
    parts = [plural(len(changes) - renames, "change")] if len(changes) > renames or not changes else []
    parts += [plural(renames, "rename")] if renames else []
    open_ = sum(finding.open and not finding.minor for finding in plan.findings)
    certain = sum(finding.certain for finding in plan.findings)
    minor = sum(finding.minor for finding in plan.findings)
    parts += [f"{open_} to review"] if open_ else []
    parts += [f"{certain} will fail"] if certain else []
    return [*parts, *([f"{minor} minor"] if minor else [])]


def counted(changes: Iterable[Change]) -> list[Change]:
    """The changes that count: a table that is created or dropped counts once, whatever it holds."""
    found: list[Change] = []
    for group in _groups(changes).values():
        found += [group.whole] if group.whole else []
        found += [] if isinstance(group.whole, Create | Drop) else group.parts
    return found


def _groups(changes: Iterable[Change]) -> dict[Key, _Group]:
    """The changes by table, sorted by name; schemas, enum types and sequences before them."""
    groups: dict[Key, _Group] = {}
    for change in changes:
        key = change.key
        if key.kind in _GROUPS:
            group = groups.setdefault(Key(key.kind, "", "", ""), _Group(_GROUPS[key.kind]))
            group.parts.append(change)
            continue
        group = groups.setdefault(key.owner, _Group(shown(key.owner.label)))
        if key.kind == "table" and not isinstance(group.whole, Rename):
            group.whole = change
        else:
            group.parts.append(change)
    for group in groups.values():
        group.parts.sort(key=_place)
    return dict(sorted(groups.items(), key=lambda item: (KINDS.index(item[0].kind), item[0])))


def _place(change: Change) -> tuple[int, int, Key]:
    subject = change.before if isinstance(change, Drop) else change.after
    position = subject.position if isinstance(subject, Column) else 0
    return (KINDS.index(change.key.kind), position if isinstance(change, Create) else 0, change.key)


def _render_group(group: _Group, risks: _Risks, pen: _Pen, width: int, rows: str) -> list[str]:
    described = [(line, _found(risks, change, key)) for change, key, line in group.lines]
    names = [cells(d.name) for d, _ in described if cells(d.name) <= _WIDEST_NAME]
    name_width = max(names, default=0)
    texts = [cells(d.text) for d, _ in described if cells(d.text) <= width // 2]
    text_width = max(texts, default=0)
    lines = _heading(group, risks, pen, width, rows, name_width + text_width + 9)
    for line, found in described:
        lines.extend(_line(line, found, name_width, text_width, pen, width))
    return lines


def _found(risks: _Risks, change: Change, about: Key) -> list[Finding]:
    """The findings about a change, or about one label of an enum type that it renames; one without a kind is
    about whatever bears its label. Where something goes and comes again under one name, what is said of the
    new one stands with the new one; what is said of a rename stands with the rename, not with what else
    changes."""
    kind, label = about.kind, about.label
    found = [*risks.get((kind, label), []), *risks.get((None, label), [])]
    for side in (change.before, change.after) if isinstance(change, Alter) else ():
        names = side.labels if isinstance(side, EnumType) else ()
        found += [f for n in names for f in risks.get((kind, f"{label}.{n}"), []) if f not in found]
    if isinstance(change, Drop):
        return [f for f in found if _of_drops(f)]
    if is_moved(change):
        return [f for f in found if f.rule.startswith(_OF_RENAMES)]
    stays = isinstance(change, Alter)
    return [f for f in found if not f.rule.startswith(_OF_RENAMES) and (stays or not _of_drops(f))]


def _of_drops(finding: Finding) -> bool:
    return finding.rule.startswith("drop-") or finding.rule == "probable-rename"


def _heading(group: _Group, risks: _Risks, pen: _Pen, width: int, rows: str, at: int) -> list[str]:
    """The table's line; its rows stand over the risks, which begin ``at`` that cell."""
    whole = group.whole
    if whole is None:
        space = " " * max(min(at, width - len(rows)) - cells(group.title), 2)
        return [f"{pen('title', group.title)}{space}{pen('faint', rows)}"]
    words = {
        Create: "new table",
        Drop: f"table with {plural(sum(c.key.kind == 'column' for c in group.parts), 'column')}",
    }.get(type(whole), describe(whole).text)
    held = f"  {rows}" if rows and isinstance(whole, Alter | Rename) else ""
    line = Described(describe(whole).symbol, group.title, f"{words}{held}".rstrip())
    return _line(line, _found(risks, whole, whole.key), 0, 0, pen, width, indent="")


def _line(
    line: Described,
    found: Sequence[Finding],
    name_width: int,
    text_width: int,
    pen: _Pen,
    width: int,
    indent: str = "  ",
) -> list[str]:
    """One change. A risk stands at the right where it fits, under the line otherwise."""
    head = f"{indent}{line.symbol} "
    left = len(head) + max(name_width, cells(line.name)) + 2
    loud = line.symbol in "->"
    name = (
        pen(line.symbol, head + pad(line.name, name_width))
        if loud
        else (pen(line.symbol, head) + pad(line.name, name_width))
    )
    lines = [f"{name}  {line.text}"]
    for n, finding in enumerate(found):
        style = "!!" if finding.severity in _SERIOUS or finding.certain else "!"
        words = f"! {shown(one_line(finding.note))}"
        room = width - left - cells(words) - 3
        if n == 0 and room >= cells(line.text):
            lines[0] = f"{name}  {pad(line.text, min(text_width, room))}   {pen(style, words)}"
            continue
        lines += _risk(finding, " " * (len(head) + name_width + 2), pen, width)
    return lines


def _elsewhere(findings: Sequence[Finding], pen: _Pen, width: int) -> list[str]:
    """Findings about what does not change itself, under the names of what they are about."""
    if not findings:
        return []
    lines = [pen("title", "Besides")]
    for name in dict.fromkeys(finding.object for finding in findings):
        lines.append(f"  {shown(one_line(name.strip('()')))}")
        for finding in (f for f in findings if f.object == name):
            lines += _risk(finding, " " * 4, pen, width)
    return [*lines, ""]


def _risk(finding: Finding, space: str, pen: _Pen, width: int) -> list[str]:
    style = "!!" if finding.severity in _SERIOUS or finding.certain else "!"
    words = f"! {shown(one_line(finding.note))}"
    rows = textwrap.wrap(words, max(width - len(space), 30), subsequent_indent="  ")
    return [space + pen(style, row) for row in rows]


def _counted(notes: Sequence[Skipped], pen: _Pen) -> list[str]:
    """What is never drafted, in one line: it would be repeated by every run."""
    if not notes:
        return []
    return [pen("faint", f"Not drafted: the column order of {plural(len(notes), 'table')} (--verbose)."), ""]


def _named(title: str, skipped: Sequence[Skipped], pen: _Pen, width: int) -> list[str]:
    """A titled list of objects and reasons, empty without any."""
    if not skipped:
        return []
    rows = [(shown(one_line(s.object)), shown(one_line(s.reason))) for s in skipped]
    name_width = max((cells(name) for name, _ in rows if cells(name) <= _WIDEST_NAME), default=0)
    lines = [pen("title", title)]
    for name, reason in rows:
        wrapped = textwrap.wrap(reason, max(width - name_width - 4, 30)) or [""]
        lines.append(f"  {pad(name, name_width)}  {wrapped[0]}")
        lines.extend(" " * (name_width + 4) + row for row in wrapped[1:])
    return [*lines, ""]
