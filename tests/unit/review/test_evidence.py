"""Evidence in words, and what it makes of a finding."""

from __future__ import annotations

import pytest

from autogen.figures import about, number
from autogen.plan import Evidence, Finding, Verdict
from autogen.review.weighing import weighed
from autogen.review.wording import assigned, quoted, such_as, together

FINDING = Finding(
    "set-not-null", "high", "t.a", "Becomes NOT NULL: it fails.", remedy="Fill first; code breaks."
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "NULL"),
        ("17", "17"),
        ("-1.50", "-1.50"),
        ("1e5", "1e5"),
        ("", "''"),
        ("a@b.c", "'a@b.c'"),
        ("it's", '"it\'s"'),
        ("a\nb\x1b[31m\u202e", r"'a\nb\x1b[31m\u202e'"),
        ("x" * 41, f"'{'x' * 39}…'"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("1" * 30, f"'{'1' * 30}'"),
    ],
)
def test_a_value_is_safe_to_show(value: str | None, shown: str) -> None:
    assert quoted(value) == shown
    assert quoted(value).isprintable()


def test_values_together() -> None:
    assert together(["a"]) == "'a'"
    assert together(["a", None]) == "('a', NULL)"
    assert assigned(["a", "b"], ["x", "1"]) == "a = 'x', b = 1"
    assert such_as([]) == ""
    assert such_as(["1", "2"]) == ", e.g. 1, 2"
    assert such_as(["a = 1", "a = 2"]) == ", e.g. a = 1; a = 2"


def test_numbers() -> None:
    assert number(1, "value") == "1 value"
    assert number(1000, "row", True) == "at least 1,000 rows"
    assert [about(n) for n in (0, 999, 48_213, 5_001_234)] == [
        "about 0 rows",
        "about 999 rows",
        "about 48,200 rows",
        "about 5,000,000 rows",
    ]


@pytest.mark.parametrize(
    ("verdict", "severity", "certain"),
    [
        ("violated", "blocker", True),
        ("clean", "medium", False),
        ("none in sample", "high", False),
        ("unknown", "high", False),
    ],
)
def test_severity_follows_the_rows(verdict: Verdict, severity: str, certain: bool) -> None:
    found = weighed(FINDING, Evidence(verdict, "as told"), settled="Code breaks.")
    assert (found.severity, found.certain) == (severity, certain)
    assert found.remedy == ("Code breaks." if verdict == "clean" else FINDING.remedy)
    assert found.evidence
    assert found.evidence.text == ("as told: this upgrade will fail" if certain else "as told")


def test_what_does_not_fail_is_not_certain() -> None:
    found = weighed(FINDING, Evidence("violated", "2 values"), fails=False)
    assert (found.severity, found.certain) == ("high", False)
    assert weighed(FINDING, None) == FINDING


def test_a_note_says_what_the_rows_say() -> None:
    assert FINDING.note == "Becomes NOT NULL: it fails"
    assert weighed(FINDING, Evidence("clean", "no NULL")).note == "becomes NOT NULL: no NULL"
    unknown = weighed(FINDING, Evidence("unknown", "not known: too slow"))
    assert unknown.note == "Becomes NOT NULL: it fails (not known: too slow)"
    drop = Finding("drop-column", "blocker", "t.a", "Deletes 2 values. It breaks.")
    assert weighed(drop, Evidence("violated", "holds 2 values", 2), fails=False).note == "holds 2 values"


def test_sentences_give_each_figure_once() -> None:
    told = weighed(FINDING, Evidence("clean", "no NULL among 2 rows", 0))
    assert told.sentences == "Becomes NOT NULL: it fails. No NULL among 2 rows. Fill first; code breaks."
    drop = Finding("drop-column", "blocker", "t.a", "Deletes 2 values. It breaks.")
    held = weighed(drop, Evidence("violated", "holds 2 values", 2), fails=False)
    assert held.sentences == "Deletes 2 values. It breaks."
