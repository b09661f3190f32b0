"""A lock is held while another table is worked on."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Create, Drop
from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.review.locks import heaviest, with_size
from autogen.review.touched import touched
from autogen.schema import Key

RULE = Rule(
    "work-after-ael",
    "high",
    "locks on some tables are held while the server works through another, large one",
    dialects=("postgresql",),
    drafted=("postgresql",),
)


def check(context: Context) -> Iterable[Finding]:
    tables = [t for t in touched(context) if context.may_hold_rows(t)]
    working = _worked_on(context)
    held = [t for t in tables if any(t != other for other in working)]
    if working and held:
        listed = ", ".join(table.label for table in held[:3]) + (" …" if len(held) > 3 else "")
        slow = " and ".join(with_size(context, table) for table in working[:3])
        yield RULE.about_revision(
            f"One transaction for all: locks on {listed} are held until {slow} "
            f"{'is' if len(working) == 1 else 'are'} done, and are taken one by one, which may deadlock.",
            remedy="Draft the slow part in a revision of its own.",
        )


def _worked_on(context: Context) -> list[Key]:
    """The large tables that the server works through for long."""
    found: set[Key] = set()
    for change in context.comparison.changes:
        table = change.key.owner
        if (isinstance(change, Create | Drop) and change.key.kind == "table") or context.online(change.key):
            continue
        if heaviest(context, [table]) and context.work(change) is not None:
            found.add(table)
    return sorted(found)
