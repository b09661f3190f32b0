"""From features to probabilities: a logistic score, competition between pairs, a second score, calibration.

A pair's first score looks at the pair and at how many others there are. Then all pairs share: a column can
only become one column, so the odds of each pair are weighed against those of its rivals on both sides. The
second score adds what came of that, and a table of calibration turns it into a probability. All weights are
data (weights.toml, written by scripts/fit-renames); nothing is learnt here.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from math import exp, log
from pathlib import Path
from typing import Any

from autogen.values import value

WEIGHTS = Path(__file__).with_name("weights.toml")
ROUNDS = 25
LIKELY = 1.0
"""Log odds of 1 are 73 %."""
Scores = dict[Any, float]


@value(frozen=True)
class Model:
    """Weights by feature (``intercept`` among them) of both scores, and the calibration: what the second
    score says is stretched by ``slope`` and moved by ``offset``, and what is likely then (log odds of
    ``LIKELY`` up) once more by ``top``."""

    first: Mapping[str, float]
    second: Mapping[str, float]
    slope: float = 1.0
    offset: float = 0.0
    top: float = 1.0
    extra: Mapping[str, float] | None = None

    def probabilities(
        self, features: Mapping[Any, Mapping[str, float]], bonus: Mapping[Any, float]
    ) -> Scores:
        """The probability of each pair; ``bonus`` is evidence in log odds that the labelled cases lack."""
        first = {p: weighed(f, self.first) + bonus.get(p, 0.0) for p, f in features.items()}
        shared = compete(first)
        return {
            p: probability(self.calibrated(weighed({**f, **shared[p]}, self.second) + bonus.get(p, 0.0)))
            for p, f in features.items()
        }

    def calibrated(self, score: float) -> float:
        """Log odds that come true as often as they say, or a little more often."""
        odds = self.slope * score + self.offset
        return odds if odds <= LIKELY else LIKELY + self.top * (odds - LIKELY)


def weighed(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum: log odds."""
    get = weights.get
    return weights["intercept"] + sum(get(name, 0.0) * value for name, value in features.items() if value)


def probability(odds: float) -> float:
    return 1 / (1 + exp(-min(max(odds, -30.0), 30.0)))


def compete(scores: Mapping[Any, float]) -> dict[Any, dict[str, float]]:
    """What becomes of each score when of all pairs with a member in common at most one can be right.

    The sum over all one-to-one assignments is approximated by messages passed between the members (exact
    where the pairs form a tree), at a cost that grows with the number of pairs.
    """
    pairs = list(scores)
    odds = [exp(min(max(scores[p], -30.0), 30.0)) for p in pairs]
    lefts, rights = _numbered([p[0] for p in pairs]), _numbered([p[1] for p in pairs])
    from_left, from_right = odds[:], odds[:]
    for _ in range(ROUNDS):
        from_left = _passed(odds, lefts, from_right, from_left)
        from_right = _passed(odds, rights, from_left, from_right)
    of_left, of_right = _sums(lefts, odds), _sums(rights, odds)
    found = {}
    for n, pair in enumerate(pairs):
        shared = log(min(max(from_left[n] * from_right[n] / odds[n], 1e-5), 1e5))
        left, right = max(of_left[lefts[n]] - odds[n], 0.0), max(of_right[rights[n]] - odds[n], 0.0)
        found[pair] = {
            "score": scores[pair],
            "shared": shared,
            "rivals_of_new": log(1 + right),
            "rivals_of_old": log(1 + left),
            "lead": log(odds[n]) - log(left + right + 0.05),
        }
    return found


def _numbered(members: Sequence[Hashable]) -> list[int]:
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(member, len(numbers)) for member in members]


def _sums(members: Sequence[int], values: Sequence[float]) -> list[float]:
    sums = [0.0] * (max(members, default=-1) + 1)
    for member, part in zip(members, values, strict=True):
        sums[member] += part
    return sums


def _passed(
    odds: Sequence[float], members: Sequence[int], heard: Sequence[float], said: Sequence[float]
) -> list[float]:
    """The odds of each pair given what the member's other pairs claim, damped by what was said before."""
    sums = _sums(members, heard)
    return [
        (before * o / (1 + max(sums[m] - h, 0.0))) ** 0.5
        for o, m, h, before in zip(odds, members, heard, said, strict=True)
    ]


@lru_cache(maxsize=1)
def models() -> dict[str, Model]:
    """The models of columns and tables that are shipped."""
    import tomllib

    read = tomllib.loads(WEIGHTS.read_text("utf-8"))
    return {kind: Model(**values) for kind, values in read.items()}
