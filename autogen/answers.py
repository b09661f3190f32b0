"""What somebody says about renames, ahead in flags or when asked, as pairs of keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from typing import TYPE_CHECKING

from autogen.changes import MOVED
from autogen.errors import AutogenError
from autogen.plan import DecidedBy
from autogen.schema import EnumType, Key, Pair, Schema, enum_of, is_label
from autogen.values import value
from autogen.wishes import Answer, Said, Wishes

if TYPE_CHECKING:
    from autogen.dialects.base import Dialect

_LISTED = 8


@value(frozen=True)
class Answers:
    """What was said: pairs that are one object (old key, new key), objects of the database that nothing
    succeeds, each with how it was said; and the pairs left for the review."""

    renamed: Mapping[Pair, DecidedBy] = field(default_factory=dict)
    dropped: Mapping[Key, DecidedBy] = field(default_factory=dict)
    skipped: frozenset[Pair] = frozenset()

    def given(self, pair: Pair, answer: Answer) -> Answers:
        """These and one more, from a prompt."""
        if answer == "rename":
            return replace(self, renamed={**self.renamed, pair: "prompt"})
        if answer == "drop":
            return replace(self, dropped={**self.dropped, pair[0]: "prompt"})
        return replace(self, skipped=self.skipped | {pair})


def answers_ahead(wishes: Wishes, current: Schema, desired: Schema, dialect: Dialect) -> Answers:
    """The flags as keys; an AutogenError where one names nothing that differs."""
    if not (wishes.renames or wishes.drops or any(wishes.earlier)):
        return Answers()
    names = _Names(current, desired, dialect)
    renames, drops = ([Said(text) for text in texts] for texts in (wishes.renames, wishes.drops))
    said = _answers(renames, drops, names, current, desired)
    said = replace(said, renamed=_kept(wishes.earlier[0], said, names, current, desired))
    for drop in wishes.earlier[1]:
        with suppress(AutogenError):  # it says nothing any more
            gone = names.gone(drop.text)
            if all(before != gone for before, _ in said.renamed):
                said = replace(said, dropped={gone: drop.by} | dict(said.dropped))
    return said


def _answers(
    renames: Sequence[Said], drops: Sequence[Said], names: _Names, current: Schema, desired: Schema
) -> Answers:
    pairs: dict[Pair, DecidedBy] = {}
    found = [(rename, names.pair(rename.text)) for rename in renames]
    for rename, pair in sorted(found, key=_tables_first):
        _add(pairs, rename, pair, current, desired)
    dropped = {names.gone(drop.text): drop.by for drop in drops}
    for before, _ in pairs:
        if before in dropped:
            raise AutogenError(f"{before.label} cannot be dropped and renamed: --drop contradicts --rename.")
    for before, after, there in _taken_names(pairs, current):
        raise AutogenError(
            f"{before.label} cannot be renamed to {after.label}: the database has a {there.label} "
            f"already. Say what becomes of it, --rename {there.label}=NEW, or drop it in a revision of "
            "its own first."
        )
    return Answers(pairs, dropped=dropped)


def _kept(
    earlier: Sequence[Said], said: Answers, names: _Names, current: Schema, desired: Schema
) -> Mapping[Pair, DecidedBy]:
    """What is said now and the earlier renames that still say something and contradict none of it. They are
    taken together: in a swap either name is free because of the other rename."""
    found = []
    for rename in earlier:
        with suppress(AutogenError):
            found.append((rename, names.pair(rename.text)))
    pairs = dict(said.renamed)
    for rename, pair in sorted(found, key=_tables_first):
        if pair[0] not in said.dropped:
            with suppress(AutogenError):
                _add(pairs, rename, pair, current, desired)
    while True:
        wrong = {(before, after) for before, after, _ in _taken_names(pairs, current)}
        wrong |= {pair for pair in pairs if any(one not in pairs for one in _owners(pair))}
        if not wrong - said.renamed.keys():
            return pairs
        pairs = {pair: by for pair, by in pairs.items() if pair not in wrong or pair in said.renamed}


def _tables_first(found: tuple[Said, Pair]) -> bool:
    return bool(found[1][0].table)


def _add(pairs: dict[Pair, DecidedBy], rename: Said, pair: Pair, current: Schema, desired: Schema) -> None:
    """Adds a pair and those that it implies, or none of them where an AutogenError says why not."""
    both = (*_owners(pair), pair)
    for one in both:
        if one != pair and one not in pairs:
            _implied(one, pair, current, desired)
        _contradiction(one, pairs, rename.text)
    for one in both:
        pairs.setdefault(one, rename.by)


def owner(key: Key) -> Key | None:
    """The table, or the enum type, that a key is a part of."""
    return enum_of(key) if is_label(key) else key.owner if key.table else None


def _owners(pair: Pair) -> Iterator[Pair]:
    """The tables, or the enum types, that a pair of their parts makes one."""
    before, after = (owner(key) or key for key in pair)
    if (before, after) != pair and before != after:
        yield before, after


def _implied(owners: Pair, pair: Pair, current: Schema, desired: Schema) -> None:
    """A column tells what its table became only where that table is gone and the other one new."""
    before, after = owners
    if before in desired or after in current:
        raise AutogenError(
            f"--rename {pair[0].label}={pair[1].label}: {pair[1].name} is in another {before.kind} than "
            f"{pair[0].name}. If {before.label} became {after.label}, say so first: "
            f"--rename {before.label}={after.label}."
        )


def _contradiction(pair: Pair, pairs: Iterable[Pair], text: str) -> None:
    for other in pairs:
        if other != pair and (other[0] == pair[0] or other[1] == pair[1]):
            raise AutogenError(
                f"--rename {text} contradicts another --rename: {other[0].label} becomes {other[1].label}."
            )


def _taken_names(pairs: Iterable[Pair], current: Schema) -> Iterator[tuple[Key, Key, Key]]:
    """The pairs whose new name is not free, with what bears it: it would be when that is renamed too."""
    pairs = tuple(pairs)
    going = {before for before, _ in pairs}
    tables = {before: after for before, after in pairs if before.kind == "table"}
    back = {after: before for before, after in tables.items()}
    for before, after in pairs:
        owner = back.get(after.owner, after.owner) if after.table and not is_label(after) else None
        there = after._replace(schema=owner.schema, table=owner.name) if owner else after
        if is_label(after):
            enum = next((e for e in current.of_kind(EnumType) if e.key == enum_of(before)), None)
            there = before._replace(name=after.name)
            stands = enum is not None and after.name in enum.labels
        else:
            stands = there in current
        if stands and there not in going:
            yield before, after, there


class _Names:
    """Labels on both sides, and what of each side differs from the other."""

    def __init__(self, current: Schema, desired: Schema, dialect: Dialect) -> None:
        self._default = f"{dialect.default_schema}." if dialect.default_schema else None
        self._folded = dialect.folded
        self._old, self._new = _by_label(current), _by_label(desired)
        old, new = ({key for keys in side.values() for key in keys} for side in (self._old, self._new))
        self._gone, self._come = old - new, new - old
        self._left_alone = {s.object: s.reason for s in (*desired.skipped, *current.skipped)}

    def pair(self, text: str) -> Pair:
        """The two objects of ``old=new``: of one kind, those that differ first. An equals sign may be part of
        a name."""
        parts = text.split("=")
        if len(parts) < 2 or not parts[0].strip() or not parts[-1].strip():
            raise AutogenError(f"--rename {text} lacks a name: write --rename old=new.")
        splits = [("=".join(parts[:n]).strip(), "=".join(parts[n:]).strip()) for n in range(1, len(parts))]
        found = [
            (before, after)
            for old, new in splits
            for before in self._at(self._old, old)
            for after in self._at(self._new, new)
            if _sort(before) == _sort(after) and before != after
        ]
        if not found:
            raise AutogenError(self._unknown_pair(text, splits[0]))
        pair = min(found, key=lambda one: ((one[0] not in self._gone) + (one[1] not in self._come), one))
        if why := self._hidden(pair[0]) or self._hidden(pair[1]):
            raise AutogenError(f"--rename {text}: {why}.")
        return pair

    def gone(self, name: str) -> Key:
        if not name.strip():
            raise AutogenError("--drop lacks a name.")
        found = [key for key in self._at(self._old, name.strip()) if key in self._gone]
        if not found:
            at = self._at(self._old, name.strip())
            if at:
                what = self._hidden(at[0]) or f"The models still have {name}"
            elif self._at(self._new, name.strip()):
                what = f"The database has no {name}: it is new in the models"
            else:
                what = self._alone(name.strip()) or f"The database has no {name}"
            meant = [key.label for key in _ending(self._gone, name.strip())]
            raise AutogenError(f"--drop {name}: {what}. {_meant('drop', meant) or self._could_mean(name)}")
        return min(found)

    def _at(self, side: Mapping[str, Sequence[Key]], label: str) -> Sequence[Key]:
        if label not in side and self._default and label.startswith(self._default):
            label = label.removeprefix(self._default)
        return side.get(label) or [key for keys in side.values() for key in keys if self._is(key, label)]

    def _is(self, key: Key, label: str) -> bool:
        """Whether the server takes the label for that of the key."""
        if key.label.lower() != label.lower() or len(key.label) != len(label):
            return False
        at, parts = 0, []
        for part in (key.schema, key.table, key.name):
            parts.append(label[at : at + len(part)])
            at += len(part) + bool(part)
        return self._folded(Key(key.kind, *parts)) == self._folded(key)

    def _alone(self, label: str) -> str | None:
        """Why an object that both sides may have is in neither here."""
        why = self._left_alone.get(label)
        return why and f"{label} is left alone: {why}"

    def _hidden(self, key: Key) -> str | None:
        """The same for a part of a table, which then stands on both sides as the database has it."""
        why = self._left_alone.get(f"{key.kind.replace('_', ' ')} {key.label}")
        return f"{key.label} is left alone: {why}" if why and why.startswith("left out") else None

    def _unknown_pair(self, text: str, split: tuple[str, str]) -> str:
        old, new = split
        if old == new:
            what = "Both names are the same"
        elif set(self._at(self._old, old)) & set(self._at(self._new, new)):
            what = "This database takes both for one name, so there is nothing to rename"
        elif not self._at(self._old, old):
            what = self._not_there(old, new)
        elif not self._at(self._new, new):
            what = self._alone(new) or f"The models have no {new}"
        else:
            kinds = (_sort(self._at(side, name)[0]) for side, name in ((self._old, old), (self._new, new)))
            what = "{} is a {} in the database, {} a {} in the models".format(old, next(kinds), new, *kinds)
        meant = _meant("rename", self._ending_pairs(old, new))
        return f"--rename {text}: {what}. {meant or self._could_mean(old, new)}"

    def _ending_pairs(self, old: str, new: str) -> list[str]:
        """``old=new`` of what differs and bears these names in a table or schema that was not said; within
        one where there are such."""
        pairs = [
            (before, after)
            for before in _ending(self._gone, old)
            for after in _ending(self._come, new) or self._in_new_owners(before, new)
            if _sort(before) == _sort(after)
        ]
        within = [(b, a) for b, a in pairs if b[:3] == a[:3]]
        return [f"{before.label}={after.label}" for before, after in within or pairs]

    def _in_new_owners(self, before: Key, new: str) -> list[Key]:
        """What bears the last part of a name that was given under the old name of its table or enum type."""
        old = owner(before)
        if old is None or old not in self._gone or not new.startswith(f"{old.label}."):
            return []
        name = new.removeprefix(f"{old.label}.")
        return sorted(key for key in self._come if key.name == name and owner(key) in self._come)

    def _not_there(self, old: str, new: str) -> str:
        schema = old.partition(".")[0]
        becomes_schema = any(key.kind == "schema" for key in self._at(self._new, new))
        if (schema == old and not becomes_schema) or any(
            label.partition(".")[0] == schema for label in self._old
        ):
            return self._alone(old) or f"The database has no {old}"
        return (
            f"autogen sees no {'schema ' if schema == old else ''}{old} in the database. Where the models no "
            f'longer use the schema {schema}, list it: schemas = ["{schema}"] under [tool.autogen]'
        )

    def _could_mean(self, old: str, new: str | None = None) -> str:
        named = [*self._at(self._old, old), *(self._at(self._new, new) if new is not None else ())]
        sort = _sort(named[0]) if named else None
        gone = f"Only the database has: {_listed(self._gone, old, sort)}."
        return gone if new is None else f"{gone} Only the models have: {_listed(self._come, new, sort)}."


def _by_label(schema: Schema) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = defaultdict(list)
    for key in schema.by_key:
        if key.kind in MOVED:
            found[key.label].append(key)
    for enum in schema.of_kind(EnumType):
        for label in enum.labels:
            key = Key("enum", enum.schema, enum.name, label)
            found[key.label].append(key)
    return found


def _sort(key: Key) -> str:
    return "label" if is_label(key) else key.kind


def _ending(keys: Iterable[Key], label: str) -> list[Key]:
    """The keys that the label names, with or without a table or schema before it."""
    return sorted(key for key in keys if f".{key.label}".endswith(f".{label}"))


def _meant(flag: str, values: Sequence[str]) -> str:
    """``Did you mean --rename users.fullname=users.full_name?``; empty without any."""
    import shlex

    said = [f"--{flag} {shlex.quote(value)}" for value in values[:_LISTED]]
    return f"Did you mean {' or '.join(said)}?" if said else ""


def _listed(keys: Collection[Key], near: str, sort: str | None) -> str:
    """A few labels, those likest to a name and of the kind that was named; in the order of the alphabet, that
    kind first."""
    from difflib import SequenceMatcher

    others = {key.label: sort is not None for key in keys if _sort(key) != sort}
    others |= {key.label: False for key in keys if _sort(key) == sort}
    likest = sorted(
        others, key=lambda label: (others[label], -SequenceMatcher(None, label, near).ratio(), label)
    )
    more = len(likest) - _LISTED
    shown = sorted(likest[:_LISTED], key=lambda label: (others[label], label))
    return (", ".join(shown) or "nothing") + (f" and {more} more" if more > 0 else "")
