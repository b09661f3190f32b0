"""Tables that became other tables, in the same schema or another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from autogen.renames.assignment import assign
from autogen.renames.candidates import DecidedBy, RenameCandidate
from autogen.renames.columns import FLOOR, alternatives, rivals_of
from autogen.renames.features import Features
from autogen.renames.model import Model
from autogen.renames.shapes import Shape, shapes, table_features
from autogen.schema import ForeignKey, Key, Schema

Pair = tuple[Key, Key]


def scored_tables(
    current: Schema,
    desired: Schema,
    olds: Iterable[Key],
    news: Iterable[Key],
    model: Model,
    hinted: Mapping[Key, Key],
) -> list[RenameCandidate]:
    """One-to-one proposals on scores."""
    old, new = shapes(current, olds), shapes(desired, news)
    features = table_features(old, new, hinted)
    turned = _turned(current, desired, old, new)
    odds = model.probabilities(features, _bonuses(features, turned, model))
    alone = len(old) == len(new) == 1  # told however unlikely: what goes is a whole table
    likely = {pair: odds[pair] for pair in sorted(odds) if alone or odds[pair] >= FLOOR}
    rivals = rivals_of(likely)
    same_old, same_new = (Counter(s.whole for s in side.values()) for side in (old, new))
    found = []
    for before, after in assign(likely):
        shape = old[before].whole
        sure = shape == new[after].whole and len(shape) > 1 and same_old[shape] == same_new[shape] == 1
        said = _words(old[before], new[after], features[before, after], len(old), len(new))
        if count := turned[before, after]:
            said = (*said, f"{count} foreign key{'s' if count > 1 else ''} of other tables turned to it")
        others = alternatives((before, after), rivals)
        decided: DecidedBy = "identical" if sure else "score"
        found.append(RenameCandidate(before, after, odds[before, after], said, decided, others))
    return found


def _turned(current: Schema, desired: Schema, old: Collection[Key], new: Collection[Key]) -> Counter[Pair]:
    """How many foreign keys of tables that stay referred to the old one and refer to the new one now."""
    now: dict[Key, list[Key]] = defaultdict(list)
    for key in desired.of_kind(ForeignKey):
        if key.target in new and key.key.owner in current:
            now[key.key.owner].append(key.target)
    return Counter(
        (key.target, now[key.key.owner][0])
        for key in current.of_kind(ForeignKey)
        if key.target in old and len(now.get(key.key.owner, ())) == 1
    )


def _bonuses(pairs: Iterable[Pair], turned: Mapping[Pair, int], model: Model) -> dict[Pair, float]:
    """Log odds of what the labelled cases lack: a table of the same name in another schema, and tables that
    stay and refer to it."""
    extra = model.extra or {}
    moved, followed = extra.get("same_name_other_schema", 0.0), extra.get("followed", 0.0)
    found = {
        (old, new): moved * (old.name == new.name) + followed * ((old, new) in turned) for old, new in pairs
    }
    return {pair: bonus for pair, bonus in found.items() if bonus}


def _words(old: Shape, new: Shape, features: Features, removed: int, added: int) -> tuple[str, ...]:
    said = []
    if old.key.name == new.key.name:
        said.append(
            f"the same name in {f'schema {new.key.schema}' if new.key.schema else 'the default schema'}"
        )
    if removed == added == 1:
        said.append("the only table removed and the only one added")
    if old.whole == new.whole:
        said.append(f"all {len(old.columns)} columns are the same")
    else:
        said.append(_shared(old, new))
    if features["likeness"] >= 0.6 and old.key.name != new.key.name:
        said.append("the names are alike")
    return tuple(said)


def _shared(old: Shape, new: Shape) -> str:
    """``3 of its 5 columns are among the 6 of the new table (1 with another type)``."""
    named = len(old.columns.keys() & new.columns.keys())
    other = named - len(old.columns.items() & new.columns.items())
    have = f"{len(old.columns)} column{'' if len(old.columns) == 1 else 's'}"
    said = f"{named or 'none'} of its {have} {'are' if named > 1 else 'is'} among the {len(new.columns)} of"
    return f"{said} the new table{f' ({other} with another type)' if other else ''}"
