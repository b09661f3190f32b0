"""``autogen rules``: what the review looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.cli.options import Format, OutputFormat
from autogen.cli.terminal import paint, say

if TYPE_CHECKING:
    from autogen.review.rule import Rule

_DATABASES = {"postgresql": "PostgreSQL", "mysql": "MySQL, MariaDB", "sqlite": "SQLite"}


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
    return ", ".join(_DATABASES[name] for name in rule.dialects) or "all"


def _print_json(listed: list[tuple[Rule, str]]) -> None:
    import json

    found = [
        {
            "id": rule.id,
            "severity": severity,
            "default": rule.severity,
            "databases": list(rule.dialects),
            "safe_form": rule.drafted,
            "summary": rule.summary,
        }
        for rule, severity in listed
    ]
    say(json.dumps(found, indent=2))


def _print_text(listed: list[tuple[Rule, str]]) -> None:
    rows = [("rule", "severity", "fires on"), *((r.id, severity, _words(r)) for r, severity in listed)]
    id_width, severity_width = (max(len(row[n]) for row in rows) for n in (0, 1))
    for n, (id_, severity, words) in enumerate(rows):
        changed = n and severity != listed[n - 1][0].severity
        weight = f"{severity:<{severity_width}}"
        line = f"{id_:<{id_width}}  {paint(weight, 'bold') if changed else weight}  {words}"
        say(line if n else paint(line, "bold"))
    say("\nautogen explain RULE tells more; [tool.autogen.rules] sets severities.")


def _words(rule: Rule) -> str:
    """What it fires on, and where, if not everywhere."""
    return f"{rule.summary} ({databases(rule)})" if rule.dialects else rule.summary
