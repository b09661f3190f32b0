"""A domain gets a constraint: every table that uses it is read under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import DomainLimited
from autogen.plan import Finding
from autogen.review.written import DOMAIN_CONSTRAINT as RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, domain in reading.of(DomainLimited):
        message = (
            "A constraint of a domain is checked in every table that uses it, all of them locked meanwhile; "
            "adding a column of this type rewrites its table."
        )
        remedy = "A check of the table, added NOT VALID and validated apart."
        yield Finding(RULE.id, RULE.severity, domain.name, message, remedy=remedy), step.written.line
