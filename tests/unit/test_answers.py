"""Flags as keys: what names nothing, what contradicts, what is implied."""

from __future__ import annotations

import pytest
from sqlalchemy.engine.default import DefaultDialect

from autogen.answers import answers_ahead
from autogen.decisions import decisions
from autogen.dialects.generic import Generic
from autogen.errors import AutogenError
from autogen.plan import RenameDecision
from autogen.schema import Column, ColumnType, Computed, EnumType, Key, Namespace, Object, Schema, Table
from autogen.wishes import Answer, Said, Wishes

INT = ColumnType("integer")
PUBLIC = Generic(DefaultDialect(), "public")
PLAIN = Generic(DefaultDialect())


def tables(**columns: str) -> list[Object]:
    made: list[Object] = []
    for name, listed in columns.items():
        made += [Table("", name), *(Column("", name, c, INT) for c in listed.split())]
    return made


def pairs(
    old: list[Object], new: list[Object], *renames: str, drops: tuple[str, ...] = ()
) -> set[tuple[str, str]]:
    wishes = Wishes(tuple(renames), drops)
    answers = answers_ahead(wishes, Schema(old), Schema(new), PUBLIC)
    assert set(answers.renamed.values()) <= {"flag"}
    return {(before.label, after.label) for before, after in answers.renamed}


def test_columns_and_tables() -> None:
    assert pairs(tables(t="a"), tables(t="b"), "t.a=t.b") == {("t.a", "t.b")}
    assert pairs(tables(t="a"), tables(u="a"), "t=u") == {("t", "u")}


def kept(old: list[Object], new: list[Object], *earlier: str, now: tuple[str, ...] = ()) -> set[str]:
    """The renames that hold when a replaced draft was told some."""
    wishes = Wishes(now, (), (tuple(Said(text) for text in earlier), ()))
    answers = answers_ahead(wishes, Schema(old), Schema(new), PUBLIC)
    return {f"{before.label}={after.label}" for before, after in answers.renamed}


def test_earlier_answers_are_kept_together() -> None:
    swap, chain = tables(t="a b"), tables(t="b c d")
    assert kept(swap, swap, "t.a=t.b", "t.b=t.a") == {"t.a=t.b", "t.b=t.a"}
    assert kept(tables(t="a b c"), chain, "t.a=t.b", "t.b=t.c", "t.c=t.d") == {
        "t.a=t.b",
        "t.b=t.c",
        "t.c=t.d",
    }
    assert kept(tables(p="a", q="a"), tables(p="a", q="a"), "p=q", "q=p") == {"p=q", "q=p"}
    inside = ("u=v", "u.a=v.b", "u.b=v.a")
    assert kept(tables(u="a b"), tables(v="a b"), *inside) == set(inside)


def test_earlier_answers_that_fit_no_more_are_not_kept() -> None:
    assert kept(tables(t="a b"), tables(t="a b"), "t.a=t.b") == set()
    assert kept(tables(t="a b c"), tables(t="b c e"), "t.a=t.b", "t.b=t.c", "t.c=t.d") == set()
    assert kept(tables(t="a", u="b"), tables(v="a", u="b"), "t=u", "t.a=u.x") == set()
    assert kept(tables(t="a b"), tables(t="c d"), "t.a=t.c", "t.b=t.d", now=("t.b=t.c",)) == {"t.b=t.c"}


def test_a_column_takes_its_table_along() -> None:
    assert pairs(tables(t="a"), tables(u="b"), "t.a=u.b") == {("t.a", "u.b"), ("t", "u")}
    assert pairs(tables(t="a"), tables(u="b"), "t=u", "t.a=u.b") == {("t.a", "u.b"), ("t", "u")}


def test_a_label_takes_its_type_along() -> None:
    old, new = EnumType("", "mood", ("sad", "ok")), EnumType("", "feeling", ("blue", "ok"))
    assert pairs([old], [new], "mood.sad=feeling.blue") == {("mood.sad", "feeling.blue"), ("mood", "feeling")}


def test_the_default_schema_may_be_written_out() -> None:
    assert pairs(tables(t="a"), tables(t="b"), "public.t.a=public.t.b") == {("t.a", "t.b")}


def test_names_with_equals_signs() -> None:
    assert pairs(tables(t="a=b"), tables(t="c=d"), "t.a=b=t.c=d") == {("t.a=b", "t.c=d")}


def test_a_table_and_a_type_of_one_name() -> None:
    """What differs is meant."""
    old = [*tables(mood="x"), EnumType("", "mood", ("a",))]
    new = [*tables(mood="x"), EnumType("", "feeling", ("a",))]
    wishes = Wishes(("mood=feeling",))
    (pair,) = answers_ahead(wishes, Schema(old), Schema(new), PLAIN).renamed
    assert pair == (Key("enum", "", "", "mood"), Key("enum", "", "", "feeling"))


def test_circles_are_fine() -> None:
    assert len(pairs(tables(t="a b"), tables(t="a b"), "t.a=t.b", "t.b=t.a")) == 2
    assert len(pairs(tables(t="a", u="a"), tables(t="a", u="a"), "t=u", "u=t")) == 2


@pytest.mark.parametrize(
    ("renames", "drops", "said"),
    [
        (
            ["t.a=t.b"],
            [],
            "the database has a t.b already. Say what becomes of it, --rename t.b=NEW, or drop it",
        ),
        (["t.a=t.new", "t.b=t.new"], [], "contradicts another --rename: t.a becomes t.new"),
        (["t.a=t.new", "t.a=t.b"], [], "contradicts another --rename: t.a becomes t.new"),
        (["t.gone=t.new"], ["t.gone"], "cannot be dropped and renamed"),
        (["t.a=t.a"], [], "Both names are the same"),
        (["gone=new"], [], "The database has no gone. Did you mean --rename t.gone=t.new?"),
        ([], ["gone"], "The database has no gone. Did you mean --drop t.gone?"),
        (["gone=newer"], [], "The database has no gone. Only the database has: t.gone."),
        (["other.t=t"], [], "Where the models no longer use the schema other, list it"),
        (["t.nothing=t.new"], [], "Only the database has: t.gone. Only the models have: t.new."),
        (["t.a=t.nothing"], [], "The models have no t.nothing"),
        (["t.a=u"], [], "t.a is a column in the database, u a table in the models"),
        (["t.a"], [], "write --rename old=new"),
        ([], ["t.a"], "The models still have t.a"),
        ([], ["nothing"], "The database has no nothing"),
        (["t.a=u.x"], [], "x is in another table than a. If t became u, say so first: --rename t=u"),
    ],
)
def test_answers_that_make_no_sense(renames: list[str], drops: list[str], said: str) -> None:
    old, new = tables(t="a b gone", u="x"), tables(t="a b new", u="x")
    with pytest.raises(AutogenError) as caught:
        pairs(old, new, *renames, drops=tuple(drops))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("renames", "drops", "said"),
    [
        (
            "mood.sad=mood.unhappy",
            "",
            "no mood.unhappy. Did you mean --rename mood.sad=feeling.unhappy?",
        ),
        ("t.a=t.b", "", "The models have no t.b. Did you mean --rename t.a=u.b?"),
        (
            "billing=bills",
            "",
            "autogen sees no schema billing in the database. Where the models no longer use"
            ' the schema billing, list it: schemas = ["billing"]',
        ),
        ("billing=nothing", "", "The database has no billing."),
        ("", "s.b2", "The database has no s.b2: it is new in the models."),
        (
            "mood=wrong",
            "",
            "Only the database has: mood, mood.sad, t, t.a."
            " Only the models have: feeling, bills, feeling.unhappy, s.b2, u, u.b.",
        ),
    ],
)
def test_what_is_meant(renames: str, drops: str, said: str) -> None:
    old = [*tables(t="a", s="k"), EnumType("", "mood", ("sad",))]
    new = [*tables(u="b", s="k b2"), EnumType("", "feeling", ("unhappy",)), Namespace("bills")]
    with pytest.raises(AutogenError) as caught:
        pairs(old, new, *filter(None, [renames]), drops=tuple(filter(None, [drops])))
    assert said in str(caught.value)


def test_drop_and_add_answers_for_what_goes() -> None:
    """Whatever it was asked about with, nothing succeeds it."""
    live, wanted = tables(t="id e_mail"), tables(t="id mail_address telephone")
    asked: list[tuple[str, str]] = []

    def ask(decision: RenameDecision) -> Answer:
        asked.append((decision.before.label, decision.after.label))
        return "drop"

    found = decisions(Schema(live), Schema(wanted), PLAIN, [], Wishes(mode="ask", ask=ask))
    assert [before for before, _ in asked] == ["t.e_mail"]
    assert found.dropped == ((Key("column", "", "t", "e_mail"), "prompt"),)
    assert not any(decision.accepted for decision in found.decisions)


def test_a_computed_column_is_told_as_such() -> None:
    """Nothing is stored in it, so that nothing is lost with it."""
    live, wanted = (
        Schema([*tables(t="id"), Column("", "t", name, INT, computed=Computed("id + 1", True))])
        for name in ("total", "totals")
    )
    (decision,) = decisions(live, wanted, PLAIN, [], Wishes()).decisions
    assert decision.computed
    plain = decisions(Schema(tables(t="id a")), Schema(tables(t="id b")), PLAIN, [], Wishes()).decisions
    assert [d.computed for d in plain] == [False]
