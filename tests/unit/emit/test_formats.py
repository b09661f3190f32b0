"""Markdown, workflow annotations and SARIF: what they say, and that no name or value breaks out of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autogen.boxes import Box
from autogen.changes import Create, Drop
from autogen.emit.markdown import MOST_CHARACTERS, as_markdown, code, prose
from autogen.emit.report import FORMATS, Located, Look, OpenList, Report, RuleText, render
from autogen.plan import Evidence, Finding, Plan, Proof
from tests.unit.emit.samples import EVERYTHING, FINDINGS, HOSTILE, column, plan_of, report_of, table

FAILS = Finding(
    "add-unique",
    "blocker",
    "users.email",
    "Must become unique.",
    "unique",
    evidence=Evidence("violated", "3 duplicates, e.g. 'ann@example.org'", 3),
    remedy="Merge them first",
    certain=True,
)
MINOR = Finding("change-default", "low", "orders.status", "Old and new code differ.", "column")
TICKED = replace(FINDINGS[0], answer="ticked in the draft", reason="nobody reads it, says @ann")
LISTS = (
    OpenList(
        "migrations/versions/a b.py",
        (
            Box("drop-column", "t.a", "open", "", 12),
            Box("add-unique", "t.b", "fails", "", 15),
            Box("add-fk", "t.c", "ticked", "fine", 20),
        ),
    ),
)
NASTY = (
    *HOSTILE,
    "@torvalds",
    "#1 GH-1 org/repo#2 ABC-12",
    "0123456789abcdef0123456789abcdef01234567",
    "[a](https://e.org) <https://e.org> www.e.org http://e.org",
    "![i](x.png) <img src=x onerror=y>",
    "</details><script>alert(1)</script><!--",
    "a | b || `c` ``d`` ```",
    "*a* _b_ __c__ ~~d~~ $x$ $`y`$",
    "- a\n# b\n1. c\n> d\n| e |",
    "::error::x ##[error]y %0A",
    "&lt;b&gt; &#64;x",
    ":smile: \\",
    " leading and trailing ",
)


def nasty_report(words: str, command: Any = "diff") -> Report:
    """A report with these words wherever words may come from outside."""
    change = Create(replace(column("t.a"), table=words, name=words, default=words, comment=words))
    finding = Finding(
        "rule",
        "high",
        words,
        words,
        was=words,
        remedy=words,
        evidence=Evidence("violated", words),
        reason=words,
    )
    minor = Finding("rule", "medium", words, words, answer=words, reason=words)
    plan = Plan(plan_of(change).comparison, (finding, minor))
    lists = (OpenList(words or "x", (Box(words, words, "open", words, 3),)),)
    return report_of(
        plan, command, path=words or None, proof=Proof(False, words), sql={"upgrade": words}, lists=lists
    )


# -- Markdown ------------------------------------------------------------------------------------------

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = re.compile(r"</?(code|details|summary)>")


def tokens(text: str) -> list[Token]:
    found = PARSER.parse(text)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def outside_code(text: str) -> str:
    """What a host would look for mentions, references and links in: text that is not in code."""
    parts: list[str] = []
    inside = False
    for token in tokens(text):
        if token.type == "html_inline":
            assert HARMLESS.fullmatch(token.content), token.content
            inside = token.content == "<code>"
        elif token.type == "text" and not inside:
            parts.append(token.content)
        elif token.type == "html_block":
            assert re.fullmatch(r"<details>\n<summary>[\w ()]+</summary>\n|</details>\n?", token.content)
    return "\n".join(parts)


@pytest.mark.parametrize("words", NASTY)
def test_nothing_breaks_out_of_markdown(words: str) -> None:
    text = as_markdown(nasty_report(words, "check"))
    plain = as_markdown(nasty_report("plain", "check"))
    assert not {"link_open", "image", "em_open"} & {token.type for token in tokens(text)}
    for kind in ("tr_open", "td_open", "list_item_open", "bullet_list_open", "fence", "table_open", "hr"):
        count = [sum(token.type == kind for token in tokens(t)) for t in (text, plain)]
        if words or kind == "table_open":
            assert count[0] == count[1], kind
    assert not re.search(r"[@#$]|://|www\.|\b[0-9a-f]{7,}\b|\bGH-\d|\bABC-\d|:smile:", outside_code(text))
    assert all(c.isprintable() or c == "\n" for c in text)


def test_markdown() -> None:
    plan = Plan(EVERYTHING.comparison, (FAILS, *FINDINGS[1:], TICKED, MINOR))
    text = as_markdown(
        report_of(plan, path="versions/x.py", proof=Proof(True), sql={"upgrade": "ALTER TABLE t;\n```\n"})
    )
    assert text.startswith(
        "**autogen:** Models and database differ: 4 changes, 1 rename, 2 to review, 1 will fail, 1 minor. "
        "Proven: upgrade reaches the models, downgrade restores the schema.\n\nDraft: `versions/x.py`\n"
    )
    assert "| `-` | column | `orders.legacy_code` | `VARCHAR(12)` |\n" in text
    assert "- `users.email`\n  - **blocker** `add-unique`: Must become unique.\n" in text
    assert "    - The rows: 3 duplicates, e.g. <code>&#39;ann&#64;example&#46;org&#39;&#46;</code>\n" in text
    assert "    - **The upgrade will fail.** A tick does not settle this.\n" in text
    assert "    - Safer: Merge them first.\n" in text
    assert "    - Settled: ticked in the draft: nobody reads it, says <code>&#64;ann</code>\n" in text
    assert "  - ~~blocker~~ `drop-column`" in text
    assert "1 minor finding not shown" in text and "change-default" not in text
    assert "<details>\n<summary>SQL of upgrade()</summary>\n\n````sql\nALTER TABLE t;\n```\n````" in text
    assert "change-default" in as_markdown(report_of(plan), verbose=True)


def test_markdown_fits_into_a_comment() -> None:
    changes = [Create(column(f"t.{'c' * 50}{n}")) for n in range(2000)]
    findings = tuple(Finding("r", "high", f"t.{n}", "x " * 500) for n in range(300))
    plan = Plan(plan_of(*changes).comparison, findings)
    text = as_markdown(report_of(plan, sql={"upgrade": "x;\n" * 90_000, "downgrade": "x"}))
    assert len(text) < MOST_CHARACTERS + 1000
    assert "… and 1900 more changes." in text and "… and 240 more findings." in text


def test_names_that_need_no_escape_stay_readable() -> None:
    assert code("users.full_name") == "`users.full_name`"
    assert prose("Deletes 1,204 values. downgrade() restores the column.") == (
        "Deletes 1,204 values. downgrade() restores the column."
    )


# -- GitHub --------------------------------------------------------------------------------------------


def annotations(report: Report, look: Look | None = None) -> list[str]:
    return render("github", report, look).splitlines()


def test_annotations() -> None:
    findings = (
        Located(FAILS, "versions/x.py", 12),
        Located(Finding("type-lossy", "medium", "t.a", "50 % of it,\nor: more")),
        Located(TICKED, "versions/x.py", 20),
        Located(MINOR),
    )
    lines = annotations(Report("lint", findings))
    assert lines == [
        "::error file=versions/x.py,line=12,title=autogen%3A add-unique users.email::Must become unique. "
        "The rows: 3 duplicates, e.g. 'ann@example.org'. Safer: Merge them first. No tick settles this: "
        "correct the rows or the models, then autogen diff --amend.",
        "::warning title=autogen%3A type-lossy t.a::50 %25 of it, or: more",
        "::notice file=versions/x.py,line=20,title=autogen%3A drop-column orders.legacy_code::"
        "Settled (ticked in the draft: nobody reads it, says @ann). " + FINDINGS[0].message,
        "autogen: 4 findings (2 blocker, 1 medium and 1 low).",
    ]
    assert (
        "::notice title=autogen%3A change-default"
        in annotations(Report("lint", findings), Look(verbose=True))[3]
    )


def test_annotations_of_a_check() -> None:
    report = replace(report_of(plan_of(Drop(column("t.a"))), "check"), place="app/models.py", lists=LISTS)
    assert [line.partition("::Mod")[0][:68] for line in annotations(report)[:3]] == [
        "::error file=app/models.py,line=1,title=autogen%3A models-differ",
        "::error file=migrations/versions/a b.py,line=12,title=autogen%3A dro",
        "::error file=migrations/versions/a b.py,line=15,title=autogen%3A add",
    ]
    assert annotations(report)[-1] == (
        "autogen: Models and database differ: 1 change. 2 boxes of the review lists are open."
    )


@pytest.mark.parametrize("words", NASTY)
def test_nothing_breaks_out_of_an_annotation(words: str) -> None:
    lines = annotations(nasty_report(words, "check"))
    assert len(lines) == 6
    for line in lines[:-1]:
        found = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^,:]*,?)*)::(.*)", line)
        assert found, line
        assert {p.partition("=")[0] for p in found[2].split(",")} <= {"file", "line", "title"}
        assert all(c.isprintable() for c in line)
    assert "##[" not in lines[-1]


# -- SARIF ---------------------------------------------------------------------------------------------

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[3] / "fixtures/sarif/sarif-schema-2.1.0.json").read_text("utf-8")
)
VALIDATOR = Draft4Validator(SCHEMA)


def sarif(report: Report) -> dict[str, Any]:
    text = render("sarif", report)
    assert text.isascii()
    document: dict[str, Any] = json.loads(text)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    run: dict[str, Any] = document["runs"][0]
    return run


def test_the_schema_refuses() -> None:
    document = json.loads(render("sarif", Report("lint", (Located(MINOR, "x.py", 3),))))
    document["runs"][0]["results"][0]["level"] = "blocker"
    assert list(VALIDATOR.iter_errors(document))


def test_sarif() -> None:
    findings = (
        Located(FAILS, "versions/a b.py", 12),
        Located(TICKED, "versions/a b.py", 20),
        Located(MINOR, "versions/a b.py", 1),
    )
    texts = {"add-unique": RuleText("Values must be unique.", "Long.\n\nLonger.")}
    run = sarif(Report("lint", findings, rules=texts.get))
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["add-unique"]["help"] == {"text": "Long.\n\nLonger."}
    assert rules["add-unique"]["shortDescription"] == {"text": "Values must be unique."}
    first, second, third = run["results"]
    assert (first["level"], second["level"], third["level"]) == ("error", "error", "note")
    assert first["locations"][0] == {
        "physicalLocation": {
            "artifactLocation": {"uri": "versions/a%20b.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 12},
        },
        "logicalLocations": [{"fullyQualifiedName": "users.email", "kind": "unique"}],
    }
    assert first["ruleId"] == list(rules)[first["ruleIndex"]]
    assert first["properties"]["evidence"]["verdict"] == "violated"
    assert "suppressions" not in first
    assert second["suppressions"][0]["justification"].endswith("nobody reads it, says @ann")


def test_fingerprints_stay_when_lines_and_figures_change() -> None:
    def mark(finding: Finding, line: int) -> str:
        run = sarif(Report("lint", (Located(finding, "x.py", line),)))
        found: str = run["results"][0]["partialFingerprints"]["autogen/v1"]
        return found

    assert mark(MINOR, 1) == mark(replace(MINOR, message="Other.", severity="high"), 9)
    assert len({mark(MINOR, 1), mark(FAILS, 1), mark(replace(MINOR, object="orders.x"), 1)}) == 3
    run = sarif(Report("lint", (Located(MINOR, "x.py", 1), Located(MINOR, "x.py", 1))))
    assert len({r["partialFingerprints"]["autogen/v1"] for r in run["results"]}) == 2


@pytest.mark.parametrize("words", NASTY)
def test_sarif_of_anything_is_valid(words: str) -> None:
    run = sarif(nasty_report(words, "check"))
    assert len(run["results"]) == 5
    assert all(result["locations"] for result in run["results"])


def test_sarif_of_nothing() -> None:
    assert sarif(Report("lint"))["results"] == []


# -- text and JSON of findings alone -------------------------------------------------------------------

TEXT = """\
versions/x.py
  users.email
    line 12  blocker  add-unique
      Must become unique.
      The rows: 3 duplicates, e.g. 'ann@example.org'.
      Safer: Merge them first.
      No tick settles this: correct the rows or the models, then autogen diff --amend.
  orders.legacy_code
    line 20  blocker  drop-column
      Deletes the column's values. downgrade() restores the column, not the values; code that still
      reads it breaks.
      Settled: ticked in the draft: nobody reads it, says @ann

3 findings (2 blocker and 1 low).  1 of them is minor (--verbose).
"""


def test_text_of_findings() -> None:
    findings = (
        Located(FAILS, "versions/x.py", 12),
        Located(MINOR, "versions/x.py", 1),
        Located(TICKED, "versions/x.py", 20),
    )
    assert render("text", Report("lint", findings)) == TEXT
    assert "change-default" in render("text", Report("lint", findings), Look(verbose=True))
    assert "\x1b[1;31mblocker\x1b[0m" in render("text", Report("lint", findings), Look(colour=True))
    assert render("text", Report("lint")) == "No findings.\n"


def test_json_of_findings() -> None:
    document = json.loads(render("json", Report("lint", (Located(FAILS, "versions/x.py", 12),))))
    assert list(document) == ["version", "findings"]
    assert (document["findings"][0]["file"], document["findings"][0]["line"]) == ("versions/x.py", 12)


def test_json_of_boxes() -> None:
    document = json.loads(render("json", report_of(plan_of(), "check", lists=LISTS)))
    assert document["boxes"][1] == {
        "file": "migrations/versions/a b.py",
        "line": 15,
        "rule": "add-unique",
        "object": "t.b",
        "state": "fails",
        "reason": None,
    }
    assert [box["state"] for box in document["boxes"]] == ["open", "fails", "ticked"]


def test_text_of_open_boxes() -> None:
    text = render("text", report_of(plan_of(), "check", lists=LISTS, server="SQLite 3"))
    assert text.startswith("In sync: models and database agree")
    assert (
        "2 boxes of the review lists are open\n  migrations/versions/a b.py:12\n    drop-column  t.a\n"
        in text
    )
    assert "    add-unique   t.b  ! the upgrade will fail\n" in text
    assert "Next    Read what stands under an open box and tick it, [x]." in text
    assert "git knows no default branch" not in text
    unknown = report_of(plan_of(), "check", lists=LISTS, merged_known=False)
    assert "git knows no default branch" in " ".join(render("text", unknown).split())


def test_findings_about_what_does_not_change_are_told() -> None:
    findings = (
        Finding("id-exhaustion", "medium", "orders.id", "Half of the numbers are used. Plan.", "column"),
    )
    report = report_of(plan_of(Create(table("u")), findings=findings), "check")
    text = render("text", report)
    assert "Besides\n  orders.id\n    ! Half of the numbers are used\n\n1 change, 1 to review." in text


def test_minor_findings_are_counted_only() -> None:
    plan = plan_of(Create(column("orders.status")), findings=(MINOR,))
    assert "1 change, 1 minor.  Not" in render("text", report_of(plan, "check"))
    assert "Old and new" not in render("text", report_of(plan, "check"))
    assert "! Old and new code differ" in render("text", report_of(plan, "check"), Look(verbose=True))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", NASTY)
def test_every_format_takes_anything(form: str, words: str) -> None:
    text = render(form, nasty_report(words, "check"))
    assert text.endswith("\n")
    assert all(c.isprintable() or c == "\n" for c in text)
