"""What speaks for and against a pair of columns being one, as named numbers; the weights are data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from autogen.renames.facts import Facts, Sides
from autogen.renames.names import core, edit, likeness, overlap

FAMILIES = ("boolean", "integer", "string", "time", "number", "json")
Features = dict[str, float]


def pair(old: Facts, new: Facts) -> Features:
    """The facts of two columns compared, without regard to other columns."""
    return {**_kinds(old, new), **_names(old, new), **_places(old, new)}


def _kinds(old: Facts, new: Facts) -> Features:
    both = old.target is not None and new.target is not None
    same_target = both and old.target == new.target
    common = old.groups & new.groups
    return {
        "same_type": float(old.type == new.type),
        "same_family": float(old.family == new.family),
        "same_nullable": float(old.nullable == new.nullable),
        "became_required": float(old.nullable and not new.nullable),
        "became_nullable": float(not old.nullable and new.nullable),
        "same_default": float(old.default == new.default),
        "both_have_default": float(old.default is not None and old.default == new.default),
        "same_target": float(same_target),
        "other_target": float(both and not same_target),
        "foreign_key_lost_or_won": float((old.target is None) != (new.target is None)),
        "same_unique": float(old.unique == new.unique),
        "both_unique": float(old.unique and new.unique),
        "same_indexed": float(old.indexed == new.indexed),
        "both_indexed": float(old.indexed and new.indexed),
        "same_primary": float(old.primary == new.primary),
        "same_group": float(bool(common)),
        "group_lost": float(bool(old.groups) and not common),
        "group_won": float(bool(new.groups) and not old.groups),
        "new_required": float(not new.nullable and new.default is None),
    }


def _names(old: Facts, new: Facts) -> Features:
    a, b = old.words, new.words
    alike = likeness(old.name, new.name)
    common = overlap(a, b)
    left, right = set(a), set(b)
    within = bool(a and b) and (left <= right or right <= left)
    a_core, b_core = core(a), core(b)
    return {
        "core_overlap": overlap(a_core, b_core),
        "same_core": float(a_core == b_core),
        "no_common_word": float(not left & right),
        "likeness": alike,
        "likeness_squared": alike * alike,
        "word_overlap": common,
        "words_within": float(within),
        "last_word": float(bool(a and b) and a[-1] == b[-1]),
        "first_word": float(bool(a and b) and a[0] == b[0]),
        "same_words": float(left == right and bool(left)),
    }


def _places(old: Facts, new: Facts) -> Features:
    known = old.before is not None and new.before is not None
    return {
        "same_before": float(known and old.before == new.before),
        "same_after": float(known and old.after == new.after),
        "same_gap": float(known and old.gap == new.gap),
        "other_place": float(
            known and old.gap != new.gap and old.before != new.before and old.after != new.after
        ),
    }


class Crowd:
    """The other columns a pair stands among: those of its table that are only on one side, and the pairs of
    other tables with the very same names."""

    def __init__(self, sides: Sides, elsewhere: Mapping[tuple[str, str], int]) -> None:
        self.removed, self.added = len(sides.removed), len(sides.added)
        self.rewritten = self.removed / (self.removed + sides.kept)
        self.types_removed = Counter(o.type for o in sides.removed)
        self.types_added = Counter(n.type for n in sides.added)
        self.elsewhere = elsewhere
        self.edits: Counter[object] = Counter()

    def count_edits(self, pairs: Iterable[tuple[Facts, Facts]]) -> None:
        """Counts how often the same words are replaced by the same others: ``men_count`` and ``men_share``
        that become ``male_count`` and ``male_share`` speak for each other."""
        for old, new in pairs:
            if old.type == new.type:
                replaced = edit(old.words, new.words)
                if replaced != (old.words, new.words):
                    self.edits[replaced] += 1

    def features(self, old: Facts, new: Facts) -> Features:
        same = old.type == new.type
        removed, added = self.types_removed[new.type], self.types_added[old.type]
        alone = self.removed == self.added == 1
        edits = self.edits[edit(old.words, new.words)]
        return {
            "log_removed": log(self.removed),
            "log_added": log(self.added),
            "log_removed_of_type": log(1 + removed - same),
            "log_added_of_type": log(1 + added - same),
            "alone": float(alone),
            "alone_same_type": float(alone and same),
            "alone_in_type": float(same and removed == added == 1),
            "as_many_added": float(self.removed == self.added),
            "as_many_added_of_type": float(same and removed == added),
            "surplus_added": log(1 + max(0, self.added - self.removed)),
            "surplus_removed": log(1 + max(0, self.removed - self.added)),
            "surplus_added_of_type": same * log(1 + max(0, added - removed)),
            "surplus_removed_of_type": same * log(1 + max(0, removed - added)),
            "rewritten": self.rewritten,
            "log_same_edits": log(max(1, edits)),
            "same_edit_twice": float(edits > 1),
            "same_names_elsewhere": float(self.elsewhere.get((old.name, new.name), 1) > 1),
        }


def together(features: Features, old: Facts) -> Features:
    """Facts that say more, or less, when they meet."""
    same, family = features["same_type"], features["same_family"]
    wider = family * (1 - same)
    alike = features["likeness"]
    plain = ("same_nullable", "same_default", "same_unique", "same_indexed")
    same_all = same and all(features[name] for name in plain) and not features["foreign_key_lost_or_won"]
    kinds = {f"same_type_{kind}": same * (old.family == kind) for kind in FAMILIES}
    return {
        **kinds,
        "identical": float(same_all),
        "alone_in_type_likeness": features["alone_in_type"] * alike,
        "alone_in_type_required": features["alone_in_type"] * features["new_required"],
        "wider_type": wider,
        "wider_type_likeness": wider * alike,
        "other_type_likeness": (1 - same) * alike * alike,
        "both_foreign_keys": same * (features["same_target"] + features["other_target"]),
        "alone_other_target": features["alone"] * features["other_target"],
    }
