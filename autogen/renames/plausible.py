"""Which pairs are worth scoring: all of them where there are few, else those with something in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

FEW = 2500
"""Up to so many pairs (50 removed, 50 added) are all scored."""
NEAREST = 4
"""Beyond that, each member is paired with at most so many others that share its rarest traits."""
CROWDED = 24
"""A trait that more others have than this tells nothing."""


def plausible(
    olds: Sequence[T], news: Sequence[T], traits: Callable[[T], Iterable[Hashable]]
) -> list[tuple[T, T]]:
    """Pairs of an old and a new one, in the order given."""
    if len(olds) * len(news) <= FEW:
        return [(old, new) for old in olds for new in news]
    having: dict[Hashable, list[int]] = defaultdict(list)
    for number, new in enumerate(news):
        for trait in dict.fromkeys(traits(new)):
            having[trait].append(number)
    found = []
    for old in olds:
        weight: dict[int, float] = defaultdict(float)
        for trait in dict.fromkeys(traits(old)):
            others = having.get(trait, ())
            if len(others) <= CROWDED:
                for number in others:
                    weight[number] += 1 / len(others)
        nearest = sorted(weight, key=lambda number: (-weight[number], number))[:NEAREST]
        found += [(old, news[number]) for number in nearest]
    return found
