"""A statement gives a name that is longer than the server takes."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.plan import Finding
from autogen.review.rules.name_too_long import RULE


def check(reading: Reading) -> Iterable[Told]:
    dialect = reading.context.dialect
    for line, name in reading.recording.long_names:
        message = (
            f"The name is longer than the {dialect.max_identifier} {dialect.identifier_unit} the server "
            "takes: it is cut off or refused."
        )
        yield Finding(RULE.id, RULE.severity, name, message, remedy="Give it a shorter name."), line
