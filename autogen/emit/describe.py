"""A change in a few words, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from autogen.changes import Alter, Change, Create, Drop, Rename, pairs_of
from autogen.emit.facts import differing, element_words, facts
from autogen.emit.words import in_parentheses, shown
from autogen.schema import (
    Check,
    Column,
    Computed,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    Key,
    Object,
    PrimaryKey,
    Sequence,
    Table,
    Unique,
    is_label,
)
from autogen.values import value

SYMBOLS = {"create": "+", "drop": "-", "alter": "~", "rename": ">"}


@value(frozen=True, slots=True)
class Described:
    """One line about a change: ``symbol``, ``name`` and ``text`` are printable, on one line."""

    symbol: str
    name: str
    text: str


def action(change: Change) -> str:
    return type(change).__name__.lower()


def describe(change: Change) -> Described:
    symbol = SYMBOLS[action(change)]
    subject = change.before if isinstance(change, Drop) else change.after
    unnamed = "primary key" if isinstance(subject, PrimaryKey) else _unnamed(subject)
    name = unnamed or shown(subject.key.name)
    if isinstance(change, Create | Drop):
        return Described(symbol, name, shown(summary(subject)).removeprefix(f"{unnamed} "))
    if isinstance(change, Alter):
        return Described(symbol, name, shown(", ".join(differences(change.before, change.after))))
    new = getattr(change.after, "name", None) or change.after.key.name
    name = name if new == subject.key.name else shown(new)
    words = [_renamed_from(change), *(words for _, words in renamed_labels(change))]
    return Described(symbol, name, shown(", ".join(filter(None, words))))


def _renamed_from(change: Rename) -> str:
    """The old name, with the schema where that is another; empty where only labels of an enum type change."""
    before, after = change.before, change.after
    if isinstance(before, EnumType) and before.key == after.key:
        return ""
    old = getattr(before, "name", None) or before.key.name
    new = getattr(after, "name", None) or after.key.name
    moved = not after.key.table and before.key.schema != after.key.schema
    return f"renamed from {before.key.label if old == new or moved else old}"


def renamed_labels(change: Rename) -> list[tuple[Key, str]]:
    """The labels that a rename of an enum type gives other names, by their new key: ``label unhappy renamed
    from sad``."""
    return [
        (after, f"label {after.name} renamed from {before.name}")
        for before, after in pairs_of([change])
        if is_label(after)
    ]


def described_apart(change: Change) -> list[tuple[Key, Described]]:
    """A change as lines of the report, with the object that each is about: the renamed labels of an enum type
    have theirs, for each is a decision of its own."""
    whole = describe(change)
    labels = renamed_labels(change) if isinstance(change, Rename) else []
    if not isinstance(change, Rename) or not labels:
        return [(change.key, whole)]
    own = _renamed_from(change)
    listed = [*([(change.key, own)] if own else []), *labels]
    return [(key, Described(whole.symbol, whole.name, shown(words))) for key, words in listed]


def _unnamed(subject: Object) -> str:
    """What a constraint without a name is called."""
    named = not isinstance(subject, Unique | ForeignKey | Check | Exclude) or subject.name
    return "" if named else subject.kind.replace("_", " ")


# -- words -------------------------------------------------------------------------------------------


def summary(subject: Object) -> str:
    """What a created or dropped object is, without its name."""
    if isinstance(subject, Column):
        return _column(subject)
    if isinstance(subject, Index):
        return _index(subject)
    if isinstance(subject, ForeignKey):
        return _foreign_key(subject)
    if isinstance(subject, PrimaryKey | Unique):
        return _key(subject)
    if isinstance(subject, Check):
        flags = [_standing(subject), "NO INHERIT" if subject.no_inherit else ""]
        return " ".join(["check", in_parentheses(subject.expression), *filter(None, flags)])
    if isinstance(subject, Exclude):
        return subject.definition
    if isinstance(subject, EnumType):
        return f"enum ({', '.join(map(_quoted, subject.labels))})"
    if isinstance(subject, Sequence):
        return f"sequence of {subject.data_type}"
    if isinstance(subject, Table):
        return " ".join(["table", *(f"{name}={value}" for name, value in subject.options)])
    return "schema"


def _column(column: Column) -> str:
    words = [column.type.words + ("" if column.nullable else " NOT NULL")]
    words += [f"default {column.default}"] if column.default is not None else []
    words += [_identity(column.identity)] if column.identity else []
    words += [_computed(column.computed)] if column.computed else []
    words += ["autoincrement"] if column.autoincrement else []
    words += [f"on update {column.on_update}"] if column.on_update is not None else []
    return "  ".join(words)


def _index(index: Index) -> str:
    words = ["unique"] if index.unique else []
    words += [index.method] if index.method else []
    words += [f"({', '.join(element_words(e) for e in index.elements)})"]
    words += [f"include ({', '.join(index.include)})"] if index.include else []
    words += ["nulls not distinct"] if index.nulls_not_distinct else []
    words += [f"where {index.predicate}"] if index.predicate else []
    words += [f"with {_options(dict(index.options))}"] if index.options else []
    words += [] if index.valid else ["(invalid)"]
    return " ".join(words)


def _foreign_key(fk: ForeignKey) -> str:
    words = [f"({', '.join(fk.columns)}) -> {fk.target.label}({', '.join(fk.target_columns)})"]
    words += [f"ON DELETE {fk.on_delete}"] if fk.on_delete else []
    words += [f"ON UPDATE {fk.on_update}"] if fk.on_update else []
    words += [f"MATCH {fk.match}"] if fk.match else []
    words += _deferral(fk.deferrable, fk.initially_deferred)
    words += [standing] if (standing := _standing(fk)) else []
    return " ".join(words)


def _standing(constraint: Check | ForeignKey) -> str:
    """What keeps a constraint from holding for every row."""
    return "NOT ENFORCED" if not constraint.enforced else "" if constraint.validated else "NOT VALID"


def _key(key: PrimaryKey | Unique) -> str:
    words = (
        [f"unique ({', '.join(key.columns)})"] if isinstance(key, Unique) else [f"({', '.join(key.columns)})"]
    )
    words += [f"include ({', '.join(key.include)})"] if key.include else []
    words += ["nulls not distinct"] if isinstance(key, Unique) and key.nulls_not_distinct else []
    words += _deferral(key.deferrable, key.initially_deferred)
    return " ".join(words)


def _deferral(deferrable: bool, deferred: bool) -> list[str]:
    return ["DEFERRABLE INITIALLY DEFERRED" if deferred else "DEFERRABLE"] if deferrable or deferred else []


def _identity(identity: Identity) -> str:
    usual = Identity()
    options = [
        f"{f.name} {getattr(identity, f.name)}"
        for f in fields(identity)
        if f.name != "always" and getattr(identity, f.name) != getattr(usual, f.name)
    ]
    return f"identity {' '.join(['always' if identity.always else 'by default', *options])}"


def _computed(computed: Computed) -> str:
    return f"computed {in_parentheses(computed.expression)} {'stored' if computed.persisted else 'virtual'}"


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in options.items()) or "none"


# -- differences -------------------------------------------------------------------------------------

_WORDS = {
    "default": "default",
    "comment": "comment",
    "on_update": "on update",
    "on_delete": "ON DELETE",
    "columns": "columns",
    "target_columns": "target columns",
    "references": "references",
    "initially_deferred": "initially deferred",
    "nulls_not_distinct": "nulls not distinct",
    "no_inherit": "no inherit",
    "data_type": "type",
    "predicate": "where",
}


def differences(before: Object, after: Object) -> list[str]:
    """What an alteration changes, a field each, as ``before -> after`` in words."""
    old, new = differing(facts(before), facts(after))
    return [_difference(before, after, name, old[name], new[name]) for name in old]


def _difference(before: Object, after: Object, name: str, old: Any, new: Any) -> str:
    if name == "type":
        return f"{old} -> {new}"
    if name == "nullable":
        return "NOT NULL -> NULL" if new else "NULL -> NOT NULL"
    if name == "validated":
        return "NOT VALID -> validated" if new else "validated -> NOT VALID"
    if name == "valid":
        return "invalid -> valid" if new else "valid -> invalid"
    if isinstance(before, EnumType) and isinstance(after, EnumType):
        return _labels(before.labels, after.labels)
    if name == "identity" and isinstance(before, Column) and isinstance(after, Column):
        return f"{_or_none(before.identity, _identity)} -> {_or_none(after.identity, _identity)}"
    if name == "computed" and isinstance(before, Column) and isinstance(after, Column):
        return f"{_or_none(before.computed, _computed)} -> {_or_none(after.computed, _computed)}"
    if name == "on_update" and isinstance(after, ForeignKey):
        return f"ON UPDATE {old or 'NO ACTION'} -> {new or 'NO ACTION'}"
    if name == "on_delete":
        return f"ON DELETE {old or 'NO ACTION'} -> {new or 'NO ACTION'}"
    if isinstance(old, bool) or isinstance(new, bool):
        word = _WORDS.get(name, name)
        return f"{word} -> not {word}" if old else f"not {word} -> {word}"
    return f"{_WORDS.get(name, name)} {_value(name, old)} -> {_value(name, new)}"


def _or_none(value: Any, words: Any) -> str:
    return words(value) if value else "plain"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"({', '.join(map(str, value))})"
    if isinstance(value, dict):
        return _options(value)
    if value is None or value == "":
        return "none"
    return _quoted(value) if name == "comment" else str(value)


def _labels(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """What happens to the labels of an enum type."""
    parts = [f"+ {_quoted(label)}" for label in after if label not in before]
    parts += [f"- {_quoted(label)}" for label in before if label not in after]
    kept = [label for label in before if label in after] != [label for label in after if label in before]
    return ", ".join([*parts, *(["labels reordered"] if kept else [])])
