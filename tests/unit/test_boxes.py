"""Review lists, read back from files that people have edited."""

from __future__ import annotations

import pytest

from autogen.boxes import Box, read_boxes, reviewers_words, written
from autogen.emit.review_list import box_lines, kept, paragraphs
from autogen.emit.revision import draft
from autogen.plan import Evidence, Finding, Plan
from autogen.source import docstring
from tests.unit.emit.samples import HOSTILE, header, plan_of

DROP = Finding(
    "drop-column",
    "blocker",
    "orders.legacy_code",
    "Deletes the column's values. downgrade() restores the column, not the values; code that still reads it "
    "breaks.",
)
RENAME = Finding("rename-column", "high", "users.full_name", "97 %: alike.", "column", was="users.fullname")
FAILS = Finding(
    "add-unique",
    "blocker",
    "users.email",
    "Must become unique.",
    evidence=Evidence("violated", "3 duplicates, e.g. 'a@b.c'"),
    remedy="Merge the accounts first",
    certain=True,
)
DRAFT = '''"""split

Revision ID: x

Drafted by autogen 0.1.0 from m:Base against SQLite.
Unproven: it said
    - [ ] not-a-box of the server

Review:

{}
"""
revision = "x"
'''


def drafted(*findings: Finding) -> str:
    return draft(Plan(plan_of().comparison, findings), [], [], header())


def boxes(listed: str) -> list[tuple[str, str, str, str]]:
    return [(b.rule, b.object, b.state, b.reason) for b in read_boxes(DRAFT.format(listed))]


def test_what_is_written_is_read_back() -> None:
    text = drafted(DROP, RENAME, FAILS)
    lines = text.splitlines()
    found = read_boxes(text)
    assert [(b.rule, b.object, b.state, b.reason) for b in found] == [
        ("drop-column", "orders.legacy_code", "open", ""),
        ("rename-column", "users.fullname -> users.full_name", "open", ""),
        ("add-unique", "users.email", "fails", ""),
    ]
    assert [lines[b.line - 1] for b in found] == [
        "- [ ] drop-column orders.legacy_code",
        "- [ ] rename-column users.fullname -> users.full_name",
        "- [!] add-unique users.email: the upgrade will fail",
    ]
    assert "      The rows: 3 duplicates, e.g. 'a@b.c'.\n      Safer: Merge the accounts first.\n" in text


def test_minor_findings_have_no_box() -> None:
    assert box_lines(Finding("style", "low", "t", "Worth knowing.")) == []
    assert "Review:" not in drafted(Finding("style", "low", "t", "Worth knowing."))


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_read_back(name: str) -> None:
    for about in ((f"t.{name}",), (name,), (f"t.{name}", "t.plain"), ("t.plain", f"t.{name}")):
        (box,) = read_boxes(DRAFT.format(docstring(written("rule", about, "ticked", "why not"))))
        expected = " -> ".join(" ".join(part.split()) for part in about)
        assert (box.object, box.state, box.reason) == (expected, "ticked", "why not")


@pytest.mark.parametrize("name", HOSTILE)
def test_drafts_with_any_name_are_read_back(name: str) -> None:
    found = read_boxes(drafted(Finding("r", "high", f"t.{name}", name), DROP))
    assert [b.object for b in found] == [" ".join(f"t.{name}".split()), "orders.legacy_code"]


@pytest.mark.parametrize(
    ("listed", "state", "reason"),
    [
        ("- [x] r t.a", "ticked", ""),
        ("- [X] r t.a", "ticked", ""),
        ("-  [ x ]  r   t.a  ", "ticked", ""),
        ("* [x] r t.a", "ticked", ""),
        ("-[x] r t.a", "ticked", ""),
        ("- [] r t.a", "open", ""),
        ("- [  ] r t.a", "open", ""),
        ("- [-] r t.a", "open", ""),
        ("- [x] r t.a: agreed", "ticked", "agreed"),
        ("- [x] r t.a agreed with Ann", "ticked", "agreed with Ann"),
        ("- [x] r t.a -- agreed", "ticked", "agreed"),
        ("- [x] r t.a – agreed", "ticked", "agreed"),
        ("- [x] r t.a\n      Deletes it.\n      Reason: agreed\n      by all", "ticked", "agreed by all"),
        ("- [x] r t.a\n      Deletes it.\n\n      agreed", "ticked", "agreed"),
        ("- [x] r t.a\n      Deletes it.\n      agreed", "ticked", "agreed"),
        ("- [x] r\n      t.a", "ticked", ""),
        ("- [!] r t.a: the upgrade will fail", "fails", ""),
        ("- [x] r t.a: the upgrade will fail", "fails", ""),
        ("- [x] r t.a: the upgrade will fail; so be it", "fails", "so be it"),
        ("- [!] r t.a", "fails", ""),
    ],
)
def test_edits(listed: str, state: str, reason: str) -> None:
    assert boxes(listed) == [("r", "t.a", state, reason)]
    assert boxes(f"{listed}\n- [ ] other u") == [("r", "t.a", state, reason), ("other", "u", "open", "")]
    text = DRAFT.format(listed)
    assert read_boxes(text.replace("\n", "\r\n")) == read_boxes(text)


def test_wrapped_renames_and_lines_that_are_gone() -> None:
    listed = "- [x] rename-column users.fullname ->\n      users.full_name"
    assert boxes(listed) == [("rename-column", "users.fullname -> users.full_name", "ticked", "")]
    assert boxes("") == []
    assert boxes("Everything was read.") == []
    text = DRAFT.format("- [ ] r t.a").replace("Review:\n", "")
    assert [b.object for b in read_boxes(text)] == ["t.a"]


def test_lists_of_others_are_none() -> None:
    assert read_boxes('"""m\n\nReview:\n\n- [ ] by hand\n"""\n') == ()
    assert read_boxes("x = 1  # Drafted by autogen \n") == ()
    assert read_boxes('x = """\nDrafted by autogen 0.1\n\nReview:\n\n- [ ] r t\n"""\n') == ()
    assert read_boxes(drafted()) == ()
    hostile = drafted().replace("split name, refund reasons", "- [ ] Review:", 1)
    assert read_boxes(hostile) == ()


# -- amending ------------------------------------------------------------------------------------------


def again(text: str, *findings: Finding) -> str:
    return drafted(*kept(findings, read_boxes(text)))


def test_ticks_and_reasons_stay() -> None:
    text = drafted(DROP, RENAME).replace(
        "- [ ] drop-column orders.legacy_code", "- [x] drop-column orders.legacy_code ok"
    )
    amended = again(text, DROP, RENAME)
    assert "- [x] drop-column orders.legacy_code: ok\n" in amended
    assert "- [ ] rename-column" in amended
    assert again(amended, DROP, RENAME) == amended
    assert "- [" not in again(amended)


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        ("- [x] {}\n{}\n      agreed with Ann", "- [x] {}: agreed with Ann\n"),
        ("- [x] {}: agreed with Ann,\n      nobody reads it\n{}",
         "- [x] {}: agreed with Ann, nobody reads it\n"),
        ("- [x] {}\n{}", "- [x] {}\n"),
        ("- [ ] {} ask Bob\n{}", "- [ ] {}: ask Bob\n"),
    ],
)  # fmt: skip
def test_reasons_wherever_they_stand(listed: str, line: str) -> None:
    about = "drop-column orders.legacy_code"
    own = "\n".join(box_lines(DROP)[1:])
    amended = again(DRAFT.format(listed.format(about, own)), DROP)
    assert line.format(about) in amended
    assert amended.count("Deletes the column's values.") == 1


def test_a_long_reason_stands_below_and_stays() -> None:
    words = "agreed with Ann and Bob in the meeting on the first of May, since nobody reads it any more"
    text = drafted(DROP).replace("legacy_code\n", f"legacy_code {words}\n", 1)
    amended = again(text, DROP)
    assert "      Reason: agreed with Ann" in amended
    assert kept([DROP], read_boxes(amended))[0].reason == words
    assert again(amended, DROP) == amended


def test_the_findings_own_words_are_no_reason() -> None:
    message = (
        "Deletes 3 values. Code that reads them breaks. Nothing restores them but a backup of the table."
    )
    was = Finding("drop-column", "blocker", "t.a", message)
    now = Finding("drop-column", "blocker", "t.a", message.replace("3", "1,204"))
    narrow = "- [x] drop-column t.a\n      Deletes 3 values.\n      Code that reads them breaks.\n      " + (
        "Nothing restores them but a backup of the table."
    )
    for text in (drafted(was), DRAFT.format(narrow)):
        assert kept([now], read_boxes(text))[0].reason == ""


def test_no_tick_settles_what_will_fail() -> None:
    text = drafted(FAILS).replace("- [!]", "- [x]")
    (finding,) = kept([FAILS], read_boxes(text))
    assert finding.open
    assert "- [!] add-unique users.email: the upgrade will fail\n" in again(text, FAILS)


def test_reasons_of_any_text_stay_in_the_docstring() -> None:
    for words in HOSTILE:
        finding = Finding("r", "high", "t.a", "Happens.", answer="ticked", reason=words)
        (box,) = read_boxes(drafted(finding))
        assert box.reason == " ".join(words.split()).lstrip("-:"), words


def test_words_of_a_box() -> None:
    box = Box("r", "t", "ticked", "fine", 1, ("Deletes it.",))
    assert reviewers_words(box, " ".join(paragraphs(DROP))) == "fine"
