"""Tables that became other tables, in the same schema or another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from autogen.renames.assignment import assign
from autogen.renames.candidates import DecidedBy, RenameCandidate
from autogen.renames.columns import FLOOR, alternatives, rivals_of
from autogen.renames.features import Features
from autogen.renames.model import Model
from autogen.renames.shapes import Shape, shapes, table_features
from autogen.schema import Key, Schema

Pair = tuple[Key, Key]


def scored_tables(
    current: Schema,
    desired: Schema,
    olds: Iterable[Key],
    news: Iterable[Key],
    refused: Collection[Pair],
    model: Model,
    hinted: Mapping[Key, Key],
) -> list[RenameCandidate]:
    """One-to-one proposals on scores."""
    old, new = shapes(current, olds), shapes(desired, news)
    features = {pair: f for pair, f in table_features(old, new, hinted).items() if pair not in refused}
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
        common = len(old.columns.items() & new.columns.items())
        said.append(f"{common} of {len(old.columns)} columns are in the new table, of {len(new.columns)}")
    if features["likeness"] >= 0.6 and old.key.name != new.key.name:
        said.append("the names are alike")
    return tuple(said)
