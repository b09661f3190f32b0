"""Columns of a table that became other columns of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from autogen.renames.assignment import assign
from autogen.renames.candidates import Alternative, Evidence, RenameCandidate
from autogen.renames.facts import Facts, Sides, sides
from autogen.renames.features import Crowd, Features, pair, together
from autogen.renames.model import Model
from autogen.renames.named import named
from autogen.renames.plausible import plausible
from autogen.renames.words import column_words
from autogen.schema import Key, Schema

FLOOR = 0.02
"""Pairs less probable than this are not proposed."""
ALTERNATIVES = 3
TablePair = tuple[Key, Key]
Pairs = dict[tuple[Key, Key], tuple[Facts, Facts]]


def scored_columns(
    current: Schema,
    desired: Schema,
    tables: Sequence[TablePair],
    mapped: Callable[[Key], Key],
    evidence: Evidence,
    hinted: Mapping[Key, Key],
    model: Model,
) -> list[RenameCandidate]:
    """One-to-one proposals within each pair of tables, on scores."""
    found = []
    for crowd, pairs, features in compared(current, desired, tables, mapped, hinted):
        odds = model.probabilities(features, bonuses(pairs, evidence, model))
        likely = {p: odds[p] for p in sorted(odds) if odds[p] >= FLOOR}
        rivals = rivals_of(likely)
        for chosen in assign(likely):
            old, new = pairs[chosen]
            others = alternatives(chosen, rivals)
            said = column_words(old, new, crowd, features[chosen], evidence)
            found.append(RenameCandidate(old.key, new.key, odds[chosen], said, "score", others))
    return found


def compared(
    current: Schema,
    desired: Schema,
    tables: Sequence[TablePair],
    mapped: Callable[[Key], Key],
    hinted: Mapping[Key, Key],
) -> Iterator[tuple[Crowd, Pairs, dict[tuple[Key, Key], Features]]]:
    """The plausible pairs of each pair of tables with their features."""
    read = [(s, plausible_pairs(s)) for s in _sides(current, desired, tables, mapped, hinted)]
    elsewhere = Counter((old.name, new.name) for _, pairs in read for old, new in pairs)
    for s, pairs in read:
        crowd = Crowd(s, elsewhere)
        crowd.count_edits(pairs)
        among = named(pairs)
        features = {
            (old.key, new.key): _features(old, new, crowd, among[old.key, new.key]) for old, new in pairs
        }
        yield crowd, {(old.key, new.key): (old, new) for old, new in pairs}, features


def _sides(
    current: Schema,
    desired: Schema,
    tables: Sequence[TablePair],
    mapped: Callable[[Key], Key],
    hinted: Mapping[Key, Key],
) -> Iterator[Sides]:
    """What differs in the columns of each pair of tables, apart from the columns that hints speak of."""
    by_table: dict[Key, tuple[set[str], set[str]]] = {}
    for before, after in hinted.items():
        if before.kind == "column":
            by_table.setdefault(before.owner, (set(), set()))[0].add(before.name)
            by_table.setdefault(after.owner, (set(), set()))[1].add(after.name)
    nothing: tuple[set[str], set[str]] = (set(), set())
    for before, after in tables:
        gone, come = by_table.get(before, nothing)[0], by_table.get(after, nothing)[1]
        found = sides(current, desired, before, after, mapped, (gone, come))
        if found is not None:
            yield found


def _features(old: Facts, new: Facts, crowd: Crowd, among: Features) -> Features:
    found = {**pair(old, new), **crowd.features(old, new), **among}
    found.update(together(found, old))
    return found


def plausible_pairs(differing: Sides) -> list[tuple[Facts, Facts]]:
    """Pairs that may be one column: of many, those that share rare words, a type, a key or a place. What is
    computed holds nothing of its own, so it never was a column that does."""
    found = []
    for generated in (False, True):
        olds = sorted((o for o in differing.removed if o.generated == generated), key=lambda f: f.key)
        news = sorted((n for n in differing.added if n.generated == generated), key=lambda f: f.key)
        found += plausible(olds, news, _traits)
    return found


def _traits(facts: Facts) -> Iterable[Hashable]:
    yield "type", facts.type, facts.target
    yield from facts.named
    yield from facts.groups
    yield "place", facts.gap, facts.before
    for word in facts.words:
        yield word
        yield word, facts.type
    yield from zip(facts.words, facts.words[1:], strict=False)


def bonuses(pairs: Pairs, evidence: Evidence, model: Model) -> dict[tuple[Key, Key], float]:
    """Log odds of the evidence that the labelled cases lack, set by judgement."""
    extra = model.extra or {}
    found = {}
    for key, (old, new) in pairs.items():
        bonus = extra.get("attribute_kept", 0.0) * (key in evidence.attribute_kept)
        bonus += extra.get("edited_in_place", 0.0) * (key in evidence.edited_in_place)
        bonus += extra.get("same_named_key", 0.0) * bool(old.named & new.named)
        if bonus:
            found[key] = bonus
    return found


def rivals_of(likely: Mapping[tuple[Key, Key], float]) -> dict[Key, list[tuple[float, Key]]]:
    """What each old object may have become, the most probable first."""
    found: dict[Key, list[tuple[float, Key]]] = {}
    for (before, after), probability in likely.items():
        found.setdefault(before, []).append((-probability, after))
    return {before: sorted(rivals) for before, rivals in found.items()}


def alternatives(
    chosen: tuple[Key, Key], rivals: Mapping[Key, Sequence[tuple[float, Key]]]
) -> tuple[Alternative, ...]:
    """The next likely ones for the old object."""
    others = [Alternative(after, -p) for p, after in rivals[chosen[0]] if after != chosen[1]]
    return tuple(others[:ALTERNATIVES])
