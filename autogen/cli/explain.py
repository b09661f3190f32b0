"""``autogen explain RULE``: what a finding means, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from autogen.cli.terminal import is_tty, paint, say


def explain(rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, as findings show it.")]) -> int:
    """Explain a rule: what happens, what to do, a risky and a safe draft."""
    import sys

    from autogen.cli.rules import databases
    from autogen.errors import AutogenError
    from autogen.review.registry import explanation, registry
    from autogen.review.settings import did_you_mean

    found = registry().get(rule)
    if found is None:
        raise AutogenError(f"There is no rule {rule!r}. {did_you_mean(rule)}")
    say(f"{paint(found.id, 'bold')}  {found.severity}  {databases(found)}")
    say(f"Fires on {found.summary}.\n\n")
    text = explanation(found)
    say(_plain(text) if is_tty(sys.stdout) else text)
    return 0


def _plain(markdown: str) -> str:
    """For a terminal: code indented, headings bold."""
    lines, code = [], False
    for line in markdown.splitlines():
        if line.startswith("```"):
            code = not code
        elif line.startswith("## "):
            lines.append(paint(line.removeprefix("## "), "bold"))
        else:
            lines.append(f"    {line}".rstrip() if code else line)
    return "\n".join(lines)
