"""What the rows say, as the user meets it: terminal, draft, JSON, prompts, and how it is turned off."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.project import MODELS, UserProject
from tests.cli.terminal import Session

BEFORE = MODELS + (
    "    mail: Mapped[str | None] = mapped_column(String(50))\n"
    "    legacy_code: Mapped[str | None] = mapped_column(String(12))\n"
)
AFTER = MODELS.replace("String(50)", "String(10)") + (
    "    mail: Mapped[str | None] = mapped_column(String(50), unique=True)\n"
)
SECRET = "s3cret\x1b[31m@x.y"


@pytest.fixture
def members(shop: UserProject) -> UserProject:
    """A table with 12,000 rows: 1,204 old codes, one mail twice; then models that narrow, drop and add."""
    shop.write("models.py", BEFORE)
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql(
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 12000) "
        "INSERT INTO users (id, name, mail, legacy_code) "
        f"SELECT n, 'Ann', CASE WHEN n < 3 THEN '{SECRET}' ELSE n END, iif(n < 1205, 'x', NULL) FROM s"
    )
    shop.write("models.py", AFTER)
    return shop


def test_figures_in_terminal_and_draft(members: UserProject) -> None:
    ran = members.autogen("diff", "--no-input")
    assert (ran.code, ran.err) == (0, "")
    heading, *lines = ran.out.splitlines()
    assert re.fullmatch(r"users +about 12,000 rows", heading)
    drop = next(line for line in lines if line.startswith("  - legacy_code"))
    assert drop.endswith("! holds 1,204 values")
    narrowed = next(line for line in lines if line.startswith("  ~ name"))
    assert narrowed.endswith("! narrowing: longest value has 3 characters")
    assert heading.index("about") == drop.index("!") == narrowed.index("!")
    told = " ".join(ran.out.split())
    assert r"1 duplicate, e.g. 's3cret\x1b[31m@x.y' twice: this upgrade will fail" in told
    draft = members.draft()
    assert "- [ ] drop-column users.legacy_code\n      Deletes 1,204 values. downgrade()" in draft
    assert "# review: deletes 1,204 values" in draft or "legacy_code (deletes 1,204 values)" in draft
    assert "\x1b" not in draft + ran.out
    assert "twice: this upgrade will fail" in " ".join(draft.split())
    assert "Next read it, correct the rows it will fail on, or the models" in told


def test_json_has_the_evidence(members: UserProject) -> None:
    document = json.loads(members.autogen("diff", "--format", "json", "--dry-run").out)
    found = {finding["rule"]: finding for finding in document["findings"]}
    unique = found["add-unique"]
    assert (unique["severity"], unique["certain"]) == ("blocker", True)
    assert unique["remedy"].startswith("Remove duplicates first")
    assert unique["evidence"] == {
        "verdict": "violated",
        "text": f"1 duplicate, e.g. {SECRET!r} twice: this upgrade will fail",
        "count": 1,
        "more": False,
        "examples": [f"{SECRET!r} twice"],
    }
    assert found["drop-column"]["certain"] is False
    assert found["drop-column"]["evidence"]["count"] == 1204


def test_an_answer_settles_a_drop_but_not_what_fails(members: UserProject) -> None:
    assert members.autogen("diff", "--no-input").code == 0
    assert members.autogen("diff", "--amend", "--no-input", "--drop", "users.legacy_code").code == 0
    draft = members.draft()
    assert "- [x] drop-column users.legacy_code" in draft
    assert re.search(r"- \[!\] add-unique .*: the upgrade will fail", draft)
    members.sql("UPDATE users SET mail = 'other' WHERE id = 1")
    assert members.autogen("diff", "--amend", "--no-input").code == 0
    assert "will fail" not in " ".join(members.draft().split())
    assert "- [x] drop-column users.legacy_code" in members.draft()
    members.upgrade()


@pytest.mark.parametrize("command", ["diff", "check"])
def test_no_values_anywhere(members: UserProject, command: str) -> None:
    config = members.root / "pyproject.toml"
    config.write_text(config.read_text().replace("[tool.autogen]", "[tool.autogen]\nshow_values = false"))
    again = ["--amend"] if command == "diff" else []
    told = [members.autogen(command), members.autogen(command, "--format", "json", *again)]
    assert {ran.err for ran in told} == {""}
    everything = "".join(ran.out + ran.err for ran in told)
    assert "s3cret" not in everything
    assert all("s3cret" not in path.read_text() for path in members.drafts())
    assert "1 duplicate: this upgrade will fail" in " ".join(everything.split())


@pytest.mark.parametrize("command", ["diff", "check"])
def test_no_data(members: UserProject, command: str) -> None:
    ran = members.autogen(command, "--no-data")
    assert "about" not in ran.out
    assert "1,204" not in ran.out
    assert "Deletes the column's values" in ran.out
    again = ["--amend"] if command == "diff" else []
    document = json.loads(members.autogen(command, "--no-data", "--format", "json", *again).out)
    assert {finding["evidence"] for finding in document["findings"]} == {None}
    assert not any(finding["certain"] for finding in document["findings"])


def test_an_empty_table_is_still_known_without_data(members: UserProject) -> None:
    members.sql("DELETE FROM users")
    assert "Deletes a column of a table that is empty now" in members.autogen("check", "--no-data").out


def test_a_question_counts_nothing_without_data(members: UserProject) -> None:
    members.write("models.py", BEFORE.replace("legacy_code:", "code:"))
    with Session(members, "diff") as session:
        assert "users.legacy_code holds 1,204 values" in " ".join(session.until("or [s]kip").split())
    with Session(members, "diff", "--no-data") as session:
        assert "1,204" not in session.until("or [s]kip")


def test_show_values_is_true_or_false(members: UserProject) -> None:
    config = members.root / "pyproject.toml"
    config.write_text(config.read_text().replace("[tool.autogen]", '[tool.autogen]\nshow_values = "no"'))
    ran = members.autogen("check")
    assert ran.code == 2
    assert "'show_values' has to be true or false" in ran.err
