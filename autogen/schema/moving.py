"""Tables that move between schemas, in an order that runs one statement at a time.

A table takes the names of its indexes and keys along, and a schema has each name of a relation once: names
have to be free where the table goes, or it goes by way of a schema of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from autogen.schema.keys import Key, Pair
from autogen.schema.objects import Exclude, Index, PrimaryKey, Table, Unique
from autogen.schema.objects import Sequence as SequenceObject
from autogen.schema.schema import Schema

Places = set[tuple[str, str]]
"""Names of relations, each with its schema."""


class Taken(NamedTuple):
    """The names that a table and what stands on it take in its schema, before and after its rename."""

    old: frozenset[str]
    new: frozenset[str]


def taken_by(schema: Schema, table: Key, name: str, along: Mapping[Key, str]) -> Taken:
    """The names of a table that will be called ``name``; ``along`` are the new names of its parts by key."""
    parts = [(p.key, p.name) for p in schema.parts(table) if isinstance(p, PrimaryKey | Unique | Exclude)]
    parts += [(p.key, p.name) for p in schema.parts(table) if isinstance(p, Index)]
    old = {part for _, part in parts if part}
    new = {along.get(key, part) for key, part in parts if part}
    return Taken(frozenset({table.name, *old}), frozenset({name, *new}))


def relations(schema: Schema) -> Places:
    """The names that are in use."""
    kinds = (Table, SequenceObject, Index, PrimaryKey, Unique, Exclude)
    return {(o.key.schema, o.name) for o in schema if isinstance(o, kinds) and o.name}


def in_turn(
    pairs: Iterable[Pair], taken: Mapping[Key, Taken], held: Places, aside: Callable[[Key], Key]
) -> list[Pair]:
    """The statements: each gives a table another name, another schema, or both where nothing is in the way.

    ``held`` are the names in use, those of the tables included. ``aside`` gives a table a place that nobody
    has, where two tables wait for each other.
    """
    held = set(held)
    waiting = {before: (after, taken[before]) for before, after in pairs if before != after}
    done: list[Pair] = []
    apart: set[Key] = set()
    while waiting:
        ready = ((before, _way(before, after, names, held)) for before, (after, names) in waiting.items())
        before, way = next(((b, w) for b, w in ready if w), (None, ()))
        if before is None:
            before = next((b for b in waiting if b not in apart), next(iter(waiting)))
            after, names = waiting.pop(before)
            way = (after,) if before in apart else (aside(before),)
            if before not in apart:
                waiting[way[0]] = after, names
                apart.add(way[0])
        else:
            after, names = waiting.pop(before)
        done += zip((before, *way), way, strict=False)
        held -= {(before.schema, name) for name in names.old}
        held |= {(way[-1].schema, name) for name in (names.new if way[-1] == after else names.old)}
    return done


def _way(before: Key, after: Key, names: Taken, held: Places) -> Sequence[Key]:
    """The places that the table goes to one after the other; none where a name is in use."""
    others = held - {(before.schema, name) for name in names.old}

    def free(schema: str, wanted: Iterable[str]) -> bool:
        return others.isdisjoint((schema, name) for name in wanted)

    if before.schema == after.schema:
        return (after,) if free(after.schema, names.new) else ()
    if free(after.schema, names.old | names.new):
        return (after,)
    if before.name != after.name and free(before.schema, names.new) and free(after.schema, names.new):
        return (before._replace(name=after.name), after)
    return ()
