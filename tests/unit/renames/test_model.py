"""From features to probabilities."""

from __future__ import annotations

import pytest

from autogen.renames.model import LIKELY, Model, compete, models, probability


def test_what_is_likely_is_said_with_less_certainty() -> None:
    model = Model({"intercept": 0.0}, {"intercept": 0.0}, slope=2.0, offset=-1.0, top=0.5)
    assert model.calibrated(0.0) == -1.0
    assert model.calibrated(1.0) == LIKELY
    assert model.calibrated(2.0) == LIKELY + 1.0
    scores = sorted(model.calibrated(n / 10) for n in range(-30, 30))
    assert scores == [model.calibrated(n / 10) for n in range(-30, 30)]


def test_rivals_share() -> None:
    """Of two that claim the same column each may be right, and both are less likely for it."""
    alone = compete({("a", "x"): 1.0})["a", "x"]
    rivals = compete({("a", "x"): 1.0, ("b", "x"): 1.0})
    assert alone["shared"] == pytest.approx(1.0)
    assert rivals["a", "x"]["shared"] == rivals["b", "x"]["shared"] < 0 < rivals["a", "x"]["rivals_of_new"]
    both = sum(probability(f["shared"]) for f in rivals.values())
    assert both < 1


def test_every_shipped_weight_is_of_a_feature_that_exists() -> None:
    """A feature that was renamed would lose its weight unseen."""
    from autogen.renames.columns import compared
    from autogen.renames.shapes import shapes, table_features
    from autogen.schema import Key, Schema
    from tests.unit.renames.build import table

    old, new = Schema(table("t", "id INTEGER", "a TEXT")), Schema(table("t", "id INTEGER", "b TEXT"))
    key = Key("table", "", "", "t")
    ((_, _, columns),) = compared(old, new, [(key, key)], lambda k: k, {})
    tables = table_features(shapes(old, [key]), shapes(new, [key]))
    for kind, found in (("column", columns), ("table", tables)):
        (features,) = found.values()
        first, second = set(models()[kind].first), set(models()[kind].second)
        assert first == {"intercept", *features}, kind
        assert second - first == {"score", "shared", "rivals_of_new", "rivals_of_old", "lead"}
