"""What must hold for any two schemas."""

from __future__ import annotations

import random
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from autogen.changes import Alter, Create, Drop, apply, reverse
from autogen.compare import compare
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    Unique,
    requires,
)
from tests.property.strategies import one_of
from tests.unit.compare.plain import NoScratch, Plain

NAMES = st.sampled_from(["a", "b", "c", 'q"t'])
TABLES = st.sampled_from(["t", "u", "v"])
ENUM = Key("enum", "", "", "e")
TYPES = st.sampled_from([ColumnType("integer"), ColumnType("text"), ColumnType("e", enum=ENUM)])


SOME_NAMES = st.lists(NAMES, min_size=1, max_size=4, unique=True)
SOME_TABLES = st.lists(TABLES, unique=True)
MARKS = st.lists(st.sampled_from(["x1", "x2"]), unique=True)


@cache
def up_to_two(of: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(one_of(of), min_size=least, max_size=2, unique=True).map(tuple)


def table(draw: st.DrawFn, name: str, others: list[str]) -> list[Object]:
    names = draw(SOME_NAMES)
    found: list[Object] = [Table("", name, comment=draw(one_of((None, "x"))))]
    for i, c in enumerate(names):
        found.append(Column("", name, c, draw(TYPES), nullable=draw(st.booleans()), position=i))
    picked = up_to_two(tuple(names), 1)
    if draw(st.booleans()):
        found.append(PrimaryKey("", name, draw(one_of(("pk", f"{name}_pkey"))) + name, draw(picked)))
    for n in draw(MARKS):
        shape = draw(one_of(("unique", "check", "index")))
        label = f"{name}_{n}"
        if shape == "unique":
            found.append(Unique("", name, label, draw(picked)))
        elif shape == "check":
            found.append(Check("", name, label, f"{names[0] if names[0] != chr(34) else 'a'} > 0"))
        else:
            found.append(Index("", name, label, (IndexElement(names[0]),), unique=draw(st.booleans())))
    for target in draw(up_to_two(tuple(others))):
        found.append(ForeignKey("", name, f"fk_{name}_{target}", (names[0],), "", target, ("a",)))
    return found


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    names = draw(SOME_TABLES)
    objects: list[Object] = [EnumType("", "e", draw(one_of((("p",), ("p", "q")))))]
    for name in names:
        objects += table(draw, name, names)
    return Schema(objects)


@given(schemas())
def test_a_schema_does_not_differ_from_itself(schema: Schema) -> None:
    assert compare(schema, schema, Plain(), NoScratch()).changes == ()


@given(schemas(), schemas())
def test_the_changes_lead_to_the_other_schema_and_back(before: Schema, after: Schema) -> None:
    found = compare(before, after, Plain(), NoScratch())
    assert apply(found.changes, before) == found.after == after
    assert apply(found.reversed, after) == before
    assert reverse(found.reversed) == found.changes


@given(schemas(), schemas(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_input(before: Schema, after: Schema, rng: random.Random) -> None:
    def shuffled(schema: Schema) -> Schema:
        objects = list(schema)
        rng.shuffle(objects)
        return Schema(objects)

    one = compare(before, after, Plain(), NoScratch()).changes
    assert one == compare(shuffled(before), shuffled(after), Plain(), NoScratch()).changes


@given(schemas(), schemas())
def test_everything_stands_on_what_exists(before: Schema, after: Schema) -> None:
    """Walking the changes, nothing is created before or dropped after what it needs."""
    found = compare(before, after, Plain(), NoScratch())
    standing = set(before.by_key)
    for change in found.changes:
        if isinstance(change, Create):
            assert requires(change.after, after) & after.by_key.keys() <= standing
            standing.add(change.key)
        elif isinstance(change, Drop):
            standing.remove(change.key)
            changed = {c.key for c in found.changes if isinstance(c, Alter | Create)}
            # a foreign key may keep standing when one of several keys over its target goes
            untouched = {k for k in standing & before.by_key.keys() - changed if k.kind != "foreign_key"}
            assert not [k for k in untouched if change.key in requires(before.by_key[k], before)]
