"""What lives beside the tables and uses a renamed object by its old name, where the server leaves it so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from autogen.plan import Finding
from autogen.review.context import Context, Rule
from autogen.schema import Dependent

RULE = Rule("rename-breaks", "blocker", "a rename that views and triggers do not follow", dialects=("mysql",))
_LISTED = 5


def check(context: Context) -> Iterable[Finding]:
    for decision in context.comparison.renames:
        moved = decision.accepted and decision.kind in ("table", "column")
        if not moved or context.dialect.dependents_follow:
            continue
        users = [d for d in context.dependents if uses_name(d.create, decision.before.name)]
        if users:
            yield RULE.finding(decision.after, _message(users, decision.before.name))


def _message(users: Sequence[Dependent], name: str) -> str:
    listed = sorted(user.identity for user in users)
    more = f" and {len(users) - _LISTED} more" if len(users) > _LISTED else ""
    fired = any(user.kind == "trigger" for user in users)
    fails = "fails after the upgrade" + (", a trigger with every statement that fires it" if fired else "")
    return (
        f"This database does not rename inside {', '.join(listed[:_LISTED])}{more}: what says "
        f'"{name}" there {fails}. '
        "Drop it before and create it again under the new name, in both functions."
    )


def uses_name(statements: Iterable[str], name: str) -> bool:
    """Whether the name stands in the text as a word or quoted; a name in a string counts, too."""
    quoted = "`" + name.replace("`", "``") + "`"
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])", re.IGNORECASE)
    return any(quoted in text or word.search(text) for text in statements)
