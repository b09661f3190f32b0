"""Evidence in words: what the score of a pair rests on, as a reader would check it."""

from __future__ import annotations

from autogen.renames.candidates import Evidence
from autogen.renames.facts import Facts
from autogen.renames.features import Crowd, Features

CLEARLY = 0.2
"""So far before all others a name is said to be the nearest."""


def column_words(
    old: Facts, new: Facts, crowd: Crowd, features: Features, evidence: Evidence
) -> tuple[str, ...]:
    """Most telling first."""
    pair = (old.key, new.key)
    said = []
    if pair in evidence.attribute_kept:
        said.append("the mapped attribute kept its name")
    if pair in evidence.edited_in_place:
        said.append("the line in the model file was edited in place")
    said += [_rivals(old, new, crowd), _definition(old, new)]
    said += _keys(old, new)
    said += _names(features)
    return tuple(said)


def _rivals(old: Facts, new: Facts, crowd: Crowd) -> str:
    removed, added = crowd.removed, crowd.added
    if removed == added == 1:
        return "the only column removed and the only one added"
    same_removed, same_added = crowd.types_removed[new.type], crowd.types_added[old.type]
    if old.type == new.type and same_removed == same_added == 1:
        return f"the only one of its type among {removed} removed and {added} added"
    if old.type == new.type:
        return f"one of {same_removed} removed and {same_added} added of its type"
    return f"one of {removed} removed and {added} added"


def _definition(old: Facts, new: Facts) -> str:
    before, after = _shape(old), _shape(new)
    if before == after:
        return f"both {before}"
    if old.type == new.type:
        return f"both {old.type}, but {_rest(old)} became {_rest(new)}"
    return f"{before} became {after}"


def _shape(facts: Facts) -> str:
    return f"{facts.type} {_rest(facts)}"


def _rest(facts: Facts) -> str:
    default = f" DEFAULT {facts.default}" if facts.default is not None else ""
    return ("NULL" if facts.nullable else "NOT NULL") + default


def _keys(old: Facts, new: Facts) -> list[str]:
    said = []
    if old.target is not None and old.target == new.target:
        said.append(f"both refer to {old.target.label}")
    elif old.target is not None and new.target is not None:
        said.append(f"{old.target.label} was referred to, now {new.target.label}")
    elif old.target is not None or new.target is not None:
        said.append("only one of them is a foreign key")
    named = sorted(name for name, _ in old.named & new.named)
    if named:
        said.append(f"both in {', '.join(named)}")
    elif old.groups & new.groups:
        said.append("in the same key or index with the same columns")
    elif old.unique and new.unique:
        said.append("both unique")
    elif old.unique or new.unique:
        said.append("only one of them is unique")
    return said


def _names(features: Features) -> list[str]:
    said = []
    if features["same_words"] or features["same_core"]:
        said.append("the names mean the same words")
    elif features["words_within"]:
        said.append("one name holds all words of the other")
    elif features["likeness"] >= 0.7:
        said.append("the names are alike")
    if features["name_lead"] >= CLEARLY and not features["alone"]:
        said.append("no other name is as near")
    if features["same_names_elsewhere"]:
        said.append("the same names come and go in other tables")
    elif features["same_edit_twice"]:
        said.append("other columns change their names in the same way")
    if features["same_before"] and features["same_after"]:
        said.append("between the same columns")
    return said
