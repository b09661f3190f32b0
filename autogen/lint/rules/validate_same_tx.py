"""NOT VALID and VALIDATE in one transaction: the lock of the first is held through the scan of the second."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.changes import Alter, Create
from autogen.lint.recording import Step
from autogen.lint.told import Reading, Told
from autogen.lint.written import Validate
from autogen.review.written import VALIDATE_SAME_TX as RULE
from autogen.schema import Key


def check(reading: Reading) -> Iterable[Told]:
    added: dict[Key, Step] = {}
    for step in reading.steps:
        for change in step.changes:
            if isinstance(change, Create) and not getattr(change.after, "validated", True):
                added[change.key] = step
            validates = isinstance(step.written.operation, Validate) and isinstance(change, Alter)
            first = added.get(change.key)
            if validates and first is not None and reading.together(first, step):
                table = change.key.owner
                if reading.stands(table):
                    message = (
                        f"Validated in the transaction that added it: {table.label} stays locked against "
                        "writes while all its rows are checked, as if NOT VALID had not been said."
                    )
                    remedy = "Validate in op.get_context().autocommit_block(), or in the next revision."
                    yield RULE.finding(change.key, message, remedy=remedy), step.written.line
