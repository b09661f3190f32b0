"""Renames on plain schemas: every reference follows, and the order runs."""

from __future__ import annotations

from typing import Any

import pytest

from autogen.changes import Alter, Create, Rename, apply, pairs_of, parted, reverse, stepwise
from autogen.dialects.postgresql.names import quoted
from autogen.dialects.postgresql.new_names import in_new_names
from autogen.dialects.postgresql.sqltext import string
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    EnumType,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
    Unique,
)
from autogen.schema.renaming import Pair, one_by_one, renamed

MOOD = EnumType("", "mood", ("sad", "ok"))


def table(name: str, schema: str = "") -> Key:
    return Key("table", schema, "", name)


def column(name: str, table: str = "t", schema: str = "") -> Key:
    return Key("column", schema, table, name)


def label(name: str, enum: str = "mood") -> Key:
    return Key("enum", "", enum, name)


def col(
    name: str, table: str = "t", schema: str = "", type_: ColumnType | None = None, **more: Any
) -> Column:
    return Column(schema, table, name, type_ or ColumnType("integer"), **more)


def whole(t: str = "t", a: str = "a", schema: str = "", mood: str = "mood", sad: str = "sad") -> Schema:
    """A table with everything that can mention it and its column, under these names."""
    enum = Key("enum", "", "", mood)
    sql_a, sql_sad, sql_mood = quoted(a), string(sad), quoted(mood)
    objects: list[Object] = [
        Table(schema, t),
        Table("", "child"),
        col(a, t, schema),
        col("b", t, schema, ColumnType(sql_mood, enum=enum), default=sql_sad),
        col("t_a", "child"),
        PrimaryKey(schema, t, "pk", (a,)),
        Unique(schema, t, "uq", ("b", a), include=(a,)),
        Index(
            schema, t, "ix", (IndexElement(a), IndexElement(f"abs({sql_a})", True)), predicate=f"{sql_a} > 0"
        ),
        Check(schema, t, "ck", f"{sql_a} > 0 OR b = {sql_sad}::{sql_mood}"),
        ForeignKey("", "child", "fk", ("t_a",), schema, t, (a,)),
        EnumType("", mood, (sad, "ok")),
    ]
    return Schema(objects)


@pytest.mark.parametrize(
    ("pairs", "names"),
    [
        ([(table("t"), table("u"))], {"t": "u"}),
        ([(column("a"), column("x y"))], {"a": "x y"}),
        (
            [(table("t"), table("u", "s")), (column("a"), column("z", "u", "s"))],
            {"t": "u", "schema": "s", "a": "z"},
        ),
        ([(MOOD.key, Key("enum", "", "", "Mood"))], {"mood": "Mood"}),
        ([(label("sad"), label("un'happy"))], {"sad": "un'happy"}),
    ],
)
def test_every_reference_follows(pairs: list[Pair], names: dict[str, str]) -> None:
    assert renamed(whole(), pairs, in_new_names).by_key == whole(**names).by_key


def test_renames_hold_all_at_once() -> None:
    schema = Schema([Table("", "t"), col("a"), col("b", nullable=False), Unique("", "t", "uq", ("a", "b"))])
    swapped = renamed(schema, [(column("a"), column("b")), (column("b"), column("a"))])
    assert swapped.column(table("t"), "a") == col("a", nullable=False)
    assert [o.columns for o in swapped.of_kind(Unique)] == [("b", "a")]


def test_a_renamed_schema_takes_all_along() -> None:
    objects: list[Object] = [Namespace("s"), Table("s", "t"), col("a", schema="s"), Sequence("s", "q")]
    moved = renamed(Schema(objects), [(Key("schema", "", "", "s"), Key("schema", "", "", "r"))])
    assert {o.key for o in moved} == {
        Key("schema", "", "", "r"),
        table("t", "r"),
        column("a", schema="r"),
        Key("sequence", "r", "", "q"),
    }


def test_a_name_is_given_up_before_it_is_taken() -> None:
    schema = Schema([Table("", "t"), col("a"), col("b"), col("c")])
    chain = one_by_one(schema, [(column("a"), column("b")), (column("b"), column("d"))])
    assert [(b.name, a.name) for _, b, a in chain] == [("b", "d"), ("a", "b")]
    circle = [(column(x), column(y)) for x, y in ("ab", "bc", "ca")]
    steps = [(b.name, a.name) for _, b, a in one_by_one(schema, circle)]
    assert steps == [("a", "_renamed_1"), ("c", "a"), ("b", "c"), ("_renamed_1", "b")]


def test_columns_are_renamed_within_the_new_name_of_their_table() -> None:
    schema = Schema([Table("", "t"), col("a")])
    steps = one_by_one(schema, [(table("t"), table("u")), (column("a"), column("z", "u"))])
    assert steps == [
        (table("t"), table("t"), table("u")),
        (column("a"), column("a", "u"), column("z", "u")),
    ]


def test_a_plan_with_renames_there_and_back() -> None:
    before = whole()
    pairs = [(table("t"), table("u", "s")), (column("a"), column("z", "u", "s"))]
    middle = renamed(before, pairs, in_new_names)
    z = middle.by_key[column("z", "u", "s")]
    wider = Column("s", "u", "z", ColumnType("bigint"))
    changes = (
        Create(Namespace("s")),
        Rename(before.by_key[table("t")], middle.by_key[table("u", "s")]),
        Rename(before.by_key[column("a")], z),
        Alter(z, wider),
    )
    after = apply(changes, before, in_new_names)
    assert after == middle.replace(add=[wider, Namespace("s")])
    assert apply(reverse(changes), after, in_new_names) == before
    up, down = parted(changes), parted(reverse(changes))
    assert (len(up.first), len(up.renames), len(up.rest), up.down) == (1, 2, 1, False)
    assert (len(down.rest), len(down.renames), len(down.last), down.down) == (1, 2, 1, True)
    assert sorted(pairs_of(up.renames)) == sorted(pairs)
    assert [r.after.key for r in stepwise(down.renames, middle)] == [table("t"), column("a")]


def test_labels_are_renamed_one_by_one() -> None:
    schema = Schema([MOOD])
    after = EnumType("", "feeling", ("ok", "sad"))
    steps = stepwise([Rename(MOOD, after)], schema)
    assert [r.after.labels for r in steps[1:] if isinstance(r.after, EnumType)] == [
        ("sad", "_renamed_1"),
        ("ok", "_renamed_1"),
        ("ok", "sad"),
    ]
    assert steps[-1].after == after
