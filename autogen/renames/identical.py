"""Objects that are the same but for their name, once renamed tables and columns have their new names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from autogen.renames.candidates import RenameCandidate
from autogen.renames.names import likeness
from autogen.schema import (
    Check,
    Column,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    Schema,
    Unique,
)
from autogen.schema import (
    Sequence as SequenceObject,
)
from autogen.values import value

Named = Unique | ForeignKey | Check | Exclude | Index
T = TypeVar("T", EnumType, SequenceObject)
_WORD = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|[^\W\d][\w$]*")
SURE, LIKELY, GUESS = 0.99, 0.9, 0.6


@value(frozen=True)
class Renamed:
    """What is renamed, old key to new; everything else keeps its name."""

    tables: Mapping[Key, Key]
    columns: Mapping[Key, Key]

    def table(self, key: Key) -> Key:
        return self.tables.get(key, key)

    def column(self, table: Key, name: str) -> str:
        """The new name of a column of an (old) table."""
        found = self.columns.get(Key("column", table.schema, table.name, name))
        return found.name if found else name

    def text(self, table: Key, sql: str) -> str:
        """SQL with the columns of an (old) table under their new names; string literals are left alone."""
        return _WORD.sub(lambda word: self._word(table, word.group()), sql)

    def _word(self, table: Key, word: str) -> str:
        quote = word[0] if word[0] in "\"`'" else ""
        if quote == "'":
            return word
        old = word[1:-1].replace(quote * 2, quote) if quote else word
        new = self.column(table, old)
        return word if new == old else f"{quote}{new.replace(quote, quote * 2) if quote else new}{quote}"


def renamed_parts(
    current: Schema, desired: Schema, renamed: Renamed, decided: Mapping[Key, Key]
) -> list[RenameCandidate]:
    """Indexes and constraints whose definition stands in the models under another name."""
    back = {after: before for before, after in renamed.tables.items()}
    found = []
    for table in desired.tables:
        before = back.get(table.key, table.key)
        if before not in current or (before in renamed.tables and renamed.tables[before] != table.key):
            continue
        olds = _unnamed(current, before, renamed)
        news = _unnamed(desired, table.key, Renamed({}, {}))
        found += _paired(olds, news, decided)
    return found


def _unnamed(schema: Schema, table: Key, renamed: Renamed) -> dict[object, list[Key | None]]:
    """Keys and names of the named parts of a table by all else that they are."""
    found: dict[object, list[Key | None]] = defaultdict(list)
    for part in schema.parts(table):
        if not isinstance(part, Column | PrimaryKey):
            found[_called(part, table, renamed)].append(part.key if part.name else None)
    return found


def _called(part: Named, table: Key, renamed: Renamed) -> object:
    """The part without its name, in the new names of tables and columns."""
    new = renamed.table(table)
    changed: dict[str, object] = {"schema": new.schema, "table": new.name, "name": ""}
    for field in ("columns", "include"):
        if not isinstance(part, Check | Exclude | Index) and hasattr(part, field):
            changed[field] = tuple(renamed.column(table, name) for name in getattr(part, field))
    if isinstance(part, ForeignKey):
        target = renamed.table(part.target)
        columns = tuple(renamed.column(part.target, name) for name in part.target_columns)
        changed |= {"target_schema": target.schema, "target_table": target.name, "target_columns": columns}
    elif isinstance(part, Check):
        changed["expression"] = renamed.text(table, part.expression)
    elif isinstance(part, Exclude):
        changed["definition"] = renamed.text(table, part.definition)
    elif isinstance(part, Index):
        changed["include"] = tuple(renamed.column(table, name) for name in part.include)
        changed["elements"] = tuple(
            replace(e, text=renamed.text(table, e.text) if e.is_expression else renamed.column(table, e.text))
            for e in part.elements
        )
        changed["predicate"] = renamed.text(table, part.predicate) if part.predicate else part.predicate
    return replace(part, **changed)  # type: ignore[arg-type]


def _paired(
    olds: Mapping[object, list[Key | None]],
    news: Mapping[object, list[Key | None]],
    decided: Mapping[Key, Key],
) -> list[RenameCandidate]:
    """Old and new ones that are equal; one that the models leave unnamed takes any name the database has."""
    found = []
    taken = set(decided.values())
    for definition, keys in news.items():
        live = [key for key in olds.get(definition, ()) if key is not None and key not in decided]
        names = {key.name for key in keys if key is not None}
        free = sorted((key for key in live if key.name not in names), key=lambda key: key)
        kept = {key.name for key in live}
        wanted = sorted(key for key in keys if key is not None and key.name not in kept and key not in taken)
        free = free[keys.count(None) :]
        for old, new in zip(free, wanted, strict=False):
            said = ("the same definition under another name",)
            found.append(RenameCandidate(old, new, SURE, said, "identical"))
    return found


def renamed_alone(
    current: Schema, desired: Schema, kind: type[T], decided: Mapping[Key, Key]
) -> list[RenameCandidate]:
    """Enum types or sequences equal in all but name and schema; of several the names that are most alike."""
    olds = _by_definition(current, desired, kind, set(decided))
    news = _by_definition(desired, current, kind, set(decided.values()))
    found = []
    for definition, old in olds.items():
        new = news.get(definition, [])
        alone = len(old) == len(new) == 1
        ranked = sorted((-likeness(a.name, b.name), a.key, b.key) for a in old for b in new)
        used: set[Key] = set()
        for alike, a, b in ranked:
            if a in used or b in used or not (alone or -alike >= 0.6):
                continue
            used |= {a, b}
            said = "the same in all but name" + ("" if alone else ", and the names are the most alike")
            telling = kind is EnumType or -alike >= 0.6
            confidence = (SURE if telling else LIKELY) if alone else GUESS
            found.append(RenameCandidate(a, b, confidence, (said,), "identical"))
    return found


def _by_definition(schema: Schema, other: Schema, kind: type[T], decided: set[Key]) -> dict[object, list[T]]:
    found: dict[object, list[T]] = defaultdict(list)
    for o in schema.of_kind(kind):
        if o.key not in other and o.key not in decided:
            found[replace(o, schema="", name="")].append(o)
    return found


def renamed_labels(current: Schema, desired: Schema, enums: Mapping[Key, Key]) -> list[RenameCandidate]:
    """Labels that took the place of others between the same neighbours of an enum type."""
    found = []
    for old in current.of_kind(EnumType):
        new = desired.get(enums.get(old.key, old.key))
        if isinstance(new, EnumType) and old.labels != new.labels:
            found += [_label(old, new, a, b) for a, b in _replaced(old.labels, new.labels)]
    return found


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Labels of runs between kept labels, where as many went as came."""
    kept = set(old) & set(new)
    runs_old, runs_new = _runs(old, kept), _runs(new, kept)
    for neighbours, gone in runs_old.items():
        come = runs_new.get(neighbours, [])
        if len(gone) == len(come):
            yield from zip(gone, come, strict=True)


def _runs(labels: Sequence[str], kept: set[str]) -> dict[tuple[str | None, str | None], list[str]]:
    """Labels that are not kept, by the kept ones before and after them."""
    found: dict[tuple[str | None, str | None], list[str]] = {}
    before: str | None = None
    run: list[str] = []
    for label in (*labels, None):
        if label is not None and label not in kept:
            run.append(label)
            continue
        if run:
            found[before, label] = run
        before, run = label, []
    return found


def _label(old: EnumType, new: EnumType, gone: str, come: str) -> RenameCandidate:
    alike = likeness(gone, come)
    only = len(set(old.labels) - set(new.labels)) == 1
    kept = set(old.labels) & set(new.labels)
    # where no label is kept, it may as well be another type under this name
    confidence = min(0.95, 0.5 + 0.3 * alike + 0.15 * only) if kept or only else 0.3 * alike
    said = ["in the same place among the labels"]
    said += ["the only label removed and the only one added"] if only else []
    said += ["the names are alike"] if alike >= 0.6 else []
    before = Key("enum", old.schema, old.name, gone)
    return RenameCandidate(before, Key("enum", new.schema, new.name, come), confidence, tuple(said), "score")


def renamed_schemas(
    current: Schema, desired: Schema, tables: Sequence[RenameCandidate]
) -> list[RenameCandidate]:
    """Schemas that are gone and all of whose tables are now in one that is new."""
    to: dict[str, set[str]] = defaultdict(set)
    sure: dict[str, float] = {}
    for table in tables:
        if table.before.name == table.after.name:
            to[table.before.schema].add(table.after.schema)
            sure[table.before.schema] = min(sure.get(table.before.schema, 1.0), table.confidence)
    before = _tables_by_schema(current)
    after = _tables_by_schema(desired)
    found = []
    for schema, targets in sorted(to.items()):
        target = next(iter(targets)) if len(targets) == 1 else schema
        old, new = Key("schema", "", "", schema), Key("schema", "", "", target)
        moved = before[schema] == after.get(target)
        if moved and old in current and old not in desired and new in desired and new not in current:
            count = len(before[schema])
            said = (
                (
                    "its only table is in the new one"
                    if count == 1
                    else f"all {count} tables are in the new one"
                ),
            )
            found.append(RenameCandidate(old, new, sure[schema], said, "identical"))
    return found


def _tables_by_schema(schema: Schema) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for table in schema.tables:
        found[table.schema].add(table.name)
    return found
