"""A database, or a schema with all that is in it, is dropped."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Dropped
from autogen.plan import Finding
from autogen.review.written import DROP_DATABASE as RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, dropped in reading.of(Dropped):
        whole = dropped.what == "database" or (dropped.what == "schema" and dropped.cascade)
        if whole:
            message = f"Drops the {dropped.what} {dropped.name} with everything in it."
            yield Finding(RULE.id, RULE.severity, dropped.name, message, "schema"), step.written.line
        elif dropped.cascade:
            message = f"CASCADE drops whatever uses the {dropped.what} {dropped.name}, without naming it."
            yield Finding(RULE.id, "high", dropped.name, message), step.written.line
