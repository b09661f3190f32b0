"""Accepted renames applied to a schema: the new names stand wherever the old ones stood.

A rename is a pair of keys, the old one as it is in the schema, the new one as it is afterwards: all pairs
hold at once, so that two columns may swap names. Both keys of an enum label are of kind ``enum``, with the
type's name as table and the label as name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from autogen.schema.keys import Key, Pair, enum_of, is_label
from autogen.schema.moving import in_turn, relations, taken_by
from autogen.schema.objects import (
    Check,
    Column,
    EnumType,
    Exclude,
    ForeignKey,
    Index,
    Namespace,
    Object,
    PrimaryKey,
    Table,
    TablePart,
    Unique,
)
from autogen.schema.objects import Sequence as SequenceObject
from autogen.schema.schema import Schema
from autogen.values import value


@value(frozen=True, slots=True)
class TextNames:
    """The new names that SQL text of one table may hold: its columns by name, the rest by key.

    ``enum`` is the (old) enum type of the column whose default the text is; ``typed`` are the (old) columns
    of enum types whose labels are renamed.
    """

    columns: Mapping[str, str]
    tables: Mapping[Key, Key]
    enums: Mapping[Key, Key]
    labels: Mapping[Key, Mapping[str, str]]
    sequences: Mapping[Key, Key]
    enum: Key | None = None
    typed: Mapping[str, Key] = field(default_factory=dict)


Rewrite = Callable[[str, TextNames], str]
"""SQL text under new names, as the server shows it after the rename."""


def as_it_is(sql: str, names: TextNames) -> str:
    """Where nobody knows better: whether the text still means the same is for the database to say."""
    return sql


def renamed(schema: Schema, pairs: Iterable[Pair], rewrite: Rewrite = as_it_is) -> Schema:
    """The schema after these renames; every reference follows."""
    names = NewNames.of(schema, pairs)
    return Schema((names.renamed(o, rewrite) for o in schema), schema.skipped)


@value(frozen=True)
class NewNames:
    """What becomes of each name; columns by their old table, labels by their old type."""

    schemas: Mapping[str, str]
    tables: Mapping[Key, Key]
    enums: Mapping[Key, Key]
    sequences: Mapping[Key, Key]
    columns: Mapping[Key, Mapping[str, str]]
    labels: Mapping[Key, Mapping[str, str]]
    parts: Mapping[Key, str]
    typed: Mapping[Key, Mapping[str, Key]] = field(default_factory=dict)
    _nothing: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(schema: Schema, pairs: Iterable[Pair]) -> NewNames:
        by_kind: dict[str, dict[Key, Key]] = defaultdict(dict)
        labels: dict[Key, dict[str, str]] = defaultdict(dict)
        columns: dict[Key, dict[str, str]] = defaultdict(dict)
        for before, after in pairs:
            if is_label(before):
                labels[enum_of(before)][before.name] = after.name
            elif before.kind == "column":
                columns[before.owner][before.name] = after.name
            else:
                by_kind[before.kind][before] = after
        schemas = {b.name: a.name for b, a in by_kind["schema"].items()}
        whole: dict[str, dict[Key, Key]] = {}
        for kind in ("table", "enum", "sequence"):
            moved = {
                o.key: o.key._replace(schema=schemas[o.key.schema])
                for o in (schema if schemas else ())
                if o.kind == kind and o.key.schema in schemas
            }
            whole[kind] = {**moved, **by_kind[kind]}
        parts = {
            b: a.name
            for kind in ("primary_key", "unique", "foreign_key", "check", "exclude", "index")
            for b, a in by_kind[kind].items()
        }
        typed: dict[Key, dict[str, Key]] = defaultdict(dict)
        for column in schema.of_kind(Column) if labels else ():
            if column.type.enum in labels:
                typed[column.key.owner][column.name] = column.type.enum
        return NewNames(
            schemas, whole["table"], whole["enum"], whole["sequence"], columns, labels, parts, typed
        )

    def label_keys(self, schema: Schema) -> Iterator[Pair]:
        """Old and new keys of the labels of the schema's enum types."""
        for enum in schema.of_kind(EnumType):
            new, labels = self.enums.get(enum.key, enum.key), self.labels.get(enum.key, self._nothing)
            for label in enum.labels:
                yield _label_key(enum.key, label), _label_key(new, labels.get(label, label))

    def table(self, key: Key) -> Key:
        return self.tables.get(key, key)

    def column(self, table: Key, name: str) -> str:
        return self.columns.get(table, self._nothing).get(name, name)

    def key(self, key: Key) -> Key:
        """The new key of any object."""
        if key.kind == "schema":
            return key._replace(name=self.schemas.get(key.name, key.name))
        if key.kind == "column":
            owner = self.table(key.owner)
            return key._replace(schema=owner.schema, table=owner.name, name=self.column(key.owner, key.name))
        if key.table and not is_label(key):
            owner = self.table(key.owner)
            named = key.name if key.kind == "primary_key" else self.parts.get(key, key.name)
            return key._replace(schema=owner.schema, table=owner.name, name=named)
        return {"table": self.tables, "enum": self.enums, "sequence": self.sequences}[key.kind].get(key, key)

    def renamed(self, o: Object, rewrite: Rewrite) -> Object:
        if isinstance(o, Namespace):
            return replace(o, name=self.schemas.get(o.name, o.name))
        if isinstance(o, EnumType):
            new, labels = self.enums.get(o.key, o.key), self.labels.get(o.key, self._nothing)
            return replace(
                o, schema=new.schema, name=new.name, labels=tuple(labels.get(x, x) for x in o.labels)
            )
        if isinstance(o, SequenceObject):
            new = self.sequences.get(o.key, o.key)
            return replace(o, schema=new.schema, name=new.name)
        table = o.key.owner
        new = self.table(table)
        text = self._text(table, rewrite)
        if isinstance(o, Table):
            return self._table(o, new, text)
        changed: dict[str, Any] = {"schema": new.schema, "table": new.name}
        if o.key in self.parts:
            changed["name"] = self.parts[o.key]
        changed |= self._column(o, text) if isinstance(o, Column) else self._part(o, text)
        return replace(o, **changed)

    def _text(self, table: Key, rewrite: Rewrite) -> Callable[..., str]:
        columns = self.columns.get(table, self._nothing)
        typed = self.typed.get(table, {})
        names = TextNames(columns, self.tables, self.enums, self.labels, self.sequences, typed=typed)
        return lambda sql, enum=None: rewrite(sql, replace(names, enum=enum) if enum else names)

    def _table(self, table: Table, new: Key, text: Callable[..., str]) -> Table:
        """Options may name columns: in parentheses behind their own name, or in the SQL they hold."""
        columns, options = self.columns.get(table.key, self._nothing), table.options
        if columns and options:
            options = tuple(sorted((self._option(table.key, name), text(value)) for name, value in options))
        return replace(table, schema=new.schema, name=new.name, options=options)

    def _option(self, table: Key, name: str) -> str:
        head, parenthesis, inside = name.partition("(")
        listed = (self.column(table, column) for column in inside[:-1].split(", "))
        return f"{head}({', '.join(listed)})" if parenthesis else name

    def _column(self, column: Column, text: Callable[..., str]) -> dict[str, Any]:
        enum = column.type.enum
        changed: dict[str, Any] = {"name": self.column(column.key.owner, column.name)}
        if enum is not None and enum in self.enums:
            sql = text(f"::{column.type.sql}")[2:]
            changed["type"] = replace(column.type, sql=sql, enum=self.enums[enum], code=None)
        if column.default is not None:
            changed["default"] = text(column.default, enum)
        if column.computed is not None:
            changed["computed"] = replace(column.computed, expression=text(column.computed.expression))
        return changed

    def _part(self, part: TablePart, text: Callable[..., str]) -> dict[str, Any]:
        table = part.key.owner

        def listed(columns: Iterable[str]) -> tuple[str, ...]:
            return tuple(self.column(table, name) for name in columns)

        if isinstance(part, Check):
            column = self.column(table, part.column) if part.column else None
            return {"expression": text(part.expression), "column": column}
        if isinstance(part, Exclude):
            return {"definition": text(part.definition)}
        if isinstance(part, Index):
            elements = tuple(
                replace(e, text=text(e.text) if e.is_expression else self.column(table, e.text))
                for e in part.elements
            )
            predicate = text(part.predicate) if part.predicate else part.predicate
            return {"elements": elements, "predicate": predicate, "include": listed(part.include)}
        if isinstance(part, ForeignKey):
            target = self.table(part.target)
            return {
                "columns": listed(part.columns),
                "target_schema": target.schema,
                "target_table": target.name,
                "target_columns": tuple(self.column(part.target, c) for c in part.target_columns),
            }
        assert isinstance(part, PrimaryKey | Unique)
        return {"columns": listed(part.columns), "include": listed(part.include)}


_STAGES = ("schema", "enum", "sequence", "table", "column")
"""One after the other: columns are renamed within the new name of their table."""


def one_by_one(
    schema: Schema, pairs: Iterable[Pair], along: Mapping[Key, str] | None = None
) -> list[tuple[Key, Key, Key]]:
    """The same renames in an order that runs one statement at a time: which object (by its key in the
    schema), the key it has when its turn comes, the key it has then.

    A name is given up before it is taken; in a circle (``a`` to ``b``, ``b`` to ``a``) one goes by way of a
    name that nobody has, a table that changes its schema by way of such a schema. Labels follow their types.
    ``along`` are the names that parts of tables take with these renames, by key.
    """
    pairs = sorted(pairs)
    taken = {o.key for o in schema} | {after for _, after in pairs}
    taken |= {_label_key(o.key, label) for o in schema.of_kind(EnumType) for label in o.labels}
    names = NewNames.of(schema, pairs)
    done: list[tuple[Key, Key, Key]] = []
    for stage in (*_STAGES, "label"):
        mine = [(b, a) for b, a in pairs if ("label" if is_label(b) else b.kind) == stage]
        origin = {_at_the_time(b, names): b for b, _ in mine}
        now = [(_at_the_time(b, names), a) for b, a in mine]
        moving = stage == "table" and any(b.schema != a.schema for b, a in now)
        ordered = _moved(schema, names, origin, now, along or {}) if moving else _sequenced(now, taken)
        for before, after in ordered:
            origin[after] = origin[before]
            done.append((origin[before], before, after))
    return done


def _label_key(enum: Key, label: str) -> Key:
    return Key("enum", enum.schema, enum.name, label)


def _at_the_time(key: Key, names: NewNames) -> Key:
    """The key an object has when its turn comes: its schema and table have their new names by then."""
    if is_label(key):
        return _label_key(names.key(enum_of(key)), key.name)
    if key.table:
        owner = names.table(key.owner)
        return key._replace(schema=owner.schema, table=owner.name)
    return key if key.kind == "schema" else key._replace(schema=names.schemas.get(key.schema, key.schema))


def _sequenced(pairs: Sequence[Pair], taken: set[Key]) -> list[Pair]:
    """Each old name is free of claims before it is taken; circles are opened with a name of their own."""
    waiting = {before: after for before, after in pairs if before != after}
    done: list[Pair] = []
    last: list[Pair] = []
    while waiting:
        free = [b for b, a in waiting.items() if a not in waiting]
        if free:
            done.append((free[0], waiting.pop(free[0])))
            continue
        before = next(iter(waiting))
        aside = _unused(before, taken)
        taken.add(aside)
        done.append((before, aside))
        last.append((aside, waiting.pop(before)))
    return [*done, *last]


def _moved(
    schema: Schema,
    names: NewNames,
    origin: Mapping[Key, Key],
    pairs: Sequence[Pair],
    along: Mapping[Key, str],
) -> list[Pair]:
    """Tables of which some change their schema; schemas and sequences have their new names by then."""
    at_the_time = NewNames(names.schemas, {}, {}, names.sequences, {}, {}, {})
    now = Schema(at_the_time.renamed(o, as_it_is) for o in schema)
    parts = {at_the_time.key(key): name for key, name in along.items()}
    schemas = {Key("schema", "", "", key.schema) for pair in pairs for key in pair}
    schemas |= {o.key for o in schema if isinstance(o, Namespace)}

    def aside(table: Key) -> Key:
        place = _unused(Key("schema", "", "", ""), schemas)
        schemas.add(place)
        return table._replace(schema=place.name)

    taken = {before: taken_by(now, before, after.name, parts) for before, after in pairs}
    return in_turn(pairs, taken, relations(now), aside)


def _unused(key: Key, taken: set[Key]) -> Key:
    number = 1
    while key._replace(name=f"_renamed_{number}") in taken:
        number += 1
    return key._replace(name=f"_renamed_{number}")
