"""Removed and added tables side by side: what they share, and what their foreign keys say of one another.

A table is known by its columns, and a link table by what it refers to. Its columns are named after the tables
it refers to, so where those are renamed it has other columns and is still the same: columns with a foreign
key are compared by the tables they refer to, old ones under their new names. Which these are is first guessed
from the columns alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import field
from math import log

from autogen.renames.assignment import assign
from autogen.renames.features import Features
from autogen.renames.names import edit, likeness, overlap, words
from autogen.renames.plausible import plausible
from autogen.schema import ForeignKey, Key, Schema
from autogen.values import value

HALF = 0.45
"""Tables that share so much of their columns are taken for one while references are followed."""
ROUNDS = 2
ITSELF = Key("table", "", "", "")
"""What a self-reference refers to, whatever the table is called."""
Pair = tuple[Key, Key]


@value(frozen=True, slots=True)
class Shape:
    """A table: the types of its columns by their names, what they refer to, their definitions."""

    key: Key
    columns: Mapping[str, str]
    targets: Mapping[str, Key]
    whole: frozenset[tuple[str, str, bool, str | None]]


@value(frozen=True)
class Moves:
    """What a reference to a table is now: ``renamed`` tables, and how many tables ``turned`` alike from one
    target to another."""

    renamed: Mapping[Key, Key] = field(default_factory=dict)
    turned: Mapping[Pair, int] = field(default_factory=dict)

    def same(self, old: Key, new: Key) -> bool:
        return old == new or self.renamed.get(old) == new or self.turned.get((old, new), 0) > 1


def shapes(schema: Schema, keys: Iterable[Key]) -> dict[Key, Shape]:
    return {key: _shape(schema, key) for key in sorted(keys)}


def _shape(schema: Schema, key: Key) -> Shape:
    columns = schema.columns(key)
    foreign = [part for part in schema.parts(key) if isinstance(part, ForeignKey)]
    return Shape(
        key,
        {c.name: c.type.sql for c in columns},
        {name: ITSELF if part.target == key else part.target for part in foreign for name in part.columns},
        frozenset((c.name, c.type.sql, c.nullable, c.default) for c in columns),
    )


def table_features(
    olds: Mapping[Key, Shape], news: Mapping[Key, Shape], hinted: Mapping[Key, Key] | None = None
) -> dict[Pair, Features]:
    """The plausible pairs of removed and added tables with what speaks for them; ``hinted`` are the tables
    whose new names are known."""
    pairs = plausible(list(olds.values()), list(news.values()), _traits)
    moves = Moves(hinted or {})
    for _ in range(ROUNDS):
        moves = _followed(pairs, moves, hinted or {})
    edits = Counter(_edit(old, new) for old, new in pairs)
    surplus = log(1 + max(0, len(news) - len(olds)))
    found = {}
    for old, new in pairs:
        alike = {"edits": log(max(1, edits[_edit(old, new)])), "surplus_added": surplus}
        found[old.key, new.key] = {**_columns(old, new, moves, olds), **_names(old, new), **alike}
    return found


def _traits(shape: Shape) -> Iterable[Hashable]:
    columns = frozenset(shape.columns.items())
    yield from columns
    yield columns
    yield from words(shape.key.name)
    yield "name", shape.key.name


def _edit(old: Shape, new: Shape) -> Hashable:
    """What words of the name became what; nothing that could be seen twice where no word is kept."""
    a, b = words(old.key.name), words(new.key.name)
    replaced = edit(a, b)
    return (old.key, new.key) if replaced == (a, b) else replaced


def _followed(pairs: Iterable[tuple[Shape, Shape]], moves: Moves, hinted: Mapping[Key, Key]) -> Moves:
    """The tables that are one by their columns, and where their references turned."""
    likely: dict[Pair, float] = {}
    ends: dict[Pair, tuple[set[Key], set[Key]]] = {}
    for old, new in pairs:
        common, _ = _shared(old, new, moves)
        share = _share(common, len(old.columns), len(new.columns))
        if share >= HALF:
            pair = old.key, new.key
            likely[pair] = share + 0.3 * likeness(old.key.name, new.key.name)
            ends[pair] = set(old.targets.values()), set(new.targets.values())
    turned: Counter[Pair] = Counter()
    chosen = assign({pair: likely[pair] for pair in sorted(likely)})
    for pair in chosen:
        before, after = ends[pair]
        if len(before - after) == len(after - before) == 1:
            turned[next(iter(before - after)), next(iter(after - before))] += 1
    return Moves({**dict(chosen), **hinted}, turned)


def _share(common: int, left: int, right: int) -> float:
    return common / max(1, left + right - common)


def _shared(old: Shape, new: Shape, moves: Moves) -> tuple[int, list[Key]]:
    """How many columns are in both, and the tables only the old one refers to: columns are one by name and
    type, unless they refer to different tables, or by what they refer to."""
    kept = {name for name, kind in old.columns.items() if new.columns.get(name) == kind}
    both = kept & old.targets.keys() & new.targets.keys()
    kept -= {name for name in both if not moves.same(old.targets[name], new.targets[name])}
    free = [name for name in new.targets if name not in kept]
    common, lost = len(kept), []
    for name, target in old.targets.items():
        if name in kept:
            continue
        kind = old.columns[name]
        fits = [f for f in free if new.columns[f] == kind and moves.same(target, new.targets[f])]
        if fits:
            free.remove(fits[0])
            common += 1
        elif not any(moves.same(target, other) for other in new.targets.values()):
            lost.append(target)
    return common, lost


def _columns(old: Shape, new: Shape, moves: Moves, dropped: Collection[Key]) -> Features:
    common, lost = _shared(old, new, moves)
    share = _share(common, len(old.columns), len(new.columns))
    literal = len(old.columns.items() & new.columns.items())
    return {
        "common": share,
        "half_common": float(share >= HALF),
        "log_common": log(1 + max(0, common - 1)),
        "columns": _share(literal, len(old.columns), len(new.columns)),
        "names": _share(len(old.columns.keys() & new.columns.keys()), len(old.columns), len(new.columns)),
        "reference_lost": float(bool(lost)),
        "reference_dropped": float(any(target in dropped for target in lost)),
    }


def _names(old: Shape, new: Shape) -> Features:
    a, b = words(old.key.name), words(new.key.name)
    within = set(a) <= set(b) or set(b) <= set(a)
    return {
        "likeness": likeness(old.key.name, new.key.name),
        "word_overlap": overlap(a, b),
        "words_within": float(within),
    }
