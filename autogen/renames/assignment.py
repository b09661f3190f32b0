"""One-to-one assignment of the greatest total weight over a sparse set of pairs."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)


def components(pairs: Iterable[tuple[A, B]]) -> list[list[tuple[A, B]]]:
    """The pairs by connected component, in the order in which these are first met."""
    by_left: dict[A, list[B]] = defaultdict(list)
    by_right: dict[B, list[A]] = defaultdict(list)
    for a, b in pairs:
        by_left[a].append(b)
        by_right[b].append(a)
    found, seen = [], set()
    for start in by_left:
        if start in seen:
            continue
        seen.add(start)
        queue, component = [start], []
        for a in queue:  # grows while it is read
            for b in by_left[a]:
                component.append((a, b))
                fresh = [other for other in by_right[b] if other not in seen]
                seen.update(fresh)
                queue += fresh
        found.append(component)
    return found


def assign(weights: Mapping[tuple[A, B], float]) -> list[tuple[A, B]]:
    """The pairs, no two with a member in common, whose weights add up to the most.

    Weights are positive; what is better left alone is left alone. Of equally good answers the one that comes
    first in the order of ``weights`` is taken, so give them in an order that does not depend on the input's.
    """
    chosen: list[tuple[A, B]] = []
    for pairs in components(weights):
        if len(pairs) == 1:
            chosen += pairs
        else:
            chosen += _Component({pair: weights[pair] for pair in pairs}).solve()
    return chosen


class _Component(Generic[A, B]):
    """Shortest augmenting paths with potentials over numbered nodes (the Hungarian method, sparse).

    Every left node has a private right node of weight 0, "none", so that an assignment always exists.
    """

    def __init__(self, weights: Mapping[tuple[A, B], float]) -> None:
        self.lefts = list(dict.fromkeys(a for a, _ in weights))
        self.rights = list(dict.fromkeys(b for _, b in weights))
        self.top = max(weights.values())
        left = {a: i for i, a in enumerate(self.lefts)}
        right = {b: j for j, b in enumerate(self.rights)}
        none = len(self.rights)
        self.costs: list[list[tuple[int, float]]] = [[] for _ in self.lefts]
        for (a, b), weight in weights.items():
            self.costs[left[a]].append((right[b], round(self.top - weight, 9)))
        for i, costs in enumerate(self.costs):
            costs.append(
                (none + len(self.lefts) - 1 - i, round(self.top, 9))
            )  # of equals the last goes without
        self.owner: list[int | None] = [None] * (none + len(self.lefts))
        self.place = [-1] * len(self.lefts)
        self.of_left = [0.0] * len(self.lefts)
        self.of_right = [0.0] * len(self.owner)

    def solve(self) -> list[tuple[A, B]]:
        for i in range(len(self.lefts)):
            self._augment(i)
        found = [(i, j) for j, i in enumerate(self.owner) if i is not None and j < len(self.rights)]
        return [(self.lefts[i], self.rights[j]) for i, j in sorted(found)]

    def _augment(self, start: int) -> None:
        """Finds a place for one more left node, moving others along a shortest path (Dijkstra)."""
        distance: dict[int, float] = {}
        came_from: dict[int, int] = {}
        done: dict[int, float] = {}
        heap: list[tuple[float, int]] = []
        left, base = start, 0.0
        while True:
            for j, cost in self.costs[left]:
                reached = base + cost - self.of_left[left] - self.of_right[j]
                if j not in done and reached < distance.get(j, float("inf")) - 1e-12:
                    distance[j], came_from[j] = reached, left
                    heapq.heappush(heap, (reached, j))
            base, place = heapq.heappop(heap)
            while place in done:
                base, place = heapq.heappop(heap)
            owner = self.owner[place]
            if owner is None:
                break
            done[place] = base
            left = owner
        self._reprice(start, base, done)
        self._shift(start, place, came_from)

    def _reprice(self, start: int, total: float, done: Mapping[int, float]) -> None:
        self.of_left[start] += total
        for place, reached in done.items():
            self.of_right[place] += reached - total
            owner = self.owner[place]
            if owner is not None:
                self.of_left[owner] += total - reached

    def _shift(self, start: int, place: int, came_from: Mapping[int, int]) -> None:
        """Every left node on the path takes the place that was reached from it."""
        while True:
            left = came_from[place]
            self.owner[place] = left
            self.place[left], place = place, self.place[left]
            if left == start:
                return
