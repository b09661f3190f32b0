"""The review list of a draft as it stands in a file: a box a finding, which whoever has read it ticks.

A list is what follows the line ``Review:`` in the docstring of a draft:

    - [ ] drop-column orders.legacy_code
          Deletes the column's values. …
    - [x] rename-column users.fullname -> users.full_name: agreed with Ann
    - [!] add-unique users.email: the upgrade will fail

Reading is forgiving, because people edit lists: white space, the case of the x, wrapping, and lines that are
gone do not matter. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

State = Literal["open", "ticked", "fails"]
DRAFTED = "Drafted by autogen "
"""How a line of every draft's docstring begins; what does not have it was written by a person."""
HEADING = "Review:"
FAILS = "the upgrade will fail"
"""Stands behind the object where the rows that are there make the upgrade fail: it outlives a tick."""
REASON = "Reason:"
"""Begins a reason that stands below its box."""
EVIDENCE, REMEDY, ADVICE = "The rows: ", "Safer: ", "No tick settles this: "
"""Begin what a box says below the finding's message."""
WIDTH = 88
INDENT = " " * 6
_BOX = re.compile(r" {0,3}[-*+][ \t]*\[(?P<mark>[^\[\]]{0,3})\][ \t]*(?P<rest>.*)")
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s"]\S*?)(?=[:,]?(?:\s|$))')
_SEPARATOR = re.compile(r"^[\s:,–—-]+")
_ARROW = re.compile(r"\s*->\s*")
_REASON = re.compile(r"^reason\s*:\s*", re.I)


class Box(NamedTuple):
    """A box as it was found. ``object`` is what the finding is about (``old -> new`` for a rename), ``line``
    the line of the file, ``reason`` what the reviewer wrote, of which ``unsure`` may be the finding's own
    words after all; ``below`` are the lines under the box that are."""

    rule: str
    object: str
    state: State
    reason: str
    line: int
    below: tuple[str, ...] = ()
    unsure: str = ""

    @property
    def open(self) -> bool:
        return self.state != "ticked"


def written(rule: str, about: Sequence[str], state: State, reason: str = "") -> str:
    """The first line of a box; ``about`` is the object's name, or the old one and the new one."""
    mark = {"open": " ", "ticked": "x", "fails": "!"}[state]
    said = "; ".join(filter(None, [FAILS if state == "fails" else "", reason]))
    return f"- [{mark}] {rule} {' -> '.join(map(_quoted, about))}{f': {said}' if said else ''}"


def named(about: Sequence[str]) -> str:
    """What a box is about, as it is read back: every name on one line."""
    return " -> ".join(" ".join(name.split()) for name in about)


def _quoted(name: str) -> str:
    """A name that can be told from what follows it."""
    line = " ".join(name.split())
    found = _NAME.fullmatch(line)
    bare = found is not None and found[2] and not line.endswith((":", ","))
    return line if bare else '"' + line.replace('"', '""') + '"'


# -- reading -----------------------------------------------------------------------------------------


def read_boxes(source: str) -> tuple[Box, ...]:
    """The boxes of a revision file, none where it holds no list. SyntaxError where it is not Python."""
    if DRAFTED not in source:
        return ()
    docstring = _docstring(ast.parse(source))
    if docstring is None:
        return ()
    first, last, words = docstring
    lines = words.split("\n")
    start = _start(lines)
    # escaped newlines would make more lines of the text than the file has
    return tuple(
        _read(item, min(first + start + number, last)) for number, item in _items(lines[start:]) if item
    )


def _docstring(tree: ast.Module) -> tuple[int, int, str] | None:
    """First line, last line and text of a module's docstring."""
    node = tree.body[0] if tree.body else None
    value = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return None
    return value.lineno, value.end_lineno or value.lineno, value.value


def _start(lines: Sequence[str]) -> int:
    """Where the list may begin: behind its heading, else behind the line that says what drafted it. What
    stands before may hold anything: a message, the words of a server that refused the draft."""
    drafted = next((n for n, line in enumerate(lines) if n and line.startswith(DRAFTED)), len(lines))
    headings = [n for n in range(drafted, len(lines)) if lines[n].strip().casefold() == HEADING.casefold()]
    return (headings[0] if headings else drafted) + 1


def _items(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Each box with the lines that belong to it: up to the next one, or to a line that begins at the margin
    behind an empty one."""
    item: list[str] = []
    begun = 0
    for number, line in enumerate(lines):
        if _BOX.match(line):
            yield begun, item
            begun, item = number, [line]
        elif item and line.strip() and not line[0].isspace() and not item[-1].strip():
            yield begun, item
            item = []
        elif item:
            item.append(line)
    yield begun, item


def _read(item: Sequence[str], line: int) -> Box:
    found = _BOX.match(item[0])
    assert found is not None
    rest, more = found["rest"].strip(), list(item[1:])
    while more and more[0].strip() and (rest.endswith("->") or " " not in rest):
        rest = f"{rest} {more.pop(0).strip()}".strip()
    rule, _, rest = rest.partition(" ")
    about, behind = _about(rest.strip())
    fails = found["mark"].strip() == "!" or FAILS in behind
    ticked = found["mark"].strip().lower() == "x"
    behind = _SEPARATOR.sub("", behind)
    if FAILS in behind:
        before, _, after = behind.partition(FAILS)
        behind = " ".join(filter(None, [before.rstrip(" ;:"), after.lstrip(" ;:.")]))
    below, unsure, marked = _below(more)
    reason = " ".join(filter(None, [behind.strip(), unsure, marked]))
    state: State = "fails" if fails else "ticked" if ticked else "open"
    return Box(rule.rstrip(":"), about, state, reason, line, below, unsure)


def _about(text: str) -> tuple[str, str]:
    """The object, and what stands behind it."""
    names: list[str] = []
    while found := _NAME.match(text):
        names.append(found[2] if found[2] is not None else found[1].replace('""', '"'))
        text = text[found.end() :]
        arrow = _ARROW.match(text)
        if arrow is None or len(names) == 2:
            break
        text = text[arrow.end() :]
    return " -> ".join(names), text


def _below(lines: Sequence[str]) -> tuple[tuple[str, ...], str, str]:
    """The lines of the finding; those behind a line that its words would have filled first; and what stands
    behind ``Reason:`` or an empty line."""
    stripped = [line.strip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    marked = next((n for n, line in enumerate(stripped) if not line or _REASON.match(line)), len(stripped))
    reason = " ".join(filter(None, stripped[marked:]))
    own = stripped[:marked]
    begun = next((n for n in range(1, marked) if _begins(own[n - 1], own[n])), marked)
    return tuple(own[:begun]), " ".join(own[begun:]), _REASON.sub("", reason, count=1)


def _begins(before: str, line: str) -> bool:
    """Whether a line was not wrapped from the one before, and is none that a box has of its own."""
    fits = len(INDENT) + len(before) + 1 + len(line.split(" ", 1)[0]) <= WIDTH
    return fits and before.endswith((".", "!", "?", ")")) and not line.startswith((EVIDENCE, REMEDY, ADVICE))


def reviewers_words(box: Box, words: str) -> str:
    """The reason to keep for a finding with these words: without what are its own after all, because
    somebody wrapped the lines anew, and with lines above them that continue the box's."""
    own = _words(words)
    alike = [_alike(line, own) for line in box.below]
    above = box.below[: alike.index(True)] if box.reason and True in alike else ()
    reason = box.reason
    if box.unsure and _alike(box.unsure, own):
        reason = " ".join(reason.replace(box.unsure, " ", 1).split())
    return " ".join(filter(None, [reason, *above]))


def _alike(text: str, own: Sequence[str]) -> bool:
    """Whether words stand among the finding's in this order, or most of not too few of them anywhere."""
    said = _words(text)
    if f" {' '.join(said)} " in f" {' '.join(own)} ":
        return True
    known = set(own)
    return len(said) > 4 and sum(word in known for word in said) * 3 >= len(said) * 2


def _words(text: str) -> list[str]:
    """Words as they are compared: figures are all alike."""
    return [re.sub(r"\d[\d,.]*", "0", word).strip(".,;:()'\"").casefold() for word in text.split()]
