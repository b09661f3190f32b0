"""An order that keeps together what belongs together: a reader of a draft goes through it table by table."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from typing import Any


def in_runs(needs: Sequence[Set[int]], groups: Sequence[Any]) -> list[int]:
    """The numbers of ``needs``, each after those it needs, as few runs of a group as can be had cheaply.

    ``groups`` gives each number's group; groups sort by when a reader expects them, numbers within a group
    likewise. The first group that needs nothing of another any more is done as a whole. Where all groups
    left need others, as much as can be done of one that the others wait for comes first.
    """
    return list(_Runs(needs, groups).order())


class _Runs:
    def __init__(self, needs: Sequence[Set[int]], groups: Sequence[Any]) -> None:
        self.groups = groups
        self.waits = [len(before) for before in needs]
        self.followers: list[list[int]] = [[] for _ in needs]
        self.foreign: dict[Any, Counter[Any]] = {group: Counter() for group in groups}
        """What each group still needs of which other group."""
        self.ready: dict[Any, list[int]] = defaultdict(list)
        for i, before in enumerate(needs):
            for j in before:
                self.followers[j].append(i)
                if groups[i] != groups[j]:
                    self.foreign[groups[i]][groups[j]] += 1
            if not before:
                self.ready[groups[i]].append(i)
        self.free = [group for group, wanted in self.foreign.items() if not wanted]
        heapq.heapify(self.free)

    def order(self) -> list[int]:
        done: list[int] = []
        while len(done) < len(self.groups):
            group = heapq.heappop(self.free) if self.free else self._stuck()
            ready = self.ready[group]
            heapq.heapify(ready)
            while ready:
                i = heapq.heappop(ready)
                done.append(i)
                for follower in self.followers[i]:
                    self._met(group, follower)
        return done

    def _met(self, group: Any, follower: int) -> None:
        """One need of ``follower`` is met, by something of ``group``."""
        own = self.groups[follower]
        self.waits[follower] -= 1
        if self.waits[follower] == 0:
            heapq.heappush(self.ready[own], follower)
        if own == group:
            return
        wanted = self.foreign[own]
        wanted[group] -= 1
        if wanted[group] == 0:
            del wanted[group]
            if not wanted:
                heapq.heappush(self.free, own)

    def _stuck(self) -> Any:
        """A group to begin with where each needs another: one of a circle, so that it is the circle that is
        cut and not what waits for it."""
        seen: list[Any] = [min(group for group, ready in self.ready.items() if ready)]
        while seen[-1] not in seen[:-1]:
            wanted = self.foreign[seen[-1]]
            if not wanted:
                break
            seen.append(min(wanted))
        circle = [group for group in seen[seen.index(seen[-1]) :] if self.ready[group]]
        return min(circle or seen[:1])
