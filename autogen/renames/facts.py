"""What is known of each column of a table, in plain values, ready to be compared with another's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from autogen.renames.names import words
from autogen.schema import Column, ForeignKey, Index, Key, PrimaryKey, Schema, Unique
from autogen.values import value

_FAMILIES = {
    "string": "varchar character char text nvarchar nchar clob citext tinytext mediumtext longtext enum",
    "integer": "integer int bigint smallint tinyint mediumint serial bigserial int2 int4 int8",
    "number": "numeric decimal double float real float4 float8 money",
    "time": "timestamp timestamptz datetime date",
    "json": "json jsonb",
    "binary": "bytea blob binary varbinary tinyblob mediumblob longblob",
    "boolean": "boolean bool",
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_HEAD = re.compile(r"[a-z0-9_]+")

Group = tuple[str, tuple[str, ...]]


def family(sql: str) -> str:
    """The kind of values of a type; of a type that is no usual one, its name."""
    head = _HEAD.match(sql.lower())
    name = head.group() if head else sql.lower()
    return _FAMILY.get(name, name) + ("[]" if sql.endswith("[]") else "")


@value(frozen=True, slots=True)
class Facts:
    """One column.

    ``target`` is the table its foreign key refers to, by the name that table has in the models. ``groups``
    are the keys and indexes over several columns that it is in: the others' names, ``""`` where it stands
    itself, ``"?"`` for one that is not on both sides. ``named`` are the names of all keys and indexes it is
    in, with its place there. ``before`` and ``after`` are its neighbours (``None`` where the order of the
    columns is unknown), ``gap`` is the nearest column before it that is on both sides.
    """

    key: Key
    words: tuple[str, ...]
    type: str
    family: str
    nullable: bool
    default: str | None
    target: Key | None
    unique: bool
    indexed: bool
    primary: bool
    generated: bool
    groups: frozenset[Group]
    named: frozenset[tuple[str, int]]
    before: str | None = None
    after: str | None = None
    gap: str | None = None

    @property
    def name(self) -> str:
        return self.key.name


@value(frozen=True, slots=True)
class Sides:
    """The columns of one table that are only in the database, only in the models; how many are in both."""

    removed: tuple[Facts, ...]
    added: tuple[Facts, ...]
    kept: int


def sides(
    current: Schema,
    desired: Schema,
    before: Key,
    after: Key,
    mapped: Callable[[Key], Key],
    decided: tuple[set[str], set[str]],
) -> Sides | None:
    """What differs between the columns of a table and those of its successor; ``None`` where one side has
    nothing that the other lacks. Columns whose rename is ``decided``, by old and by new name, are left out.
    """
    old = {c.name for c in current.columns(before)} - decided[0]
    new = {c.name for c in desired.columns(after)} - decided[1]
    if not old - new or not new - old:
        return None
    kept = old & new
    removed = _facts(current, before, old - new, kept, mapped)
    return Sides(removed, _facts(desired, after, new - old, kept, lambda key: key), len(kept))


def _facts(
    schema: Schema, table: Key, wanted: set[str], kept: set[str], mapped: Callable[[Key], Key]
) -> tuple[Facts, ...]:
    """The ``wanted`` columns of a table in their order."""
    columns = schema.columns(table)
    found = {c.name: _plain(c, mapped) for c in columns if c.name in wanted}
    _keys(found, schema, table, kept, mapped)
    if len({c.position for c in columns}) == len(columns) > 1:
        _places(found, [c.name for c in columns], kept)
    return tuple(found.values())


def _plain(column: Column, mapped: Callable[[Key], Key]) -> Facts:
    kind = column.type
    sql = mapped(kind.enum).label if kind.enum else kind.sql
    return Facts(
        key=column.key,
        words=words(column.name),
        type=" ".join(part for part in (sql, kind.collation, kind.charset) if part),
        family=family(sql),
        nullable=column.nullable,
        default=column.default,
        target=None,
        unique=False,
        indexed=False,
        primary=False,
        generated=column.computed is not None,
        groups=frozenset(),
        named=frozenset(),
    )


def _keys(
    found: dict[str, Facts], schema: Schema, table: Key, kept: set[str], mapped: Callable[[Key], Key]
) -> None:
    """Adds what the keys and indexes of the table say of its columns."""
    groups: dict[str, set[Group]] = defaultdict(set)
    named: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for part in schema.parts(table):
        if isinstance(part, Column) or not hasattr(part, "columns"):
            continue
        columns: tuple[str, ...] = part.columns
        for place, name in enumerate(columns):
            if name not in found:
                continue
            if part.name and not isinstance(part, PrimaryKey):
                named[name].add((part.name, place))
            if isinstance(part, ForeignKey):
                found[name] = replace(found[name], target=mapped(part.target))
                continue
            if not isinstance(part, PrimaryKey | Unique | Index):
                continue
            found[name] = _keyed(found[name], part, place, len(columns))
            if len(columns) > 1:
                rest = ("" if c == name else c if c in kept else "?" for c in columns)
                unique = not isinstance(part, Index) or part.unique
                groups[name].add(("unique" if unique else "index", tuple(rest)))
    for name in {*groups, *named}:
        found[name] = replace(found[name], groups=frozenset(groups[name]), named=frozenset(named[name]))


def _keyed(facts: Facts, part: PrimaryKey | Unique | Index, place: int, count: int) -> Facts:
    unique = count == 1 and (not isinstance(part, Index) or part.unique)
    return replace(
        facts,
        unique=facts.unique or unique,
        indexed=facts.indexed or place == 0,
        primary=facts.primary or isinstance(part, PrimaryKey),
    )


def _places(found: dict[str, Facts], order: list[str], kept: set[str]) -> None:
    gap = ""
    for place, name in enumerate(order):
        if name in kept:
            gap = name
        if name not in found:
            continue
        before = order[place - 1] if place else ""
        after = order[place + 1] if place + 1 < len(order) else ""
        found[name] = replace(found[name], before=before, after=after, gap=gap)
