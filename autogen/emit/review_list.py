"""The review list of a draft: a box for every finding that is more than worth knowing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import replace

from autogen.boxes import (
    ADVICE,
    EVIDENCE,
    FAILS,
    INDENT,
    REASON,
    REMEDY,
    WIDTH,
    Box,
    State,
    named,
    reviewers_words,
    written,
)
from autogen.emit.words import one_line
from autogen.plan import Finding
from autogen.source import docstring


def box_lines(finding: Finding) -> list[str]:
    """The lines of a finding's box, fit to stand inside the docstring; none for a minor one."""
    if finding.minor:
        return []
    state: State = "fails" if finding.certain else "ticked" if finding.answer else "open"
    reason = one_line(finding.reason)
    line = safe(written(finding.rule, finding.about, state, reason))
    below: list[str] = []
    if reason and len(line) > WIDTH:
        line = safe(written(finding.rule, finding.about, state))
        below = wrap(safe(f"{REASON} {reason}"), INDENT, INDENT)
    own = [row for words in paragraphs(finding) for row in wrap(safe(words), INDENT, INDENT)]
    return [line, *own, *below]


def paragraphs(finding: Finding, boxed: bool = True) -> list[str]:
    """What a box says of its finding, or what is said where it has none, each part on lines of its own."""
    parts = [finding.message]
    if finding.rows_say:
        parts.append(f"{EVIDENCE}{ended(finding.rows_say)}")
    if finding.remedy:
        parts.append(f"{REMEDY}{ended(finding.remedy)}")
    if finding.certain and not boxed:
        parts.append(f"{FAILS[:1].upper()}{FAILS[1:]} on rows that are there.")
    elif finding.certain:
        parts.append(f"{ADVICE}correct the rows or the models, then autogen diff --amend.")
    return parts


def ended(words: str) -> str:
    """A sentence with its full stop."""
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words.rstrip()}."


def kept(findings: Iterable[Finding], boxes: Iterable[Box]) -> tuple[Finding, ...]:
    """The findings with the ticks and reasons that the boxes of an earlier draft have for them."""
    found = {(box.rule, one_line(box.object)): box for box in boxes}
    return tuple(_kept(finding, found.get((finding.rule, named(finding.about)))) for finding in findings)


def _kept(finding: Finding, box: Box | None) -> Finding:
    if box is None:
        return finding
    reason = reviewers_words(box, " ".join(paragraphs(finding)))
    answer = finding.answer or ("ticked in the draft" if box.state == "ticked" else "")
    return replace(finding, answer=answer, reason=reason)


def safe(words: str) -> str:
    """Words on one line, fit to stand inside the docstring."""
    return docstring(one_line(words))


def wrap(words: str, first: str, rest: str) -> list[str]:
    """Lines broken at white space only: breaking a word might break an escape."""
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
