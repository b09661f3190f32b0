"""A name is longer than the server takes."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create, Rename
from autogen.plan import Finding
from autogen.review.context import Context, Rule

RULE = Rule(
    "name-too-long",
    "medium",
    "a name longer than the server takes: it is cut off or refused",
    dialects=("postgresql", "mysql"),
)


def check(context: Context) -> Iterable[Finding]:
    most = context.dialect.max_identifier
    for change in context.comparison.changes:
        if not isinstance(change, Create | Rename):
            continue
        name = getattr(change.after, "name", None)
        if name and context.dialect.length(name) > most:
            yield RULE.finding(
                change.after.key,
                f"The name is longer than the {most} {context.dialect.identifier_unit} the server takes: "
                "it is cut off or refused.",
                remedy="Give it a shorter name in the models.",
            )
