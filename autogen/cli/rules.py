"""``autogen rules``: what the review looks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autogen.cli.options import Format, OutputFormat
from autogen.cli.terminal import is_tty, paint, say, width

if TYPE_CHECKING:
    from autogen.review.rule import Rule

_DATABASES = {"postgresql": "PostgreSQL", "mysql": "MySQL, MariaDB", "sqlite": "SQLite"}
_SEVERITY = len("severity")


def rules(format_: OutputFormat = Format.text) -> int:
    """List the rules of the review, with the severity that is in force here."""
    from pathlib import Path

    from autogen.config import rule_settings, tool_table
    from autogen.project import pyproject
    from autogen.review.registry import registry
    from autogen.review.settings import RuleSettings

    table = tool_table(pyproject.find_root(Path.cwd()) / pyproject.NAME)
    settings = rule_settings(table) or RuleSettings()
    listed = [(rule, str(settings.in_force(id_))) for id_, rule in registry().items()]
    if format_ is Format.json:
        _print_json(listed)
    else:
        _print_text(listed)
    return 0


def databases(rule: Rule) -> str:
    return named(rule.dialects) or "all"


def named(dialects: Iterable[str]) -> str:
    return ", ".join(_DATABASES[name] for name in dialects)


def _print_json(listed: list[tuple[Rule, str]]) -> None:
    import json

    found = [
        {
            "id": rule.id,
            "severity": severity,
            "default": rule.severity,
            "databases": list(rule.dialects),
            "safe_form": list(rule.drafted),
            "summary": rule.summary,
        }
        for rule, severity in listed
    ]
    say(json.dumps(found, indent=2))


def _print_text(listed: list[tuple[Rule, str]]) -> None:
    import sys
    import textwrap

    ids = max(len(rule.id) for rule, _ in listed)
    room = width() - ids - _SEVERITY - 4 if is_tty(sys.stdout) else 1000
    say(paint(f"{'rule':<{ids}}  {'severity':<{_SEVERITY}}  fires on", "bold"))
    for rule, severity in listed:
        where = f" ({databases(rule)})" if rule.dialects else ""
        first, *rest = textwrap.wrap(rule.summary + where, room)
        weight = f"{severity:<{_SEVERITY}}"
        changed = severity != rule.severity
        say(f"{rule.id:<{ids}}  {paint(weight, 'bold') if changed else weight}  {first}")
        for line in rest:
            say(" " * (ids + _SEVERITY + 4) + line)
    say("\nautogen explain RULE tells more; [tool.autogen.rules] sets severities.")
