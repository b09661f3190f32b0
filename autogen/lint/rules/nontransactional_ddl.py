"""Several definitions in one revision, on a server that commits each: a failure leaves the first ones done."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.review.context import Rule

RULE = Rule(
    "nontransactional-ddl",
    "medium",
    "several changes in one revision, on a server that commits each of them",
    dialects=("mysql",),
)


def check(reading: Reading) -> Iterable[Told]:
    changing = [step for step in reading.steps if step.changes]
    if len(changing) > 1:
        message = (
            f"{len(changing)} statements change the schema, and the server commits each by itself: when one fails, "
            "those before it stay, and the revision does not run again as it is."
        )
        key = changing[1].changes[0].key.owner
        yield RULE.finding(key, message, remedy="One change a revision."), changing[1].written.line
