"""Names of constraints and indexes: unnamed ones take the live name; a name alone is a rename."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TypeGuard

from autogen.changes import Rename
from autogen.dialects.base import Dialect
from autogen.schema import (
    Check,
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

Named = PrimaryKey | Unique | ForeignKey | Check | Exclude | Index


@dataclass(frozen=True, slots=True)
class Names:
    """``desired`` with every unnamed constraint named, the objects that differ from a live one by name only,
    and the keys of those that the models leave unnamed and no live constraint equals."""

    desired: Schema
    renames: tuple[Rename, ...]
    nameless: frozenset[Key]


def match_names(current: Schema, desired: Schema, dialect: Dialect) -> Names:
    """Settles the names of all constraints and indexes, table by table."""
    remove: list[Key] = []
    add: list[Object] = []
    renames: list[Rename] = []
    nameless: list[Key] = []
    for table in desired.of_kind(Table):
        here = [p for p in current.parts(table.key) if _is_named(p)]
        there = [p for p in desired.parts(table.key) if _is_named(p)]
        if here == there:
            continue
        done, unnamed, table_renames = _match_table(here, there)
        named = _default_names(unnamed, here, done, dialect)
        renames += table_renames
        nameless += [p.key for p in named]
        remove += [p.key for p in there]
        add += [*done, *named]
    desired = desired.replace(remove, add) if remove else desired
    return Names(desired, tuple(renames), frozenset(nameless))


def _is_named(part: Object) -> TypeGuard[Named]:
    return isinstance(part, Named)


def _match_table(here: list[Named], there: list[Named]) -> tuple[list[Named], list[Constraint], list[Rename]]:
    """The desired parts of one table that have their names, those that have none yet, and the renames."""
    live = {p.key: p for p in here}
    same = [p for p in there if p.name is not None and p.key in live]
    free = [p for p in here if p.key not in {p.key for p in same}]
    renames: list[Rename] = [
        Rename(live[p.key], p)
        for p in same
        if live[p.key].name != p.name and _nameless(live[p.key]) == _nameless(p)
    ]
    done, unnamed = list(same), []
    # named before unnamed: an unnamed constraint must not take the twin of a renamed one
    for part in sorted((p for p in there if p not in same), key=lambda p: (p.name is None, p.key)):
        twin = next((p for p in free if type(p) is type(part) and _nameless(p) == _nameless(part)), None)
        if twin is not None:
            free.remove(twin)
        if part.name is None and not isinstance(part, Index):
            if twin is None:
                unnamed.append(part)
            else:
                done.append(replace(part, name=twin.name))
        else:
            done.append(part)
            if twin is not None:
                renames.append(Rename(twin, part))
    return done, unnamed, renames


def _default_names(
    nameless: Iterable[Constraint], here: Iterable[Named], done: Iterable[Named], dialect: Dialect
) -> list[Named]:
    """The names the server would give, free of clashes with the live and the declared ones."""
    taken = {p.name for p in done if p.name}
    live = defaultdict(set)
    for part in here:
        if part.name:
            live[part.name].add(part.kind)
    named: list[Named] = []
    for constraint in nameless:
        # a live constraint of this kind under the very name is the same one, changed: not a clash
        clashes = {name for name, kinds in live.items() if constraint.kind not in kinds}
        name = dialect.default_name(constraint, frozenset(taken | clashes))
        if name is not None:
            taken.add(name)
        named.append(replace(constraint, name=name))
    return named


def _nameless(part: Named) -> tuple[object, ...]:
    return tuple(getattr(part, f.name) for f in fields(part) if f.name != "name" and f.compare)
