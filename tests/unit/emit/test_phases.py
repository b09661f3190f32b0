"""Reports of a change in phases: every format names the revisions, the script and their proof."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autogen.changes import Drop
from autogen.emit.report import FORMATS, Located, Look, PhaseDraft, Report, render
from autogen.plan import Finding, Proof
from tests.unit.emit.samples import FINDINGS, HOSTILE, column, plan_of

PROVEN = Proof(True, "", "PostgreSQL 18.3", 1.25)
FAILED = Proof(False, "the downgrade leaves t.a behind")
EXPAND = PhaseDraft("expand", PROVEN, "v/1_expand.py")
CONTRACT = PhaseDraft("contract", PROVEN, "v/2_contract.py", "backfills/1.py")


def report(*phases: PhaseDraft, proof: Proof = PROVEN) -> Report:
    comparison = plan_of(Drop(column("t.a"))).comparison
    found = (Located(FINDINGS[0], "v/1_expand.py", 12),)
    return Report("diff", found, comparison, proof=proof, phases=phases)


def test_text() -> None:
    said = render("text", report(EXPAND, CONTRACT), Look(width=120)).split("\n\n")[-1]
    proof = (
        "every phase does what it should, up, down and up again (PostgreSQL 18.3, scratch database, 1.2 s)"
    )
    assert said == (
        "Expand    v/1_expand.py\n"
        "Backfill  backfills/1.py\n"
        "Contract  v/2_contract.py\n"
        f"Proof     {proof}\n"
        "Next      read them, tick their boxes, then follow the order in their docstrings\n"
    )


def test_nothing_to_tick() -> None:
    said = render("text", replace(report(EXPAND, CONTRACT), findings=()))
    assert "Next      read them, then follow the order in their docstrings" in said


def test_a_phase_that_fails() -> None:
    failed = report(EXPAND, replace(CONTRACT, proof=FAILED), proof=FAILED)
    said = render("text", failed)
    assert "Proof     FAILED: the downgrade leaves t.a behind" in said
    assert "Next      read the reason; run none of it" in said
    assert "Proof: the downgrade leaves t.a behind" in render("markdown", failed)
    assert "::error file=v/1_expand.py" in render("github", replace(failed, place="v/1_expand.py"))
    results = json.loads(render("sarif", failed))["runs"][0]["results"]
    assert results[0]["ruleId"] == "unproven-draft"


def test_what_was_not_written_is_shown() -> None:
    sql = {"upgrade": "-- up", "downgrade": "-- down"}
    expand = PhaseDraft("expand", PROVEN, draft="# first\n", sql=sql)
    contract = PhaseDraft("contract", PROVEN, draft="# last\n", script="# script\n", sql=sql)
    said = render("text", report(expand, contract))
    assert "Backfill  not written (--dry-run)" in said
    assert "Next" not in said
    ends = said[said.index("# first") :]
    assert ends == "\n".join(
        [
            "# first\n",
            "-- upgrade\n-- up\n-- downgrade\n-- down",
            "# last\n",
            "-- upgrade\n-- up\n-- downgrade\n-- down",
            "# script\n",
        ]
    )
    assert "SQL of upgrade() in the contract phase" in render("markdown", report(expand, contract))


def test_json() -> None:
    first, last = json.loads(render("json", report(EXPAND, CONTRACT)))["phases"]
    assert first == {
        "name": "expand",
        "path": "v/1_expand.py",
        "verified": True,
        "reason": None,
        "backfill": None,
    }
    assert (last["name"], last["backfill"]) == ("contract", "backfills/1.py")
    assert json.loads(render("json", report()))["phases"] == []
    assert "phases" not in json.loads(render("json", replace(report(), phases=None)))


def test_markdown_lists_the_files_in_the_order_in_which_they_run() -> None:
    said = render("markdown", report(EXPAND, CONTRACT))
    assert "Proven: every phase does what it should, up, down and up again." in said
    assert "1. Expand: `v/1_expand.py`\n2. Backfill: `backfills/1.py`\n3. Contract: `v/2_contract.py`" in said
    assert "Expand" not in render(
        "markdown", report(replace(EXPAND, path=None), replace(CONTRACT, path=None))
    )


def test_one_revision_is_enough() -> None:
    alone = replace(report(), path="v/1.py")
    assert "Phases  one is enough: " in render("text", alone)
    assert "Phases" not in render("text", replace(alone, phases=None))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", HOSTILE)
def test_every_format_takes_anything(form: str, words: str) -> None:
    proof = Proof(False, words)
    phase = PhaseDraft(words, proof, words, words, f"{words}\n", f"{words}\n", {"upgrade": words})
    assert render(form, report(phase, phase, proof=proof), Look(terminal=True)).endswith("\n")


@pytest.mark.parametrize("form", ["text", "github", "sarif", "markdown"])
def test_what_has_no_box_speaks_of_no_tick(form: str) -> None:
    certain = Finding("add-unique", "blocker", "t.a", "Must become unique.", "unique", certain=True)
    boxed = render(form, Report("lint", (Located(certain, "v/1.py", 3),)))
    bare = render(form, Report("lint", (Located(certain, "v/1.py", 3, boxed=False),)))
    assert "tick" in boxed
    assert "tick" not in bare
    assert "upgrade will fail" in bare
