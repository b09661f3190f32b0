"""Tables that became other tables, in the same schema or another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import log

from autogen.renames.assignment import assign
from autogen.renames.candidates import DecidedBy, RenameCandidate
from autogen.renames.columns import FLOOR, alternatives, rivals_of
from autogen.renames.features import Features
from autogen.renames.model import Model
from autogen.renames.names import likeness, words
from autogen.renames.plausible import plausible
from autogen.schema import Key, Schema

Pair = tuple[Key, Key]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table by its columns: names with types, names, types as often as they occur, definitions."""

    key: Key
    columns: frozenset[tuple[str, str]]
    names: frozenset[str]
    types: Counter[str]
    whole: frozenset[tuple[str, str, bool, str | None]]


def shapes(schema: Schema, keys: Iterable[Key]) -> dict[Key, Shape]:
    return {key: _shape(schema, key) for key in sorted(keys)}


def _shape(schema: Schema, key: Key) -> Shape:
    columns = schema.columns(key)
    return Shape(
        key,
        frozenset((c.name, c.type.sql) for c in columns),
        frozenset(c.name for c in columns),
        Counter(c.type.sql for c in columns),
        frozenset((c.name, c.type.sql, c.nullable, c.default) for c in columns),
    )


def table_features(olds: Mapping[Key, Shape], news: Mapping[Key, Shape]) -> dict[tuple[Key, Key], Features]:
    """The plausible pairs of removed and added tables with what speaks for them."""
    pairs = plausible(list(olds.values()), list(news.values()), _traits)
    return {(old.key, new.key): _features(old, new) for old, new in pairs}


def _traits(shape: Shape) -> Iterable[Hashable]:
    yield from shape.columns
    yield shape.columns
    yield from words(shape.key.name)
    yield "name", shape.key.name


def _share(common: int, left: int, right: int) -> float:
    return common / max(1, left + right - common)


def _features(old: Shape, new: Shape) -> Features:
    common = _share(len(old.columns & new.columns), len(old.columns), len(new.columns))
    return {
        "columns": common,
        "columns_squared": common * common,
        "names": _share(len(old.names & new.names), len(old.names), len(new.names)),
        "types": _share((old.types & new.types).total(), old.types.total(), new.types.total()),
        "log_columns": log(1 + min(len(old.columns), len(new.columns))),
        "likeness": likeness(old.key.name, new.key.name),
    }


def scored_tables(
    current: Schema,
    desired: Schema,
    olds: Iterable[Key],
    news: Iterable[Key],
    refused: Collection[Pair],
    model: Model,
) -> list[RenameCandidate]:
    """One-to-one proposals on scores."""
    old, new = shapes(current, olds), shapes(desired, news)
    features = {pair: f for pair, f in table_features(old, new).items() if pair not in refused}
    odds = model.probabilities(features, _moved(features, model))
    likely = {pair: odds[pair] for pair in sorted(odds) if odds[pair] >= FLOOR}
    rivals = rivals_of(likely)
    same_old, same_new = (Counter(s.whole for s in side.values()) for side in (old, new))
    found = []
    for before, after in assign(likely):
        shape = old[before].whole
        sure = shape == new[after].whole and len(shape) > 1 and same_old[shape] == same_new[shape] == 1
        said = _words(old[before], new[after], features[before, after], len(old), len(new))
        others = alternatives((before, after), rivals)
        decided: DecidedBy = "identical" if sure else "score"
        found.append(RenameCandidate(before, after, odds[before, after], said, decided, others))
    return found


def _moved(pairs: Iterable[tuple[Key, Key]], model: Model) -> dict[tuple[Key, Key], float]:
    """A table of the same name in another schema: the labelled cases have none."""
    bonus = (model.extra or {}).get("same_name_other_schema", 0.0)
    return {(old, new): bonus for old, new in pairs if old.name == new.name}


def _words(old: Shape, new: Shape, features: Features, removed: int, added: int) -> tuple[str, ...]:
    said = []
    if old.key.name == new.key.name:
        said.append(f"the same name in schema {new.key.schema or '(default)'}")
    if removed == added == 1:
        said.append("the only table removed and the only one added")
    if old.whole == new.whole:
        said.append(f"all {len(old.columns)} columns are the same")
    else:
        common = len(old.columns & new.columns)
        said.append(f"{common} of {len(old.columns)} columns are in the new table, of {len(new.columns)}")
    if features["likeness"] >= 0.6 and old.key.name != new.key.name:
        said.append("the names are alike")
    return tuple(said)
