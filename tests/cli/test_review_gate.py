"""The review list as a gate: autogen check in a git hook, and what an amended draft keeps."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.project import MODELS, Ran, UserProject

HOOK = "#!/bin/sh\nexec {} -m autogen check\n"


def git(project: UserProject, *arguments: str) -> Ran:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.hooksPath=.git/hooks"]
    return project.run(["git", *identity, *arguments])


@pytest.fixture
def reviewed(shop: UserProject) -> UserProject:
    """A project whose newest draft, applied already, drops a column that holds a value: its box is open."""
    shop.write("models.py", MODELS + "    legacy: Mapped[str | None]\n")
    shop.write(".gitignore", "*.db\n__pycache__/\n")
    (shop.root / ".git" / "HEAD").unlink()
    assert shop.autogen("diff", "-m", "one", "--no-verify").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users (id, name, legacy) VALUES (1, 'x', 'y')")
    shop.write("models.py", MODELS)
    return shop


def repository(project: UserProject, branch: str) -> None:
    assert git(project, "init", "-q", "-b", branch).code == 0
    assert git(project, "add", "-A").code == 0
    assert git(project, "commit", "-q", "-m", "one").code == 0
    hook = project.write(".git/hooks/pre-commit", HOOK.format(shlex.quote(sys.executable)))
    hook.chmod(0o755)


def tick(project: UserProject, box: str = "- [ ]") -> Path:
    draft = project.drafts()[-1]
    draft.write_text(draft.read_text("utf-8").replace(box, "- [x]"), "utf-8")
    return draft


@pytest.mark.parametrize("branch", ["main", "trunk"])
def test_a_hook_refuses_a_draft_with_an_open_box(reviewed: UserProject, branch: str) -> None:
    repository(reviewed, branch)
    assert reviewed.autogen("diff", "-m", "two", "--no-verify").code == 0
    git(reviewed, "add", "-A")
    refused = git(reviewed, "commit", "-m", "two")
    assert refused.code == 1
    assert "has not been applied" in refused.err
    assert "1 box of the review list is open\n  migrations/versions/" in refused.err
    reviewed.upgrade()
    refused = git(reviewed, "commit", "-m", "two")
    assert refused.code == 1
    said = refused.out + refused.err
    name = reviewed.drafts()[-1].name
    assert (
        f"1 box of the review list is open\n  migrations/versions/{name}:12\n    drop-column  users.legacy\n"
        in said
    )
    assert ("git knows no default branch" in " ".join(said.split())) == (branch == "trunk")
    tick(reviewed)
    git(reviewed, "add", "-A")
    accepted = git(reviewed, "commit", "-m", "two")
    assert accepted.code == 0, accepted
    document = json.loads(reviewed.autogen("check", "--format", "json").out)
    assert document["boxes"] == []


def test_a_merged_draft_holds_nothing_back(reviewed: UserProject) -> None:
    repository(reviewed, "main")
    assert reviewed.autogen("diff", "--no-verify").code == 0
    reviewed.upgrade()
    ran = reviewed.autogen("check", "--format", "json")
    assert ran.code == 1
    name = reviewed.drafts()[-1].name
    assert json.loads(ran.out)["boxes"] == [
        {
            "file": f"migrations/versions/{name}",
            "line": 12,
            "rule": "drop-column",
            "object": "users.legacy",
            "state": "open",
            "reason": None,
        }
    ]
    settings = (reviewed.root / "pyproject.toml").read_text("utf-8")
    ignore = '[[tool.autogen.ignore]]\nrule = "drop-column"\nobject = "users.*"\nreason = "archived"\n'
    for unheard in ('[tool.autogen.rules]\ndrop-column = "off"\n', ignore):
        reviewed.write("pyproject.toml", f"{settings}\n{unheard}")
        assert reviewed.autogen("check").code == 0
    reviewed.write("pyproject.toml", settings)
    git(reviewed, "add", "-A")
    assert git(reviewed, "commit", "-q", "--no-verify", "-m", "two").code == 0
    assert reviewed.autogen("check").code == 0


def test_without_git_the_database_decides(reviewed: UserProject) -> None:
    (reviewed.root / ".git").rmdir()
    assert reviewed.autogen("diff", "--no-verify").code == 0
    ran = reviewed.autogen("check")
    assert (ran.code, ran.err) == (1, "")
    assert "Migrations vs database  1 revision has not been applied" in ran.out
    assert "1 box of the review list is open" in ran.out
    reviewed.upgrade()
    assert reviewed.autogen("check").code == 0


def test_an_amended_draft_keeps_ticks_and_reasons(reviewed: UserProject) -> None:
    assert reviewed.autogen("diff", "--no-verify").code == 0
    draft = reviewed.drafts()[-1]
    text = draft.read_text("utf-8").replace(
        "- [ ] drop-column users.legacy", '- [X] drop-column users.legacy "ok", says Ann'
    )
    draft.write_text(text.replace("\n", "\r\n"), "utf-8", newline="")
    reviewed.write("models.py", MODELS + "    age: Mapped[int]\n")
    ran = reviewed.autogen("diff", "--amend", "--format", "json")
    assert ran.code == 0, ran.err
    found = {f["rule"]: f for f in json.loads(ran.out)["findings"]}
    assert found["drop-column"]["answer"]
    assert found["drop-column"]["reason"] == '"ok", says Ann'
    assert found["add-not-null-no-default"]["answer"] is None
    lines = reviewed.draft().splitlines()
    assert '- [x] drop-column users.legacy: "ok", says Ann' in lines
    assert "- [!] add-not-null-no-default users.age: the upgrade will fail" in lines
    for finding in found.values():
        assert lines[finding["line"] - 1].startswith("- [")
        assert finding["rule"] in lines[finding["line"] - 1]
    again = reviewed.autogen("diff", "--amend", "--no-verify")
    assert re.search(r"\b1 to review", again.out), again


def test_lint_heeds_the_boxes_of_a_draft(reviewed: UserProject) -> None:
    assert reviewed.autogen("diff", "-m", "two", "--no-verify").code == 0
    ran = reviewed.autogen("lint", "head")
    assert ran.code == 1 and "drop-column" in ran.out, ran
    tick(reviewed)
    ran = reviewed.autogen("lint", "head", "--format", "json")
    assert ran.code == 0, ran.out
    (found,) = [f for f in json.loads(ran.out)["findings"] if f["rule"] == "drop-column"]
    assert found["answer"] == "ticked in the draft"
