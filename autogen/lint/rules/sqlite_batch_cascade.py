"""A table that others refer to with ON DELETE CASCADE is made anew: dropping the old one deletes rows."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.emit.words import listed
from autogen.lint.batches import remade
from autogen.lint.told import Reading, Told
from autogen.lint.written import Setting
from autogen.review.written import SQLITE_BATCH_CASCADE as RULE
from autogen.schema import ForeignKey


def check(reading: Reading) -> Iterable[Told]:
    for step, table in remade(reading):
        off = any(
            isinstance(s.written.operation, Setting)
            and s.written.operation.name == "foreign_keys"
            and s.written.autocommit
            for s in reading.steps
            if s.written.number < step.written.number
        )
        children = sorted(
            fk.key.owner.label
            for fk in step.before.of_kind(ForeignKey)
            if fk.target == table and fk.on_delete == "CASCADE" and fk.key.owner != table
        )
        if children and not off and reading.stands(table):
            message = (
                f"The batch drops the old table, and where foreign_keys is ON that deletes every row of "
                f"{listed(list(dict.fromkeys(children)))} (ON DELETE CASCADE)."
            )
            remedy = "PRAGMA foreign_keys=OFF on the connection before the transaction begins, in env.py."
            yield RULE.finding(table, message, remedy=remedy), step.written.line
