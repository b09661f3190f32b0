"""A dialect that only judges type changes, by what the new type is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from autogen.changes import Change
from autogen.dialects.base import Dialect, TypeChange
from autogen.dialects.facts import Facts, Work
from autogen.plan import Comparison
from autogen.schema import Column, ColumnType, Object


class Judge:
    retyped = Dialect.retyped
    numbers = Dialect.numbers
    in_new_names = Dialect.in_new_names
    folded = Dialect.folded
    dependents_follow = False
    enforces_references = ""
    transactional_ddl = True

    def is_among(self, names: Iterable[str]) -> bool:
        return True

    def work(self, change: Change, comparison: Comparison, facts: Facts) -> Work | None:
        return None

    def type_change(self, before: Object, after: Object) -> TypeChange:
        assert isinstance(after, Column)
        losses: dict[str, Any] = {"SMALL": "narrowing", "DATE": "lossy", "UUID": "may fail"}
        clash = "equal" if after.type.collation else ""
        return TypeChange(losses.get(after.type.sql, "none"), "as tested", clash)

    def fits_reference(self, column: ColumnType, target: ColumnType) -> bool:
        return True

    def highest(self, type_: ColumnType) -> int | None:
        return None

    def length(self, name: str) -> int:
        return len(name)

    max_identifier = 63
    lock_limit = "a lock timeout"


JUDGE = cast(Dialect, Judge())
