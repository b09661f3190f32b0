"""Fits the weights of the rename detector to labelled differences. Needs numpy and scikit-learn."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autogen.renames import table_pairs
from autogen.renames.assignment import assign
from autogen.renames.columns import FLOOR, compared
from autogen.renames.hints import hinted_tables
from autogen.renames.model import Model, compete, probability, weighed
from autogen.renames.shapes import shapes, table_features
from fixtures.renames.labelled import Difference

STRENGTH = {"column": 0.02, "table": 0.05}
"""Inverse strength of the regularisation of both scores."""
EXTRA = {
    "column": {"attribute_kept": 4.0, "edited_in_place": 4.0, "same_named_key": 2.0},
    "table": {"same_name_other_schema": 3.0, "followed": 2.5},
}
"""Log odds of evidence that the labelled cases lack, set by judgement."""
TOP = {"column": 0.85, "table": 1.0}
"""What is likely is said with a little less certainty than was found: a wrong pair among the surest costs
more than a right one among the less sure."""
Pairs = dict[Any, dict[str, float]]


@dataclass
class Sample:
    """The pairs of a difference that compete, with their features: those of one table, or all tables."""

    group: str
    unit: str
    features: Pairs
    labels: dict[Any, int | None]
    repeats: int = 1

    @property
    def weight(self) -> float:
        """A table in which forty columns were renamed alike does not count for forty, nor do ten tables of a
        migration in which the very same columns came and went count for ten."""
        fewer = min(len({p[0] for p in self.features}), len({p[1] for p in self.features}))
        return float(fewer**-0.5 / self.repeats)


def samples(kind: str, differences: Sequence[Difference]) -> list[Sample]:
    return [s for difference in differences for s in _samples(kind, difference)]


def _samples(kind: str, difference: Difference) -> list[Sample]:
    current, desired = difference.current, difference.desired
    if kind == "table":
        old, new = {t.key for t in current.tables}, {t.key for t in desired.tables}
        all_features = [table_features(shapes(current, old - new), shapes(desired, new - old))]
    else:
        tables = hinted_tables(current, desired, difference.evidence)
        pairs = table_pairs(current, desired, tables)
        read = compared(current, desired, pairs, lambda key: tables.get(key, key), {})
        all_features = [features for _, _, features in read]
    names = [frozenset((old.name, new.name) for old, new in f) for f in all_features]
    repeats = Counter(names)
    return [
        Sample(difference.group, difference.unit, f, {p: _label(p, difference) for p in f}, repeats[named])
        for f, named in zip(all_features, names, strict=True)
        if f
    ]


def _label(pair: Any, difference: Difference) -> int | None:
    return None if pair in difference.unclear else int(pair in difference.renames)


def fit(kind: str, given: Sequence[Sample]) -> Model:
    """Both scores and the calibration; what the second score is fitted on was scored by a first score that
    had not seen it, and so for the calibration."""
    strength = STRENGTH[kind]
    first = _logistic(given, [s.features for s in given], strength)
    shared = _competed(given, _unseen(given, [s.features for s in given], strength))
    second = _logistic(given, shared, strength)
    slope, offset = _calibrated(given, shared, strength)
    return Model(first, second, slope, offset, TOP[kind], EXTRA[kind])


def _competed(given: Sequence[Sample], scores: Sequence[dict[Any, float]]) -> list[Pairs]:
    found = []
    for sample, first in zip(given, scores, strict=True):
        shared = compete(first)
        found.append({p: {**f, **shared[p]} for p, f in sample.features.items()})
    return found


def _unseen(given: Sequence[Sample], features: Sequence[Pairs], strength: float) -> list[dict[Any, float]]:
    """Each sample scored by weights fitted to the samples of other repositories."""
    scores: list[dict[Any, float]] = [{} for _ in given]
    for train, test in folds(given, 5):
        weights = _logistic([given[i] for i in train], [features[i] for i in train], strength)
        for i in test:
            scores[i] = {p: weighed(f, weights) for p, f in features[i].items()}
    return scores


def folds(given: Sequence[Sample | Difference], count: int) -> list[tuple[Any, Any]]:
    groups = [g.group for g in given]
    return list(GroupKFold(count).split(groups, groups=groups))


def _logistic(given: Sequence[Sample], features: Sequence[Pairs], strength: float) -> dict[str, float]:
    names = sorted({name for pairs in features for f in pairs.values() for name in f})
    rows, labels, weights = [], [], []
    for sample, pairs in zip(given, features, strict=True):
        for pair, f in pairs.items():
            label = sample.labels[pair]
            if label is not None:
                rows.append([f[name] for name in names])
                labels.append(label)
                weights.append(sample.weight)
    x = np.array(rows)
    mean, spread = x.mean(0), x.std(0)
    used = spread > 1e-9
    z = (x[:, used] - mean[used]) / spread[used]
    fitted = LogisticRegression(C=strength, max_iter=3000).fit(z, labels, sample_weight=weights)
    raw = fitted.coef_[0] / spread[used]
    found = dict(zip([n for n, u in zip(names, used, strict=True) if u], raw.tolist(), strict=True))
    return {"intercept": float(fitted.intercept_[0] - raw @ mean[used]), **found}


def _calibrated(given: Sequence[Sample], shared: Sequence[Pairs], strength: float) -> tuple[float, float]:
    """Slope and offset that make the proposals of single migrations come true as often as they say."""
    odds, right = [], []
    for sample, scores in zip(given, _unseen(given, shared, strength), strict=True):
        likely = {p: probability(s) for p, s in scores.items() if probability(s) >= FLOOR}
        for pair in assign(likely):
            label = sample.labels[pair]
            if label is not None and sample.unit == "migration":
                odds.append([log(likely[pair] / (1 - likely[pair]))])
                right.append(label)
    fitted = LogisticRegression(C=100.0).fit(odds, right)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])
