"""``USING c::varchar(n)``: an explicit cast cuts what is too long, without an error."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alembic.operations.ops import AlterColumnOp

from autogen.changes import Alter
from autogen.lint.told import Reading, Told, flag
from autogen.review.written import USING_TRUNCATES as RULE
from autogen.schema import Column

_CAST = re.compile(
    r"(?:::|\bas)\s*(?:character\s+varying|varchar|character|char|bit)\s*\(\s*\d+\s*\)|\b(?:left|substr|substring)\s*\(",
    re.I,
)


def check(reading: Reading) -> Iterable[Told]:
    for step, operation in reading.of(AlterColumnOp):
        using = str(flag(operation, "postgresql_using") or "")
        for change in step.changes:
            if (
                not isinstance(change, Alter)
                or not isinstance(change.after, Column)
                or not _CAST.search(using)
            ):
                continue
            if reading.stands(change.key.owner):
                message = f"USING {using} cuts longer values to the new length without an error."
                remedy = "Leave postgresql_using out: the server then refuses values that do not fit."
                yield RULE.finding(change.key, message, remedy=remedy), step.written.line
