"""TRUNCATE, and DELETE of every row: the rows of standing tables are lost."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.lint.told import Reading, Told
from autogen.lint.written import Data
from autogen.review.written import TRUNCATE as RULE


def check(reading: Reading) -> Iterable[Told]:
    for step, data in reading.of(Data):
        emptied = data.verb == "truncate" or (data.verb == "delete" and data.every_row)
        for table in data.tables if emptied else ():
            if reading.stands(table) or table not in step.before:
                more = " and of every table that refers to it (CASCADE)" if data.cascade else ""
                message = f"Deletes all rows of {table.label}{more}. downgrade() cannot bring them back."
                yield RULE.finding(table, message), step.written.line
