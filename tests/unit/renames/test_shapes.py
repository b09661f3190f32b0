"""Tables are known by their columns, references among them by what they refer to."""

from __future__ import annotations

from autogen.renames import Evidence, detect
from autogen.renames.shapes import shapes, table_features
from autogen.schema import ForeignKey, Key, Object, Schema
from tests.unit.renames.build import names, table

GROUP = ("id INTEGER!", "title VARCHAR(80)!", "note TEXT", "rank INTEGER!", "made DATE!")


def link(name: str, **targets: str) -> list[Object]:
    """A table of references: column to target."""
    found = table(name, "id INTEGER!", *(f"{column} INTEGER!" for column in targets))
    return found + [
        ForeignKey("", name, None, (column,), "", target, ("id",)) for column, target in targets.items()
    ]


def common(current: Schema, desired: Schema, old: str, new: str) -> float:
    removed = {t.key for t in current.tables} - {t.key for t in desired.tables}
    added = {t.key for t in desired.tables} - {t.key for t in current.tables}
    found = table_features(shapes(current, removed), shapes(desired, added))
    return found[Key("table", "", "", old), Key("table", "", "", new)]["common"]


def test_a_link_table_follows_the_tables_it_refers_to() -> None:
    current = Schema([*table("team", *GROUP), *link("team_user", team_id="team", user_id="user")])
    desired = Schema([*table("squad", *GROUP), *link("squad_user", squad_id="squad", user_id="user")])
    assert common(current, desired, "team_user", "squad_user") == 1
    assert names(detect(current, desired), "table") == {"team": "squad", "team_user": "squad_user"}


def test_columns_of_one_name_that_refer_elsewhere_are_not_one() -> None:
    current = Schema(link("seat", owner_id="team", user_id="user"))
    desired = Schema(link("chair", owner_id="room", user_id="user"))
    assert common(current, desired, "seat", "chair") == 0.5


def test_a_table_without_a_common_column_is_no_rename() -> None:
    current = Schema(link("seat", team_id="team", user_id="user"))
    desired = Schema(table("ledger", "no BIGINT!", "amount NUMERIC!", "paid DATE!"))
    assert names(detect(current, desired), "table") == {}


def test_a_hinted_table_is_followed() -> None:
    current = Schema([*table("team", *GROUP), *link("seat", team_id="team", user_id="user")])
    other = table("squad", "nick TEXT!", "born DATE!")
    desired = Schema([*other, *link("place", squad_id="squad", user_id="user")])
    hints = Evidence({Key("table", "", "", "squad"): ("team",)})
    without = [c for c in detect(current, desired) if c.before.name == "seat"]
    (found,) = [c for c in detect(current, desired, hints) if c.before.name == "seat"]
    assert found.after.name == "place" and found.confidence > 0.5
    assert all(c.confidence < found.confidence for c in without)


def test_a_self_reference_stays_one_under_another_name() -> None:
    assert (
        common(Schema(link("node", parent="node")), Schema(link("item", parent="item")), "node", "item") == 1
    )
