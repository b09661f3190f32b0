"""The two schemas while they are compared: what is equal is set aside at once, the stages see the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from operator import itemgetter

from autogen.schema import Column, Key, Object, Schema


def _by_key(items: Iterable[tuple[Key, Object]]) -> dict[Key, Object]:
    return dict(sorted(items, key=itemgetter(0)))


class Work:
    """``live`` is fixed; ``want`` moves, object by object, towards the server's names and spellings.

    ``open`` are the wanted keys that are missing or different, ``gone`` the live keys nobody wants.
    """

    def __init__(self, current: Schema, desired: Schema) -> None:
        self.current = current
        self.live: dict[Key, Object] = current.by_key
        self.want: dict[Key, Object] = dict(desired.by_key)
        self._moved = False
        self._desired = desired
        self.matched: dict[Key, Key] = {}
        """Of wanted objects that took a name: the key they were declared under, and the one they have."""
        self._declared: dict[Key, Key] = {}
        self.shifted: set[Key] = set()
        """The tables of which a column stands at another place than it is wanted at."""
        self.open, common = self._differing()
        left = () if common == len(self.live) else self.live.items()
        self.gone = _by_key((k, o) for k, o in left if k not in self.want)

    def _differing(self) -> tuple[dict[Key, Object], int]:
        """The wanted objects that are missing or different, and how many of the keys are live: in one walk,
        for each look-up in a large schema waits for memory."""
        found, missing = [], 0
        live = self.live
        for key, wanted in self.want.items():
            stands = live.get(key)
            if stands is None:
                missing += 1
            elif wanted.__class__ is Column and stands.position != wanted.position:  # type: ignore[union-attr]
                self.shifted.add(key.owner)
            if stands != wanted:
                found.append((key, wanted))
        return _by_key(found), len(self.want) - missing

    def put(self, remove: Iterable[Key], add: Iterable[Object]) -> None:
        """Takes wanted objects out and puts others in their place."""
        for key in remove:
            self.want.pop(key, None)
            self.open.pop(key, None)
            if key in self.live:
                self.gone[key] = self.live[key]
        for o in add:
            key = o.key
            self.want[key] = o
            self.gone.pop(key, None)
            if self.live.get(key) == o:
                self.open.pop(key, None)
            else:
                self.open[key] = o
        self._moved = True

    def match(self, wanted: Key, found: Key) -> None:
        """Notes that what was wanted under one key goes by another one from now on."""
        if wanted != found:
            origin = self._declared.pop(wanted, wanted)
            self.matched[origin] = found
            self._declared[found] = origin

    @property
    def pairs(self) -> list[tuple[Object, Object]]:
        """Live and wanted objects of the same key that differ."""
        return [(self.live[key], after) for key, after in self.open.items() if key in self.live]

    @property
    def desired(self) -> Schema:
        """What is wanted now, as a schema."""
        if self._moved:
            self._desired = Schema.keyed(dict(self.want), self._desired.skipped)
            self._moved = False
        return self._desired

    @cached_property
    def live_names(self) -> dict[Key, dict[str, set[str]]]:
        """The names of constraints and indexes on each live table, with the kinds that bear them."""
        found: dict[Key, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for key, o in self.live.items():
            name = getattr(o, "name", None)
            if key.table and key.kind != "column" and name:
                found[key.owner][name].add(key.kind)
        return found
