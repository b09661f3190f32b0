"""``autogen diff --phases`` as its user meets it: files, order, refusals, and the way through the deploys."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.project import UserProject

BEFORE = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    fullname: Mapped[str] = mapped_column(sa.String(50))
"""
RENAMED = BEFORE.replace("fullname", "full_name")
REQUIRED = f"{BEFORE}    region: Mapped[str] = mapped_column(sa.String(9))\n"
HARMLESS = f"{BEFORE}    region: Mapped[str | None] = mapped_column(sa.String(9))\n"


@pytest.fixture
def people(shop: UserProject) -> UserProject:
    """A database with two users, at head."""
    shop.write("models.py", BEFORE)
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob')")
    return shop


def scripts(project: UserProject) -> list[Path]:
    return sorted((project.root / "migrations" / "backfills").glob("*.py"))


def drafts(project: UserProject) -> list[str]:
    """The texts of the drafts in phases, in the order of their names."""
    found = [p for p in sorted(project.drafts()) if p.stem.endswith(("_expand", "_contract"))]
    return [p.read_text("utf-8") for p in found]


def revision(text: str) -> str:
    found = re.search(r'^revision = "(\w+)"', text, re.M)
    assert found
    return found[1]


def test_a_rename_through_all_deploys(people: UserProject) -> None:
    people.write("models.py", RENAMED)
    ran = people.autogen("diff", "--phases", "-m", "split name")
    assert (ran.code, ran.err) == (0, "")
    expand, contract = drafts(people)
    (script,) = scripts(people)
    for shown in ("Expand", "Backfill  migrations/backfills/", "Contract", "Proof", "Next"):
        assert re.search(rf"^{shown}", ran.out, re.M), ran.out
    assert expand.startswith('"""split name (expand)\n')
    assert contract.startswith('"""split name (contract)\n')
    assert f'down_revision = "{revision(expand)}"' in contract
    for text in (expand, contract):
        steps = [
            f"1. alembic upgrade {revision(expand)}",
            f"2. python migrations/backfills/{script.name}",
            "3. deploy code that uses users.full_name instead of fullname",
            f"4. alembic upgrade {revision(contract)}, once no older code runs",
        ]
        assert "\n".join(steps) in text
    assert "- [ ] rename-column users.fullname -> users.full_name" in expand
    assert "- [ ]" not in contract

    people.upgrade(revision(expand))
    people.sql("INSERT INTO users (fullname) VALUES ('Cy')")
    people.sql("INSERT INTO users (full_name) VALUES ('Dee')")
    for command, code in (("check", 1), ("diff", 2)):
        waiting = people.autogen(command)
        assert waiting.code == code
        said = " ".join(f"{waiting.out} {waiting.err}".split())
        assert f"python migrations/backfills/{script.name}" in said
        assert f"alembic upgrade {revision(contract)}" in said
    early = people.alembic("upgrade", "head")
    assert early.code != 0
    assert f"run migrations/backfills/{script.name}" in early.err

    filled = people.python(str(script), DATABASE_URL="sqlite:///app.db")
    assert (filled.code, filled.err) == (0, "")
    assert "users.full_name: 2 filled" in filled.out
    people.upgrade()
    assert people.autogen("check").code == 0
    assert people.sql("SELECT full_name FROM users ORDER BY id") == [("Ann",), ("Bob",), ("Cy",), ("Dee",)]
    people.downgrade("-2")
    assert people.sql("SELECT fullname FROM users ORDER BY id") == [("Ann",), ("Bob",), ("Cy",), ("Dee",)]


def test_a_value_that_only_a_person_knows(people: UserProject) -> None:
    people.write("models.py", REQUIRED)
    assert people.autogen("diff", "--phases").code == 0
    (script,) = scripts(people)
    people.upgrade(revision(drafts(people)[0]))
    refused = people.python(str(script), DATABASE_URL="sqlite:///app.db")
    assert refused.code == 2
    assert "FILL IN" in refused.err
    assert people.sql("SELECT count(*) FROM users WHERE region IS NULL") == [(2,)]
    text = script.read_text("utf-8")
    assert text.count("# FILL IN") == 1
    script.write_text(text.replace("value=None", "value=\"CASE id WHEN 1 THEN 'eu' END\""), "utf-8")
    half = people.python(str(script), DATABASE_URL="sqlite:///app.db")
    assert half.code == 1
    assert "1 rows are still unfilled" in half.out
    script.write_text(text.replace("value=None", "value=\"'us'\""), "utf-8")
    assert people.python(str(script), DATABASE_URL="sqlite:///app.db").code == 0
    people.upgrade()
    assert people.sql("SELECT region FROM users ORDER BY id") == [("eu",), ("us",)]


def test_where_one_revision_is_enough(people: UserProject) -> None:
    people.write("models.py", HARMLESS)
    ran = people.autogen("diff", "--phases")
    assert ran.code == 0
    assert "one is enough" in ran.out
    assert (drafts(people), scripts(people), len(people.drafts())) == ([], [], 2)
    people.upgrade()
    assert people.autogen("check").code == 0


def test_dry_run_writes_nothing(people: UserProject) -> None:
    people.write("models.py", RENAMED)
    before = sorted(people.root.rglob("*.py"))
    ran = people.autogen("diff", "--phases", "--dry-run", "--sql")
    assert ran.code == 0
    for text in (
        "(expand)\n",
        "(contract)\n",
        "JOBS: tuple[Job, ...] = (\n",
        "-- upgrade",
        "INSERT INTO temp.",
    ):
        assert text in ran.out
    assert sorted(people.root.rglob("*.py")) == before


def test_json(people: UserProject) -> None:
    people.write("models.py", RENAMED)
    ran = people.autogen("diff", "--phases", "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["path"], document["verified"]) == (0, None, True)
    expand, contract = document["phases"]
    assert (expand["name"], expand["verified"], expand["backfill"]) == ("expand", True, None)
    assert (contract["name"], contract["verified"]) == ("contract", True)
    assert {people.root / found["path"] for found in (expand, contract)} <= {*people.drafts()}
    assert [people.root / contract["backfill"]] == scripts(people)


def test_a_plain_draft_is_replaced_and_phases_are_not(people: UserProject) -> None:
    people.write("models.py", RENAMED)
    assert people.autogen("diff").code == 0
    ran = people.autogen("diff", "--amend", "--phases")
    assert (ran.code, ran.err) == (0, "")
    assert (len(drafts(people)), len(people.drafts())) == (2, 3)
    again = people.autogen("diff", "--amend")
    assert again.code == 2
    assert "one phase of several" in " ".join(again.err.split())


def test_neither_file_is_left_where_one_cannot_be_written(people: UserProject) -> None:
    people.write("models.py", RENAMED)
    people.write("migrations/backfills", "in the way")
    ran = people.autogen("diff", "--phases")
    assert ran.code == 2
    assert "could not be written" in ran.err
    assert drafts(people) == []
