"""The cost grows with the plausible pairs, of which a column has only a few."""

from __future__ import annotations

import pytest

from autogen.renames import detect
from autogen.renames.facts import Facts
from autogen.renames.features import Features, pair
from autogen.renames.plausible import FEW, NEAREST
from autogen.schema import Schema
from tests.unit.renames.build import names, table


@pytest.mark.parametrize("kinds", [("TEXT",), ("TEXT", "INTEGER", "DATE")])
def test_a_thousand_by_a_thousand(kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[int] = []
    _count(monkeypatch, scored)

    def side(prefix: str) -> Schema:
        return Schema(table("t", *(f"{prefix}_{n} {kinds[n % len(kinds)]}" for n in range(1000))))

    found = detect(side("old"), side("new"))
    assert 0 < len(scored) <= 1000 * NEAREST < 1000 * 1000
    right = [c for c in found if c.before.name.partition("_")[2] == c.after.name.partition("_")[2]]
    assert len(right) == len(found) == 1000
    assert names(found, "table") == {}


def test_up_to_fifty_by_fifty_all_pairs_are_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[int] = []
    _count(monkeypatch, scored)
    olds, news = ([f"{prefix}{n} TEXT" for n in range(50)] for prefix in "ab")
    detect(Schema(table("t", *olds)), Schema(table("t", *news)))
    assert len(scored) == FEW


def _count(monkeypatch: pytest.MonkeyPatch, scored: list[int]) -> None:
    """Has every pair that is scored leave a mark."""

    def counted(old: Facts, new: Facts) -> Features:
        scored.append(1)
        return pair(old, new)

    monkeypatch.setattr("autogen.renames.columns.pair", counted)
