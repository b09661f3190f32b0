"""Tables that move between schemas: what they take along is never in the way."""

from __future__ import annotations

from autogen.schema import Column, ColumnType, Index, IndexElement, Key, Object, PrimaryKey, Schema, Table
from autogen.schema.renaming import one_by_one


def table(label: str) -> Key:
    schema, _, name = label.rpartition(".")
    return Key("table", schema, "", name)


def standing(*labels: str) -> Schema:
    """Tables with a key named after them and an index that has one name everywhere."""
    objects: list[Object] = []
    for label in labels:
        _, schema, _, name = table(label)
        objects += [
            Table(schema, name),
            Column(schema, name, "id", ColumnType("integer")),
            PrimaryKey(schema, name, f"{name}_pkey", ("id",)),
            Index(schema, name, f"ix_{name}", (IndexElement("id"),)),
        ]
    return Schema(objects)


def order(schema: Schema, along: dict[str, str] | None = None, **pairs: str) -> list[str]:
    renames = [(table(old.replace("_", ".")), table(new)) for old, new in pairs.items()]
    new_names = {
        Key("primary_key", *label.split("."), "(primary key)"): name for label, name in (along or {}).items()
    }
    return [f"{b.label} > {a.label}" for _, b, a in one_by_one(schema, renames, new_names)]


def test_tables_of_one_name_swap_by_way_of_a_schema() -> None:
    assert order(standing("a.t", "b.t"), a_t="b.t", b_t="a.t") == [
        "a.t > _renamed_1.t",
        "b.t > a.t",
        "_renamed_1.t > b.t",
    ]


def test_each_circle_has_a_schema_of_its_own() -> None:
    found = order(standing("a.t", "b.t", "a.u", "b.u"), a_t="b.t", b_t="a.t", a_u="b.u", b_u="a.u")
    assert {"a.t > _renamed_1.t", "a.u > _renamed_2.u"} <= set(found)
    assert len(found) == 6


def test_a_name_is_given_up_before_it_is_taken() -> None:
    assert order(standing("a.t", "b.t"), a_t="b.t", b_t="c.t") == ["b.t > c.t", "a.t > b.t"]


def test_a_table_is_renamed_first_where_its_old_names_are_in_use() -> None:
    schema = standing("a.t", "b.t").replace(remove=[Key("index", "a", "t", "ix_t")])
    assert order(schema, {"a.t": "u_pkey"}, a_t="b.u") == ["a.t > a.u", "a.u > b.u"]


def test_what_no_order_makes_right_is_done_all_the_same() -> None:
    assert order(standing("a.t", "b.t"), a_t="b.u")[-1].endswith("> b.u")
