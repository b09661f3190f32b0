"""What the terminal and the JSON say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.emit.describe import describe
from autogen.emit.facts import before_and_after, element_words, facts
from autogen.emit.json import as_json
from autogen.emit.terminal import render_diff, summary
from autogen.emit.words import cells
from autogen.plan import Comparison, Finding, Ignored, Plan, Proof
from autogen.schema import (
    Check,
    ColumnType,
    Computed,
    Constraint,
    EnumType,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Sequence,
    Skipped,
    Table,
    Unique,
)
from tests.unit.emit.samples import EVERYTHING, HOSTILE, column, plan_of, report_of, table

FK = ForeignKey("", "orders", "fk", ("user_id",), "auth", "users", ("id",), on_delete="CASCADE")
INDEX = Index(
    "", "t", "ix", (IndexElement("a", descending=True, nulls_first=True), IndexElement("lower(b)", True)),
    unique=True, method="gin", predicate="a > 0", include=("c",), options=(("fillfactor", "70"),),
)  # fmt: skip
A = column("t.a")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Create(column("t.a", nullable=False, default="'a'")), "VARCHAR(20) NOT NULL  default 'a'"),
        (Alter(A, column("t.a", "VARCHAR(10)")), "VARCHAR(20) -> VARCHAR(10)"),
        (Alter(column("t.a", nullable=False), A), "NOT NULL -> NULL"),
        (Alter(column("t.a", default="'a'"), column("t.a", default="'b'")), "default 'a' -> 'b'"),
        (Alter(A, column("t.a", default="now()", comment="it's")),
         "default none -> now(), comment none -> 'it''s'"),
        (Alter(A, column("t.a", identity=Identity(True, start=5))), "plain -> identity always start 5"),
        (
            Alter(
                column("t.a", computed=Computed("a*2", True)), column("t.a", computed=Computed("a*3", False))
            ),
            "computed (a*2) stored -> computed (a*3) virtual",
        ),
        (Alter(A, replace(A, type=ColumnType("VARCHAR(20)", collation="C"))),
         "VARCHAR(20) -> VARCHAR(20) COLLATE C"),
        (Alter(A, replace(A, autoincrement=True)), "not autoincrement -> autoincrement"),
        (Create(FK), "(user_id) -> auth.users(id) ON DELETE CASCADE"),
        (Alter(FK, replace(FK, on_delete="SET NULL")), "ON DELETE CASCADE -> SET NULL"),
        (Alter(FK, replace(FK, on_delete=None, target_table="people")),
         "references auth.users -> auth.people, ON DELETE CASCADE -> NO ACTION"),
        (Create(INDEX), "unique gin (a DESC, lower(b)) include (c) where a > 0 with fillfactor=70"),
        (Alter(INDEX, replace(INDEX, predicate=None, valid=False)), "where a > 0 -> none, valid -> invalid"),
        (Create(PrimaryKey("", "t", "pk", ("a", "b"))), "(a, b)"),
        (Create(Unique("", "t", "uq", ("a",), nulls_not_distinct=True)), "unique (a) nulls not distinct"),
        (Create(Check("", "t", "ck", "a > 0", validated=False)), "check (a > 0) NOT VALID"),
        (Create(Check("", "t", "ck", "a > 0", enforced=False)), "check (a > 0) NOT ENFORCED"),
        (Create(replace(FK, on_delete=None, enforced=False)), "(user_id) -> auth.users(id) NOT ENFORCED"),
        (Create(Exclude("", "t", "ex", "EXCLUDE USING gist (a WITH =)")), "EXCLUDE USING gist (a WITH =)"),
        (Alter(EnumType("", "e", ("a", "b")), EnumType("", "e", ("b", "c"))), "+ 'c', - 'a'"),
        (Alter(EnumType("", "e", ("a", "b")), EnumType("", "e", ("b", "a"))), "labels reordered"),
        (Create(Sequence("", "s", "integer")), "sequence of integer"),
        (Create(Namespace("audit")), "schema"),
        (Alter(table("t", options=(("engine", "InnoDB"),)), table("t")), "options engine=InnoDB -> none"),
        (Rename(A, column("t.b")), "renamed from a"),
        (Rename(replace(FK, schema="x"), FK), "renamed from x.orders.fk"),
        (Rename(Table("old", "acc"), Table("new", "account")), "renamed from old.acc"),
        (Rename(replace(A, schema="x"), column("t.b")), "renamed from a"),
        (Rename(EnumType("", "e", ("a", "b")), EnumType("", "f", ("a", "c"))),
         "renamed from e, label c renamed from b"),
    ],
)  # fmt: skip
def test_words(change: Change, text: str) -> None:
    assert describe(change).text == text


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Create(A), None, {"type": "VARCHAR(20)", "nullable": True}),
        (Drop(column("t.a", identity=Identity())), {
            "type": "VARCHAR(20)",
            "nullable": True,
            "identity": {"always": False, "start": 1, "increment": 1, "minimum": None, "maximum": None,
                         "cycle": False, "cache": 1},
        }, None),
        (Alter(A, column("t.a", default="0")), {"default": None}, {"default": "0"}),
        (Rename(A, column("t.b")), {"name": "a"}, {"name": "b"}),
        (Create(FK), None, {"name": "fk", "columns": ["user_id"], "references": "auth.users",
                            "target_columns": ["id"], "on_delete": "CASCADE"}),
        (Create(INDEX), None, {"columns": ["a DESC", "lower(b)"], "unique": True, "method": "gin",
                               "predicate": "a > 0", "include": ["c"], "options": {"fillfactor": "70"}}),
        (Create(table("t")), None, {}),
        (Create(EnumType("", "e", ("a",))), None, {"labels": ["a"]}),
    ],
)  # fmt: skip
def test_plain_values(change: Change, before: object, after: object) -> None:
    assert before_and_after(change) == (before, after)


@pytest.mark.parametrize("subject", [column("t.a"), FK, Check("", "t", "ck", "a > 0", column="a")])
def test_every_fact_is_documented(subject: Object) -> None:
    readme = (Path(__file__).resolve().parents[3] / "README.md").read_text("utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"  | {subject.kind} "))
    assert [name for name in facts(subject) if f"`{name}`" not in row] == []


def test_json() -> None:
    document = json.loads(
        as_json(report_of(EVERYTHING, path="versions/x.py", proof=Proof(False, "it failed")))
    )
    assert list(document) == [
        "version", "changes", "renames", "findings", "not_compared", "notes", "path", "verified", "reason",
    ]  # fmt: skip
    assert document["changes"][2] == {
        "kind": "column",
        "action": "alter",
        "object": "orders.status",
        "before": {"type": "VARCHAR(20)", "default": None},
        "after": {"type": "VARCHAR(10)", "default": "'new'"},
    }
    assert list(document["findings"][0]) == [
        "rule", "severity", "object", "message", "remedy", "certain", "evidence", "answer", "reason", "file",
        "line",
    ]  # fmt: skip
    assert (document["path"], document["verified"], document["reason"]) == (
        "versions/x.py",
        False,
        "it failed",
    )


def test_json_in_sync_is_empty() -> None:
    document = json.loads(as_json(report_of(plan_of())))
    assert document["changes"] == []
    assert document["verified"] is None and document["reason"]


REPORT = """\
orders
  - legacy_code        VARCHAR(12)                                         ! Deletes the column's values
  + refund_reason      TEXT
  ~ status             VARCHAR(20) -> VARCHAR(10), default none -> 'new'
                       ! Narrowing: fails on values that do not fit
  + ix_orders_user_id  (user_id)

users
  > full_name  renamed from fullname

Not compared
  orders.total  cannot be read

4 changes, 1 rename, 2 to review.  Not compared: 1.
"""


def test_report() -> None:
    skipped = [Skipped("orders.total", "cannot be read")]
    assert render_diff(EVERYTHING, skipped, [], width=104) == REPORT
    coloured = render_diff(EVERYTHING, skipped, [], colour=True, width=104)
    assert "\x1b[1;31m  - legacy_code" in coloured
    assert "\x1b[1;36m  > full_name" in coloured


def test_a_renamed_table_that_changes_besides() -> None:
    other = Table("", "v", comment="new")
    plan = plan_of(Rename(table("u"), table("v")), Alter(table("v"), other), Create(column("v.a")))
    report = render_diff(plan, [], [])
    assert report.startswith("> v  renamed from u\n  ~ v  comment none -> 'new'\n  + a  VARCHAR(20)\n")
    assert summary(plan, []) == "2 changes, 1 rename.  Not compared: nothing."


def test_whole_tables_count_once() -> None:
    plan = plan_of(
        Create(table("t")),
        Create(column("t.a")),
        Drop(table("old")),
        Drop(column("old.a")),
        Rename(table("u"), table("v")),
    )
    assert summary(plan, []) == "2 changes, 1 rename.  Not compared: nothing."
    report = render_diff(plan, [], [], left_alone=[Skipped("v1", "a view")])
    assert "- old  table with 1 column\n" in report
    assert "+ t  new table\n  + a  VARCHAR(20)\n" in report
    assert "> v  renamed from u\n" in report
    assert "Left alone\n  v1  a view\n" in report


def test_a_risk_stands_beside_its_own_kind() -> None:
    changes = Create(column("t.a")), Create(Unique("", "t", "a", ("b",)))
    report = render_diff(
        plan_of(*changes, findings=(Finding("r", "high", "t.a", "Risky.", "unique"),)), [], []
    )
    assert report.count("! Risky") == 1
    assert "+ a  unique (b)    ! Risky\n" in report


def test_a_risk_stands_once_where_something_goes_and_comes_again() -> None:
    old, new = Check("", "t", "ck", "a > 0"), Check("", "t", "ck", "a > 1")
    findings = (
        Finding("add-check", "high", "t.ck", "Must hold.", "check"),
        Finding("drop-column", "blocker", "t.a", "Deletes values.", "column"),
    )
    changes = (Drop(old), Create(new), Drop(A), Create(A))
    report = render_diff(Plan(Comparison(changes, Schema([]), Schema([])), findings), (), ())
    assert [line.split()[:2] for line in report.splitlines() if "Must hold" in line] == [["+", "ck"]]
    assert [line.split()[:2] for line in report.splitlines() if "Deletes values" in line] == [["-", "a"]]


def test_an_answer_stands_with_the_rename_alone() -> None:
    old, new = column("t.a"), column("t.b")
    changes = (Rename(old, new), Alter(new, replace(new, type=ColumnType("text"))))
    findings = (
        Finding(
            "rename-column", "high", "t.b", "Answered by flag. Code breaks.", "column", "answered by flag"
        ),
        Finding("type-lossy", "blocker", "t.b", "Narrowing: it is. Check.", "column"),
    )
    _, renamed, altered, *_ = render_diff(plan_of(*changes, findings=findings), [], []).splitlines()
    assert "renamed from a" in renamed
    assert ("Answered by flag" in renamed, "Narrowing" in renamed) == (True, False)
    assert ("Answered by flag" in altered, "Narrowing" in altered) == (False, True)


def test_each_renamed_label_has_its_line() -> None:
    def answered(name: str) -> Finding:
        rule = "rename-label" if "." in name else "rename-enum"
        return Finding(rule, "high", name, f"Answered about {name}. Code breaks.", "enum", "answered by flag")

    findings = tuple(answered(name) for name in ("feeling", "feeling.unhappy", "feeling.joy"))
    mood = EnumType("", "mood", ("sad", "ok", "happy"))
    both = Rename(mood, EnumType("", "feeling", ("unhappy", "ok", "joy")))
    lines = render_diff(plan_of(both, findings=findings), (), (), width=120).splitlines()
    assert [" ".join(line.split()) for line in lines[1:4]] == [
        "> feeling renamed from mood ! Answered about feeling",
        "> feeling label unhappy renamed from sad ! Answered about feeling.unhappy",
        "> feeling label joy renamed from happy ! Answered about feeling.joy",
    ]
    swapped = Rename(mood, EnumType("", "mood", ("happy", "ok", "sad")))
    lines = render_diff(plan_of(swapped), (), ()).splitlines()
    assert [" ".join(line.split()) for line in lines[1:3]] == [
        "> mood label happy renamed from sad",
        "> mood label sad renamed from happy",
    ]


def test_a_removed_label_stands_with_its_enum_type() -> None:
    finding = Finding("type-lossy", "blocker", "e.b", "Removes the label 'b'.", "enum")
    report = render_diff(
        plan_of(Alter(EnumType("", "e", ("a", "b")), EnumType("", "e", ("a",))), findings=(finding,)), (), ()
    )
    assert "~ e  - 'b'   ! Removes the label 'b'" in report


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("lower(b)", "lower(b)"),
        ("(a + b)", "(a + b)"),
        ("a + b", "(a + b)"),
        ("(a) + (b)", "((a) + (b))"),
        ("lower(a) || lower(b)", "(lower(a) || lower(b))"),
        ("(a || ')')", "(a || ')')"),
        ("f(')') + (1)", "(f(')') + (1))"),
        ("", "()"),
    ],
)
def test_parentheses_stand_once(expression: str, shown: str) -> None:
    assert element_words(IndexElement(expression, True)) == shown
    check = describe(Create(Check("", "t", "ck", f"({expression})"))).text
    assert check == f"check ({expression})"


def test_no_differences() -> None:
    assert render_diff(plan_of(), [], []) == "No differences.  Not compared: nothing.\n"


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_names_stay_on_their_line(words: str) -> None:
    change = Create(replace(column("t.a"), table=words, name=words, default=words, comment=words))
    plan = Plan(plan_of(change).comparison, (Finding("r", "high", change.key.label, words),))
    report = render_diff(
        plan, [Skipped(words, words)], [Skipped(words, words)], left_alone=[Skipped(words, words)]
    )
    assert all(c.isprintable() or c == "\n" for c in report)
    assert sum(line.startswith("  + ") for line in report.splitlines()) == 1
    loaded = json.loads(as_json(report_of(plan)))["changes"][0]["after"]
    assert loaded.get("default", "") == words
    assert as_json(report_of(plan)).isascii()


@pytest.mark.parametrize(
    ("part", "name", "text"),
    [
        (Unique("", "t", None, ("a",)), "unique", "(a)"),
        (replace(FK, name=None), "foreign key", "(user_id) -> auth.users(id) ON DELETE CASCADE"),
        (Check("", "t", None, "a > 0"), "check", "(a > 0)"),
        (PrimaryKey("", "t", None, ("a",)), "primary key", "(a)"),
    ],
)
def test_unnamed_constraints_go_by_their_kind(part: Constraint, name: str, text: str) -> None:
    described = describe(Create(part))
    assert (described.name, described.text) == (name, text)


def test_cells() -> None:
    assert cells("表a") == 3
    assert cells("e\u0301") == 1


def test_hints_are_counted_and_shown_when_asked_for() -> None:
    comparison = Comparison((Create(A),), Schema([]), Schema([]))
    hint = Finding("style-char", "low", "t.a", "Pads.", "column")
    whole = Finding("no-lock-timeout", "high", "(revision)", "Waits for locks on t. More.")
    other = Finding("drop-column", "blocker", "u.b", "Deletes.", "column")
    plan = Plan(comparison, (whole, hint), (Ignored(other, "nobody reads it"),))
    plain, verbose = render_diff(plan, [], []), render_diff(plan, [], [], left_alone=[], minor=True)
    assert "Pads" not in plain and "! Pads" in verbose
    assert "nobody reads it" not in plain
    assert "Ignored: 1 finding\n  drop-column u.b  nobody reads it\n" in verbose
    for report in (plain, verbose):
        assert "\nBesides\n  revision\n    ! Waits for locks on t\n" in report
        assert report.endswith("1 change, 1 to review, 1 minor.  Not compared: nothing.\n")
