"""What the names of a pair of columns say among the names of the others: whether another column's name is
nearer, which words they share in another form, what role the words give the values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from autogen.renames.facts import Facts
from autogen.renames.names import likeness, overlap, role, stem
from autogen.schema import Key

Pair = tuple[Key, Key]
Features = dict[str, float]
OTHER_TYPE = 0.3
"""What a name counts for among rivals of the same type where its own type differs."""


def named(pairs: Sequence[tuple[Facts, Facts]]) -> dict[Pair, Features]:
    """The features of each pair, given all pairs of a table."""
    alike = {(o.key, n.key): (likeness(o.name, n.name) + overlap(o.words, n.words)) / 2 for o, n in pairs}
    same = {(o.key, n.key): float(o.type == n.type) for o, n in pairs}
    lead = leads(alike)
    lead_typed = leads({pair: value * (same[pair] or OTHER_TYPE) for pair, value in alike.items()})
    found = {}
    for old, new in pairs:
        pair = old.key, new.key
        found[pair] = {
            "name_lead": lead[pair],
            "name_nearest": float(lead[pair] > 0),
            "name_lead_typed": lead_typed[pair],
            "name_nearest_typed": float(lead_typed[pair] > 0),
            "same_type_name_lead": same[pair] * max(0.0, lead_typed[pair]),
            **_forms(old, new),
            **_roles(role(old.words), role(new.words)),
        }
    return found


def leads(values: Mapping[Pair, float]) -> dict[Pair, float]:
    """How far each pair is before the best other one with a member in common; 0 stands for none."""
    best: dict[Key, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for pair, value in values.items():
        for member in pair:
            second, first = best[member]
            best[member] = (first, value) if value >= first else (max(second, value), first)
    return {
        pair: min(value - (second if value >= first else first) for second, first in (best[m] for m in pair))
        for pair, value in values.items()
    }


def _forms(old: Facts, new: Facts) -> Features:
    """The words of both names without their endings, and the letters without the gaps between words."""
    stems, others = {stem(word) for word in old.words}, {stem(word) for word in new.words}
    return {
        "as_many_words": float(len(old.words) == len(new.words)),
        "same_letters": float("".join(old.words) == "".join(new.words)),
        "same_stems": float(stems == others and set(old.words) != set(new.words)),
        "stem_overlap": len(stems & others) / max(1, len(stems | others)),
        "stems_within": float(bool(stems and others) and (stems <= others or others <= stems)),
    }


def _roles(old: str | None, new: str | None) -> Features:
    return {
        "same_role": float(old is not None and old == new),
        "other_role": float(old is not None and new is not None and old != new),
        "role_lost": float(old is not None and new is None),
        "role_won": float(old is None and new is not None),
        "became_reference": float((old == "id") != (new == "id")),
    }
