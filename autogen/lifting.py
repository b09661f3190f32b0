"""A new NOT NULL column whose default is in Python alone: rows that stand get it from the server, once.

The column is added with the value as its server default, and the default is dropped in the same revision, so
that the schema ends as the models say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autogen.changes import Alter, Change, Create
from autogen.declare.scalars import scalar_defaults
from autogen.dialects.base import Dialect
from autogen.figures import number
from autogen.plan import Comparison, Finding
from autogen.schema import Column, Key, Table

if TYPE_CHECKING:
    from sqlalchemy import MetaData

RULE = "add-not-null-no-default"
ANSWERED = "answered by --lift-defaults"


def liftable(comparison: Comparison, dialect: Dialect, metadatas: Sequence[MetaData]) -> Mapping[Key, str]:
    """The values for the new NOT NULL columns of standing tables that have a default in Python alone."""
    created = {c.key for c in comparison.changes if isinstance(c, Create) and isinstance(c.after, Table)}
    wanted = {
        change.key
        for change in comparison.changes
        if isinstance(change, Create) and _without_value(change.after) and change.key.owner not in created
    }
    return scalar_defaults(metadatas, dialect, wanted)


def _without_value(column: object) -> bool:
    if not isinstance(column, Column) or column.nullable or column.autoincrement:
        return False
    return column.default is None and column.identity is None and column.computed is None


def lifted(changes: Iterable[Change], values: Mapping[Key, str]) -> tuple[Change, ...]:
    """The changes, each of these columns created with its value as a default that is dropped again."""
    found: list[Change] = []
    for change in changes:
        value = values.get(change.key)
        if value is not None and isinstance(change, Create) and isinstance(change.after, Column):
            lent = replace(change.after, default=value)
            found += [Create(lent), Alter(lent, change.after)]
        else:
            found.append(change)
    return tuple(found)


def settled(findings: Iterable[Finding], values: Mapping[Key, str], agreed: bool) -> tuple[Finding, ...]:
    """The findings, with the way out named for such columns or, where it was ``agreed`` to, settled by it."""
    by_label = {key.label: value for key, value in values.items()}
    return tuple(_told(f, by_label.get(f.object), agreed) if f.rule == RULE else f for f in findings)


def _told(finding: Finding, value: str | None, agreed: bool) -> Finding:
    if value is not None:
        return _settled(finding, value, agreed)
    if not agreed:
        return finding
    return replace(
        finding, remedy=f"--lift-defaults finds no value for it that SQL can state. {finding.remedy}"
    )


def _settled(finding: Finding, value: str, agreed: bool) -> Finding:
    if not agreed:
        remedy = f"autogen diff --amend --lift-defaults: rows that stand get the models' default, {value}."
        return replace(finding, remedy=remedy)
    message = (
        f"NOT NULL without a server default: rows that stand get the models' default, {value}, which the "
        "column then loses again. Code that still runs without the column cannot insert any more. "
        f"A{ANSWERED[1:]}."
    )
    evidence = finding.evidence
    if evidence and evidence.verdict == "violated":
        rows = number(evidence.count or 0, "row", evidence.more)
        gets = "gets" if rows == "1 row" else "get"
        evidence = replace(evidence, text=f"{rows} {gets} the models' default")
    return replace(
        finding, severity="medium", message=message, answer=ANSWERED, certain=False, evidence=evidence
    )
