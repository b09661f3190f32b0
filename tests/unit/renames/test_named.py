"""A pair's name among the names of the other pairs."""

from __future__ import annotations

from autogen.renames import detect
from autogen.renames.facts import sides
from autogen.renames.named import leads, named
from autogen.renames.names import role, stem, words
from autogen.schema import Key, Schema
from tests.unit.renames.build import column, names, table


def features(old: tuple[str, ...], new: tuple[str, ...]) -> dict[tuple[str, str], dict[str, float]]:
    """By the two names, of all pairs."""
    key = Key("table", "", "", "t")
    current, desired = Schema(table("t", *old)), Schema(table("t", *new))
    found = sides(current, desired, key, key, lambda k: k, (set(), set()))
    assert found is not None
    pairs = [(o, n) for o in found.removed for n in found.added]
    return {(o.name, n.name): f for (o, n), f in zip(pairs, named(pairs).values(), strict=True)}


def test_how_far_a_pair_is_before_its_rivals_on_both_sides() -> None:
    a, b, x, y = (column("t", name) for name in "abxy")
    found = leads({(a, x): 0.75, (a, y): 0.5, (b, x): 0.25, (b, y): 0.5})
    assert found == {(a, x): 0.25, (a, y): -0.25, (b, x): -0.5, (b, y): 0.0}
    assert leads({(a, x): 0.5}) == {(a, x): 0.5}


def test_the_nearest_name_and_the_nearest_of_its_type() -> None:
    found = features(("paid_date DATE", "sum INTEGER"), ("payment_date DATE", "paid_date_text TEXT"))
    assert found["paid_date", "paid_date_text"]["name_nearest"] == 1
    assert found["paid_date", "payment_date"]["name_nearest"] == 0
    assert found["paid_date", "payment_date"]["name_nearest_typed"] == 1
    assert found["paid_date", "paid_date_text"]["name_nearest_typed"] == 0
    assert found["sum", "paid_date_text"]["same_type_name_lead"] == 0


def test_words_in_another_form() -> None:
    found = features(("firstname TEXT", "reviews TEXT"), ("first_name TEXT", "reviewed_by TEXT"))
    assert found["firstname", "first_name"]["same_letters"] == 1
    assert found["firstname", "reviewed_by"]["same_letters"] == 0
    assert found["reviews", "reviewed_by"]["stems_within"] == 1
    assert found["reviews", "first_name"]["stem_overlap"] == 0
    assert found["reviews", "reviewed_by"]["as_many_words"] == 0
    assert [stem(w) for w in ("reviews", "reviewed", "entries", "bus")] == ["review", "review", "entr", "bus"]


def test_roles() -> None:
    assert [role(words(n)) for n in ("paid_at", "paidDate", "owner_id", "size", "")] == [
        "time",
        "time",
        "id",
        None,
        None,
    ]
    found = features(("paid_at TEXT", "owner_id TEXT"), ("paid_date TEXT", "owner TEXT"))
    assert found["paid_at", "paid_date"]["same_role"] == 1
    assert found["paid_at", "owner"]["role_lost"] == found["owner_id", "owner"]["became_reference"] == 1
    assert found["owner_id", "paid_date"]["other_role"] == 1


def test_of_several_of_one_type_the_nearest_name_is_taken() -> None:
    current = Schema(table("t", "id INTEGER!", "firstname TEXT", "note TEXT"))
    desired = Schema(table("t", "id INTEGER!", "first_name TEXT", "rest TEXT", "last TEXT"))
    found = detect(current, desired)
    assert names(found, "column", 0.5) == {"t.firstname": "t.first_name"}
    (said,) = [c.evidence for c in found if c.before.name == "firstname"]
    assert "no other name is as near" in said
