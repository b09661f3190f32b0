"""A report as GitHub workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from autogen.emit.problems import located, verdict
from autogen.emit.report import LEVELS, Located, Report, detail, settled
from autogen.emit.words import one_line, shown

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def as_annotations(report: Report, verbose: bool = False) -> str:
    """An annotation for every finding, a settled one as a notice, and a last line for the log."""
    told = [found for found in located(report) if verbose or not found.finding.minor]
    return "\n".join([*map(_annotation, told), f"autogen: {_inert(verdict(report))}"]) + "\n"


def _annotation(found: Located) -> str:
    finding = found.finding
    done = settled(finding)
    command = _COMMANDS["note" if done else LEVELS[finding.severity]]
    properties = {
        "file": found.file or "",
        "line": str(found.line or "") if found.file else "",
        "title": one_line(f"autogen: {finding.rule} {' -> '.join(finding.about)}"),
    }
    given = ",".join(f"{name}={_property(shown(value))}" for name, value in properties.items() if value)
    words = f"Settled ({done}). {detail(found)}" if done else detail(found)
    return f"::{command} {given}::{_data(shown(one_line(words)))}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _inert(words: str) -> str:
    """Words in which the runner finds no command of the older form, which may stand anywhere."""
    return words.replace("##[", "# #[")
