"""A column is added with a key, a foreign key or an index in its definition: none in its safe form."""

from __future__ import annotations

from collections.abc import Iterable

from alembic.operations.ops import AddColumnOp

from autogen.changes import Create
from autogen.emit.words import listed
from autogen.lint.told import Reading, Told
from autogen.review.written import ADD_COLUMN_INLINE as RULE
from autogen.schema import Check, Column, ForeignKey, Index, Unique

_WORDS = {ForeignKey: "a foreign key", Unique: "a unique constraint", Index: "an index", Check: "a check"}


def check(reading: Reading) -> Iterable[Told]:
    for step, _ in reading.of(AddColumnOp):
        created = [change.after for change in step.changes if isinstance(change, Create)]
        columns = [o for o in created if isinstance(o, Column)]
        parts = [_WORDS[type(o)] for o in created if type(o) in _WORDS]
        if columns and parts and reading.stands(columns[0].key.owner):
            message = (
                f"Adds {listed(list(dict.fromkeys(parts)))} along with the column, in the form that locks "
                f"{columns[0].key.owner.label} while all its rows are looked at."
            )
            remedy = (
                "Add the bare column; then build the index concurrently, and validate the constraint apart."
            )
            yield RULE.finding(columns[0].key, message, remedy=remedy), step.written.line
