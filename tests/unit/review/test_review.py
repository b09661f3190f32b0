"""Each rule on the smallest change that calls for it, and on its neighbours that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from autogen.changes import Alter, Change, Create, Drop, Rename, apply
from autogen.plan import Comparison, Finding, RenameDecision, Renaming
from autogen.review import SEVERITIES, notes_for, review
from autogen.review.registry import registry
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    Dependent,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Object,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)
from tests.unit.review.judge import JUDGE

TEXT, INT = "VARCHAR(20)", "INTEGER"
RENAMES = {f"rename-{kind}" for kind in ("table", "column", "label", "enum", "sequence", "schema")}
TOLD_HERE = RENAMES | {
    "add-check",
    "add-exclusion",
    "add-fk",
    "add-not-null-no-default",
    "add-pk",
    "add-unique",
    "drop-column",
    "drop-table",
    "probable-rename",
    "rename-breaks",
    "set-not-null",
    "type-clash",
    "type-lossy",
}
"""Rules about what rows hold; fixtures/rules has cases of all."""


def col(name: str, type_: str = TEXT, table: str = "t", **more: Any) -> Column:
    return Column("", table, name, ColumnType(type_), **more)


def found(
    *changes: Change, standing: Iterable[Object] = (), rows: Callable[[Key], bool | None] = lambda _: True
) -> list[Finding]:
    """The findings about the changes, on a database of ``t``, what they start from, and ``standing``."""
    started = [change.before for change in changes if not isinstance(change, Create)]
    before = Schema({o.key: o for o in (Table("", "t"), *standing, *started)}.values())
    comparison = Comparison(changes, before, apply(changes, before))
    return [f for f in review(comparison, JUDGE, rows) if f.rule in TOLD_HERE]


def reviewed(comparison: Comparison) -> tuple[Finding, ...]:
    return tuple(f for f in review(comparison, JUDGE, lambda _: True) if f.rule in TOLD_HERE)


def rules(*changes: Change, **more: Any) -> list[tuple[str, str]]:
    return [(finding.rule, finding.object) for finding in found(*changes, **more)]


UQ = Unique("", "t", "uq", ("a",))
IX = Index("", "t", "ix", (IndexElement("a"),), unique=True)
PK = PrimaryKey("", "t", "pk", ("a",))
FK = ForeignKey("", "t", "fk", ("a",), "", "p", ("id",))
CK = Check("", "t", "ck", "a > 0")
A = col("a", nullable=False)
ENUM = EnumType("", "mood", ("sad", "ok"))

RISKY: list[tuple[str, str, Change]] = [
    ("drop-table", "t", Drop(Table("", "t"))),
    ("drop-column", "t.a", Drop(A)),
    ("drop-column", "t.a", Drop(replace(A, computed=Computed("1", True)))),
    ("drop-column", "t.a", Alter(A, replace(A, computed=Computed("1", True)))),
    ("drop-column", "t.a", Alter(replace(A, computed=Computed("1", True)), A)),
    ("type-lossy", "t.a", Alter(A, col("a", "SMALL", nullable=False))),
    ("type-lossy", "t.a", Alter(A, col("a", "DATE", nullable=False))),
    ("type-lossy", "t.a", Alter(A, col("a", "UUID", nullable=False))),
    ("add-not-null-no-default", "t.a", Create(A)),
    ("set-not-null", "t.a", Alter(col("a"), A)),
    ("add-unique", "t.uq", Create(UQ)),
    ("add-unique", "t.uq", Alter(replace(UQ, columns=("b",)), UQ)),
    ("add-unique", "t.uq", Alter(UQ, replace(UQ, nulls_not_distinct=True))),
    ("add-unique", "t.ix", Create(IX)),
    ("add-unique", "t.ix", Alter(replace(IX, unique=False), IX)),
    ("add-unique", "t.ix", Alter(replace(IX, predicate="x"), IX)),
    ("add-unique", "t.ix", Alter(replace(IX, valid=False), IX)),
    ("add-pk", "t.(primary key)", Create(PK)),
    ("add-pk", "t.(primary key)", Alter(replace(PK, columns=("a", "b")), PK)),
    ("add-fk", "t.fk", Create(FK)),
    ("add-fk", "t.fk", Alter(FK, replace(FK, target_table="q"))),
    ("add-fk", "t.fk", Alter(replace(FK, validated=False), FK)),
    ("add-check", "t.ck", Create(CK)),
    ("add-check", "t.ck", Alter(replace(CK, enforced=False), CK)),
    ("add-fk", "t.fk", Alter(replace(FK, enforced=False), FK)),
    ("add-check", "t.ck", Alter(CK, replace(CK, expression="a > 1"))),
    ("add-exclusion", "t.ex", Create(Exclude("", "t", "ex", "EXCLUDE USING gist (a WITH =)"))),
]

HARMLESS: list[Change] = [
    Create(col("a")),
    Create(col("a", nullable=False, default="0")),
    Create(col("a", nullable=False, identity=Identity())),
    Create(col("a", nullable=False, computed=Computed("1", True))),
    Create(col("a", nullable=False, autoincrement=True)),
    Alter(A, col("a")),
    Alter(A, col("a", "VARCHAR(30)", nullable=False)),
    Alter(UQ, replace(UQ, columns=("a", "b"))),
    Alter(UQ, replace(UQ, deferrable=True)),
    Alter(IX, replace(IX, method="hash")),
    Alter(IX, replace(IX, elements=(IndexElement("a", descending=True, nulls_first=True),))),
    Alter(IX, replace(IX, predicate="x")),
    Create(replace(IX, unique=False)),
    Alter(PK, replace(PK, columns=("a", "b"))),
    Alter(FK, replace(FK, on_delete="CASCADE")),
    Create(replace(FK, validated=False)),
    Create(replace(CK, validated=False)),
    Create(replace(CK, enforced=False)),
    Create(replace(FK, enforced=False)),
    Alter(CK, replace(CK, no_inherit=True)),
    Alter(ENUM, replace(ENUM, labels=("sad", "ok", "happy"))),
    Drop(UQ),
    Drop(IX),
    Rename(col("a"), col("b")),
]


@pytest.mark.parametrize(("rule", "label", "change"), RISKY)
def test_risky(rule: str, label: str, change: Change) -> None:
    assert rules(change) == [(rule, label)]


@pytest.mark.parametrize(("rule", "label", "change"), RISKY)
def test_what_is_not_known_counts_as_rows(rule: str, label: str, change: Change) -> None:
    assert rules(change, rows=lambda _: None) == [(rule, label)]


@pytest.mark.parametrize(("rule", "label", "change"), RISKY)
def test_an_empty_table_is_exempt_but_for_drops(rule: str, label: str, change: Change) -> None:
    left = found(change, rows=lambda _: False)
    assert [(f.rule, f.severity) for f in left] == ([(rule, "medium")] if isinstance(change, Drop) else [])


@pytest.mark.parametrize(("rule", "label", "change"), [r for r in RISKY if isinstance(r[2], Create)])
def test_a_new_table_is_exempt(rule: str, label: str, change: Create) -> None:
    part = replace(change.after, table="fresh")  # type: ignore[call-arg]
    assert rules(Create(Table("", "fresh")), Create(part)) == []


@pytest.mark.parametrize("change", HARMLESS)
def test_harmless(change: Change) -> None:
    assert rules(change) == []


def test_every_rule_of_these_has_a_case() -> None:
    assert registry().keys() >= TOLD_HERE
    assert {rule for rule, _, _ in RISKY} | {
        "probable-rename",
        "type-clash",
        "rename-breaks",
    } | RENAMES == TOLD_HERE


@pytest.mark.parametrize("key", [PK, UQ, IX])
def test_values_under_a_unique_key_become_equal(key: Object) -> None:
    change = Alter(A, replace(A, type=ColumnType(TEXT, "ci")))
    assert rules(change, standing=[key]) == [("type-clash", "t.a")]
    assert rules(change, standing=[key], rows=lambda _: False) == []
    assert rules(change, standing=[replace(IX, unique=False)]) == []
    assert rules(change) == []


def test_a_key_that_is_held_already() -> None:
    assert rules(Create(UQ), standing=[IX]) == []
    assert rules(Create(replace(IX, predicate="x")), standing=[UQ]) == []
    assert rules(Create(UQ), standing=[replace(IX, predicate="x")]) == [("add-unique", "t.uq")]
    not_null = [UQ, A]
    assert rules(Create(PK), standing=not_null) == []
    assert rules(Create(PK), standing=[UQ]) == [("add-pk", "t.(primary key)")]
    assert rules(Create(FK), standing=[replace(FK, name="other")]) == []
    assert rules(Create(CK), standing=[replace(CK, name="other")]) == []


@pytest.mark.parametrize("key", [UQ, IX, FK])
def test_a_key_that_follows_a_rename_is_held(key: Unique | Index | ForeignKey) -> None:
    """Dropped and created again under another name, it asks the rows for no more than before."""
    before = Schema([Table("", "t"), Table("", "p"), A, key])
    moves = [Rename(Table("", "t"), Table("", "u")), Rename(A, replace(A, table="u", name="b"))]
    moves.append(Rename(Table("", "p"), Table("", "q")))
    stands = next(p for p in apply(moves, before).parts(moves[0].after.key) if p.kind == key.kind)
    changes = (*moves, Drop(stands), Create(replace(stands, name="new")))
    comparison = Comparison(changes, before, apply(changes, before))
    assert reviewed(comparison) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a > 0", "a > -10"),
        ("a > 0", "(a >= 0)"),
        ("(a > 0)", "(a > '-10'::integer)"),
        ("a >= 0 AND a <= 10", "a <= 11"),
        ("a > 0", "a > 0 OR a IS NULL"),
        ("length(a) <= 10", "length(a) <= 20"),
        ("a IN ('x', 'y)')", "a IN ('x', 'y)', 'z')"),
        ("a = ANY (ARRAY['x'::text])", "a = ANY (ARRAY['x'::text, 'y'::text])"),
        (
            "((a)::text = ANY ((ARRAY['x'::character varying])::text[]))",
            "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
        ),
    ],
)
def test_a_check_that_asks_for_less(old: str, new: str) -> None:
    was, now = replace(CK, expression=old), replace(CK, expression=new)
    assert rules(Alter(was, now)) == []
    assert rules(Drop(was), Create(replace(now, name="other"))) == []
    assert rules(Alter(now, was)) == [("add-check", "t.ck")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NOT a > 0", "NOT a > -1"),
        ("a NOT IN (1)", "a NOT IN (1, 2)"),
        ("NOT (a > 0 AND b > 0)", "NOT a > 0"),
        ("a > 0", "b > 0"),
        ("a > 0", "a < 1"),
        ("a > 0 OR b > 0", "a > 0"),
        ("a > 0 OR b IN (1)", "a > 1 OR b IN (1, 2)"),
        ("a BETWEEN 1 AND 5", "a BETWEEN 1 AND 4"),
        ("a = b > 0", "a = b > -1"),
        ("a IN (1) = 0", "a IN (1, 2) = 0"),
        ("a IN (b)", "a IN (b, c)"),
        ("CASE WHEN a AND b THEN 1 ELSE 0 END > 0", "CASE WHEN a THEN 1 ELSE 0 END > 0"),
    ],
)
def test_a_check_that_only_looks_as_if(old: str, new: str) -> None:
    assert rules(Alter(replace(CK, expression=old), replace(CK, expression=new))) == [("add-check", "t.ck")]


@pytest.mark.parametrize(("expression", "risky"), [
    ("a <> '' AND a IN ('is', 'x')", False),
    ("a > 0 AND b > 0", True),
    ("a IS NOT NULL", True),
    ("coalesce(a, 0) > 1", True),
    ("1 > 2", True),
])  # fmt: skip
def test_a_check_of_columns_that_hold_nothing_yet(expression: str, risky: bool) -> None:
    check = replace(CK, expression=expression)
    expected = [("add-check", "t.ck")] if risky else []
    assert rules(Create(col("a")), Create(check), standing=[col("b")]) == expected
    assert rules(Create(col("a", default="0")), Create(check), standing=[col("b")]) == [("add-check", "t.ck")]


def test_exclusions_and_foreign_keys_that_ask_for_no_more() -> None:
    ex = Exclude("", "t", "ex", "EXCLUDE USING gist (a WITH =)")
    later = replace(ex, definition=f"{ex.definition} DEFERRABLE INITIALLY DEFERRED")
    assert rules(Alter(ex, later)) == rules(Alter(later, ex)) == []
    assert rules(Drop(ex), Create(replace(ex, name="other"))) == []
    two = replace(FK, columns=("a", "b"), target_columns=("a", "b"))
    assert rules(Alter(replace(two, match="FULL"), two)) == []
    assert rules(Alter(two, replace(two, match="FULL"))) == [("add-fk", "t.fk")]
    assert rules(Alter(FK, replace(FK, match="FULL"))) == []


def test_a_change_of_collation_names_it() -> None:
    before, after = col("a"), col("a", "SMALL")
    latin = replace(after, type=ColumnType("SMALL", collation="latin1_bin", charset="latin1"))
    assert found(Alter(before, latin))[0].sentences == (
        "Narrowing: as tested. Check the data before VARCHAR(20) becomes "
        "SMALL CHARACTER SET latin1 COLLATE latin1_bin."
    )


def test_new_columns_without_values() -> None:
    assert rules(Create(col("a")), Create(UQ), Create(FK)) == []
    assert rules(Create(col("a")), Create(replace(UQ, nulls_not_distinct=True))) == [("add-unique", "t.uq")]
    assert rules(Create(col("a", default="1")), Create(UQ)) == [("add-unique", "t.uq")]
    assert rules(Create(col("a", nullable=False, identity=Identity())), Create(PK)) == []


def test_labels_of_an_enum_type_in_use() -> None:
    smaller = Alter(ENUM, replace(ENUM, labels=("ok",)))
    user = replace(col("m"), type=ColumnType("mood", enum=ENUM.key))
    assert rules(smaller, standing=[user]) == [("type-lossy", "mood.sad")]
    assert "'sad'" in found(smaller, standing=[user])[0].message
    assert rules(smaller) == []
    assert rules(smaller, standing=[user], rows=lambda _: False) == []
    other = replace(ENUM, name="feeling")
    before = Schema([Table("", "t"), user, ENUM])
    changes = (Rename(ENUM, other), Alter(other, replace(other, labels=("ok",))))
    comparison = Comparison(changes, before, apply(changes, before))
    (finding,) = reviewed(comparison)
    assert (finding.rule, finding.object) == ("type-lossy", "feeling.sad")


def renamed(decision: RenameDecision, *changes: Change, dropped: tuple[Key, ...] = ()) -> tuple[Finding, ...]:
    before = Schema([Table("", "t"), col("fullname")])
    renaming = Renaming((decision,), tuple((key, "flag") for key in dropped))
    comparison = Comparison(changes, before, apply(changes, before), renaming=renaming)
    return tuple(f for f in review(comparison, JUDGE, lambda _: True) if f.rule in TOLD_HERE)


def test_a_rename_shows_its_evidence_and_the_alternative() -> None:
    old, new = col("fullname"), col("full_name")
    other = col("nickname").key
    decision = RenameDecision(old.key, new.key, True, 0.84, ("both TEXT", "alike"), "score", ((other, 0.1),))
    (finding,) = renamed(decision, Rename(old, new))
    assert (finding.rule, finding.severity, finding.object) == ("rename-column", "high", "t.full_name")
    assert (finding.was, finding.answer) == ("t.fullname", "")
    assert finding.headline == "84 %: both TEXT, alike"
    assert 'code that uses "fullname" breaks' in finding.message
    assert "t.nickname (10 %)" in finding.message
    assert "autogen diff --amend --drop t.fullname" in finding.message
    (finding,) = renamed(replace(decision, decided_by="flag"), Rename(old, new))
    assert finding.answer == "answered by flag"
    assert finding.headline == "Answered by flag"


def test_a_table_that_moves_is_named_with_its_schema() -> None:
    old, new = Table("one", "t"), Table("two", "t")
    before = Schema([old])
    decision = RenameDecision(old.key, new.key, True, 0.9, (), "score")
    changes = (Rename(old, new),)
    comparison = Comparison(changes, before, apply(changes, before), renaming=Renaming((decision,)))
    (finding,) = reviewed(comparison)
    assert 'Running code that uses "one.t" breaks.' in finding.message


@pytest.mark.parametrize(
    ("text", "named"),
    [("SELECT `fullname` FROM t", True), ("SET NEW.fullname = 1", True), ("SELECT fullnames FROM t", False)],
)
def test_what_does_not_follow_a_rename(text: str, named: bool) -> None:
    old, new = col("fullname"), col("full_name")
    view = Dependent("view", "", "", "v", (f"CREATE VIEW v AS {text}",), ("DROP VIEW v",))
    before = Schema([Table("", "t"), old])
    renaming = Renaming((RenameDecision(old.key, new.key, True, 1.0, (), "flag"),))
    changes = (Rename(old, new),)
    comparison = Comparison(changes, before, apply(changes, before), renaming=renaming)
    findings = review(comparison, JUDGE, lambda _: True, lambda: (view,))
    assert [f.severity for f in findings if f.rule == "rename-breaks"] == ["blocker"] * named
    if named:
        assert "does not rename inside view v" in findings[0].message
        assert "trigger" not in findings[0].message


def test_of_a_computed_column_no_values_are_lost() -> None:
    old, new = (replace(col(name), computed=Computed("1", True)) for name in ("fullname", "full_name"))
    kept = RenameDecision(old.key, new.key, True, 0.9, (), "score", computed=True)
    (finding,) = renamed(kept, Rename(old, new))
    assert "To drop it instead: autogen diff --amend --drop t.fullname" in finding.message
    found = renamed(replace(kept, accepted=False), Drop(old), Create(new))
    assert {f.rule for f in found} >= {"drop-column", "probable-rename"}
    assert not any("values" in f.message for f in found)


def test_what_somebody_said_to_be_dropped_is_no_probable_rename() -> None:
    old, new = col("fullname"), col("full_name")
    decision = RenameDecision(old.key, new.key, False, 0.84, (), "flag")
    (finding,) = renamed(decision, Drop(old), Create(new), dropped=(old.key,))
    assert (finding.rule, finding.answer) == ("drop-column", "answered by flag")


def test_the_closest_candidate_is_named_whatever_its_type() -> None:
    old, new = col("fullname"), col("name", INT)
    decision = RenameDecision(old.key, new.key, False, 0.23, ("alike",), "score")
    drop, rename = renamed(decision, Drop(old), Create(new))
    assert (drop.rule, drop.answer) == ("drop-column", "")
    assert (rename.rule, rename.severity) == ("probable-rename", "blocker")
    assert "t.name (23 %: alike)" in rename.message
    (drop,) = renamed(replace(decision, confidence=0.04), Drop(old), Create(new))
    assert drop.message.endswith("The closest candidate for a rename is t.name (4 %).")


def test_probable_rename_of_a_column() -> None:
    findings = found(Drop(col("fullname")), Create(col("nickname")), Create(col("full_name")))
    drop, rename = findings
    assert (drop.rule, drop.object) == ("drop-column", "t.fullname")
    assert (rename.rule, rename.severity, rename.object) == ("probable-rename", "blocker", "t.fullname")
    likeliest = "erhaps a rename to t.full_name (it has the same type; 1 other may be it)"
    assert likeliest in rename.message
    assert "autogen diff --amend --rename t.fullname=t.full_name" in rename.message
    assert notes_for(findings) == {"t.fullname": f"p{likeliest}"}


def test_no_probable_rename() -> None:
    assert rules(Drop(col("a")), Create(col("b", INT))) == [("drop-column", "t.a")]
    assert rules(Drop(col("a")), Create(col("b", computed=Computed("1", True)))) == [("drop-column", "t.a")]
    assert rules(Drop(col("a")), Create(Table("", "u")), Create(col("b", table="u"))) == [
        ("drop-column", "t.a")
    ]


def table_of(name: str, *columns: str) -> list[Object]:
    return [Table("", name), *(col(c, table=name) for c in columns)]


@pytest.mark.parametrize(
    ("old", "new", "alike"),
    [
        (("id",), ("id",), True),
        (("id", "a", "b"), ("id", "a", "b"), True),
        (("id", "a", "b"), ("id", "a", "b", "c"), True),
        (("id", "a", "b", "c"), ("id", "a", "x", "y"), False),
        (("id",), ("id", "a"), False),
    ],
)
def test_probable_rename_of_a_table(old: tuple[str, ...], new: tuple[str, ...], alike: bool) -> None:
    dropped = [Drop(o) for o in table_of("user", *old)]
    created = [Create(o) for o in table_of("users", *new)]
    expected = ["drop-table", "probable-rename"] if alike else ["drop-table"]
    assert rules(*created, *dropped) == [(rule, "user") for rule in expected]


def test_a_dropped_column_that_cannot_come_back_to_rows() -> None:
    (plain,), (strict,) = found(Drop(col("a"))), found(Drop(col("a", nullable=False)))
    assert "only while the table is empty" in strict.message
    assert "only while" not in plain.message


def test_rows_are_asked_for_under_the_live_name_and_once() -> None:
    asked: list[str] = []

    def rows(table: Key) -> bool:
        asked.append(table.label)
        return True

    changes = [
        Rename(Table("", "t"), Table("", "t2")),
        *(Create(col(n, table="t2", nullable=False)) for n in "ab"),
    ]
    assert {rule for rule, _ in rules(*changes, rows=rows)} == {"add-not-null-no-default"}
    assert asked == ["t"]


def test_the_gravest_come_first() -> None:
    findings = found(*(change for _, _, change in RISKY if isinstance(change, Create)))
    ranks = [(SEVERITIES.index(f.severity), f.object, f.rule) for f in findings]
    assert ranks == sorted(ranks)


def test_order_of_changes_does_not_matter() -> None:
    changes = [Drop(col("x")), Drop(col("y")), Create(col("v")), Create(col("w")), Create(CK)]
    assert found(*changes) == found(*reversed(changes))


def test_notes_are_for_drops() -> None:
    findings = found(Drop(col("a")), Create(CK))
    assert notes_for(findings) == {"t.a": "deletes the column's values"}
