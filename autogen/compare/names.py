"""Names of constraints and indexes: unnamed ones take the live name; a name alone is a rename."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from typing import Any

from autogen.changes import Rename
from autogen.compare.work import Work
from autogen.dialects.base import Dialect
from autogen.schema import Check, Constraint, Exclude, ForeignKey, Index, Key, Object, PrimaryKey, Unique
from autogen.values import value

Named = PrimaryKey | Unique | ForeignKey | Check | Exclude | Index


@value(frozen=True, slots=True)
class Names:
    """The objects that differ from a live one by name only, and the keys of those that the models leave
    unnamed and no live constraint equals."""

    renames: tuple[Rename, ...]
    nameless: frozenset[Key]


def match_names(work: Work, dialect: Dialect) -> Names:
    """Gives every unnamed constraint its name, table by table."""
    here, there = _by_table(o for o, _ in work.pairs), _by_table(work.open.values())
    for part in work.gone.values():
        if isinstance(part, Named):
            here[part.key.owner].append(part)
    renames: list[Rename] = []
    nameless: list[Key] = []
    for table, parts in there.items():
        done, unnamed, table_renames = _match_table(here[table], parts, work)
        given_up = {r.before.key.name for r in table_renames}
        named = _default_names(unnamed, work.live_names[table], done, given_up, dialect) if unnamed else []
        renames += table_renames
        nameless += [p.key for p in named]
        for part, given in zip(unnamed, named, strict=True):
            work.match(part.key, given.key)
        work.put([p.key for p in parts], [*done, *named])
    return Names(tuple(renames), frozenset(nameless))


def _by_table(objects: Iterable[Object]) -> dict[Key, list[Named]]:
    found: dict[Key, list[Named]] = defaultdict(list)
    for o in objects:
        if isinstance(o, Named):
            found[o.key.owner].append(o)
    return found


def _match_table(
    here: list[Named], there: list[Named], work: Work
) -> tuple[list[Named], list[Constraint], list[Rename]]:
    """The wanted parts of one table that have their names, those that have none yet, and the renames."""
    live = {p.key: p for p in here}
    same = [p for p in there if p.name is not None and p.key in live]
    free = _Free(p for key, p in live.items() if key not in {p.key for p in same})
    renames: list[Rename] = [
        Rename(old, p) for p in same if (old := live[p.key]).name != p.name and shape(old) == shape(p)
    ]
    done, unnamed = list(same), []
    rest = [p for p in there if p.name is None or p.key not in live]
    waiting = Counter(shape(p) for p in rest if p.name is None) if len(rest) > 1 else Counter[object]()
    # named before unnamed: an unnamed constraint must not take the twin of a renamed one, but has one itself
    for part in sorted(rest, key=lambda p: p.name is None) if len(rest) > 1 else rest:
        twin = free.take(part, waiting[shape(part)] if part.name is not None else 0)
        if part.name is not None or isinstance(part, Index):
            done.append(part)
            if twin is not None:
                renames.append(Rename(twin, part))
        elif twin is not None:
            done.append(twin)  # equal but for the name
            work.match(part.key, twin.key)
        else:
            unnamed.append(part)
    return done, unnamed, renames


class _Free:
    """Live parts that have no partner yet, found by all but their name."""

    def __init__(self, parts: Iterable[Named]) -> None:
        self._parts: dict[object, list[Named]] = defaultdict(list)
        for part in parts:
            self._parts[shape(part)].append(part)

    def take(self, part: Named, spared: int) -> Named | None:
        """A twin of the part, where there are more than are ``spared`` for others."""
        twins = self._parts[shape(part)]
        return twins.pop(0) if len(twins) > spared else None


def shape(part: Named) -> object:
    """All of a part but its name."""
    kind: Any = type(part)
    return kind, _but_name(kind)(part)


@cache
def _but_name(kind: Any) -> Callable[[Any], Any]:
    return attrgetter(*(f.name for f in fields(kind) if f.name != "name" and f.compare))


def _default_names(
    nameless: Iterable[Constraint],
    live: dict[str, set[str]],
    done: Iterable[Named],
    given_up: Collection[str],
    dialect: Dialect,
) -> list[Named]:
    """The names the server would give, free of clashes with the live and the declared ones and with those
    that live ones give up in the same revision."""
    taken = {*given_up, *(p.name for p in done if p.name)}
    named: list[Named] = []
    for constraint in nameless:
        # a live constraint of this kind under the very name is the same one, changed: not a clash
        clashes = {name for name, kinds in live.items() if constraint.kind not in kinds}
        name = dialect.default_name(constraint, frozenset(taken | clashes))
        if name is not None:
            taken.add(name)
        named.append(replace(constraint, name=name))
    return named
