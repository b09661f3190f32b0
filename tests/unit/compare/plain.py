"""A dialect without a server: it settles doubts by a table of equal spellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from autogen.dialects.base import Blueprint, Dialect, Doubt, ScratchFactory, Settled
from autogen.schema import Constraint, Schema


class Plain(Dialect):
    """``same`` maps a declared spelling to the server's; None there means the server cannot say."""

    def __init__(self, same: dict[str, str | None] | None = None) -> None:
        super().__init__(DefaultDialect())
        self.same = same or {}
        self.asked: list[Doubt] = []

    @classmethod
    def connect(cls, url: Any) -> Any:
        raise AssertionError("no server here")

    def introspect(self, connection: Any, scope: Any) -> Schema:
        raise AssertionError("no server here")

    def steps(self, changes: Any, before: Any, after: Any, dependents: Any = ()) -> list[Any]:
        return []

    def default_name(self, constraint: Constraint, taken: frozenset[str]) -> str | None:
        columns = "_".join(getattr(constraint, "columns", ()))
        stem = f"{constraint.table}_{columns}_{constraint.kind}"
        numbered = [stem, *(f"{stem}{i}" for i in range(1, 9))]
        return next(name for name in numbered if name not in taken)

    def settle(self, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory) -> list[Settled]:
        self.asked += doubts
        return [self._settle(doubt) for doubt in doubts]

    def _settle(self, doubt: Doubt) -> Settled:
        changed: dict[str, Any] = {}
        for f in fields(doubt.after):
            text = getattr(doubt.after, f.name)
            if f.name in doubt.after.EXPRESSIONS and isinstance(text, str) and text in self.same:
                if self.same[text] is None:
                    return Settled(doubt.before, "the server refused it")
                changed[f.name] = self.same[text]
        return Settled(replace(doubt.after, **changed))


class NoScratch(ScratchFactory):
    def open(self) -> Any:
        raise AssertionError("nothing here needs a scratch database")

    @property
    def blueprint(self) -> Blueprint:
        raise AssertionError("nothing here needs a scratch database")
