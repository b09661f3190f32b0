"""Renames on the command line: asked, answered ahead, hinted, left for the review."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.project import UserProject
from tests.cli.terminal import Session, answering

BEFORE = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    fullname: Mapped[str] = mapped_column(sa.String(50))
    nick: Mapped[int]


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(sa.Text)
    written: Mapped[int]
"""
COLUMN = BEFORE.replace("fullname", "full_name")
TABLE = BEFORE.replace('"notes"', '"remarks"')
BOTH = COLUMN.replace('"notes"', '"remarks"')


@pytest.fixture
def people(new_people: UserProject, tmp_path: Path) -> UserProject:
    """A database with two users and a note, at head."""
    return new_people.copied(tmp_path / "shop")


@pytest.fixture(scope="module")
def new_people(new_shop: UserProject, tmp_path_factory: pytest.TempPathFactory) -> UserProject:
    shop = new_shop.copied(tmp_path_factory.mktemp("people") / "shop")
    shop.write("models.py", BEFORE)
    assert shop.autogen("diff").code == 0
    shop.upgrade()
    shop.sql("INSERT INTO users VALUES (1, 'Ann', 7), (2, 'Bob', 8)")
    shop.sql("INSERT INTO notes VALUES (1, 'x', 3)")
    return shop


def edited(people: UserProject, models: str) -> UserProject:
    people.write("models.py", models)
    return people


def boxes(project: UserProject) -> list[str]:
    return re.findall(r"^- (\[.\] .*)$", project.draft(), re.M)


def names(project: UserProject) -> list[str]:
    return [row[0] for row in project.sql("SELECT full_name FROM users ORDER BY id")]


def test_unasked_it_is_a_rename_with_an_open_box(people: UserProject) -> None:
    ran = edited(people, COLUMN).autogen("diff")
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"> full_name +renamed from fullname", ran.out)
    assert boxes(people) == ["[ ] rename-column users.fullname -> users.full_name"]
    assert "autogen diff --amend --drop users.fullname" in " ".join(people.draft().split())
    people.upgrade()
    assert names(people) == ["Ann", "Bob"]
    people.downgrade("-1")
    assert people.sql("SELECT fullname FROM users WHERE id = 2") == [("Bob",)]


def test_json(people: UserProject) -> None:
    ran = edited(people, COLUMN).autogen("diff", "--format", "json")
    (found,) = json.loads(ran.out)["renames"]
    assert (found["from"], found["to"], found["kind"]) == ("users.fullname", "users.full_name", "column")
    assert (found["decided_by"], found["accepted"], found["alternatives"]) == ("score", True, [])
    assert 0.9 < found["confidence"] < 1
    assert any("only" in words for words in found["evidence"])


def test_check_shows_renames(people: UserProject) -> None:
    ran = edited(people, TABLE).autogen("check")
    assert ran.code == 1
    assert "> remarks  renamed from notes" in ran.out
    (found,) = json.loads(people.autogen("check", "--format", "json").out)["renames"]
    assert (found["from"], found["to"]) == ("notes", "remarks")


# -- ahead ---------------------------------------------------------------------------------------------


def test_a_flag_ticks_the_box(people: UserProject) -> None:
    ran = edited(people, BOTH).autogen(
        "diff", "--rename", "users.fullname=users.full_name", "--rename", "notes=remarks"
    )
    assert ran.code == 0, ran.err
    assert sorted(boxes(people)) == [
        "[x] rename-column users.fullname -> users.full_name",
        "[x] rename-table notes -> remarks",
    ]
    assert "Answered by flag." in people.draft()
    assert "to review" not in ran.out


def test_a_flag_drops(people: UserProject) -> None:
    ran = edited(people, COLUMN.replace("String(50))", "String(50), server_default='')")).autogen(
        "diff", "--drop", "users.fullname"
    )
    assert ran.code == 0, ran.err
    assert boxes(people) == ["[x] drop-column users.fullname"]
    assert "Perhaps a rename" not in ran.out
    people.upgrade()
    assert names(people) == ["", ""]


def test_another_answer_replaces_the_draft(people: UserProject) -> None:
    assert edited(people, TABLE).autogen("diff").code == 0
    ran = people.autogen("diff", "--amend", "--drop", "notes")
    assert ran.code == 0, ran.err
    assert len(people.drafts()) == 2
    assert boxes(people) == ["[x] drop-table notes"]
    assert people.autogen("diff", "--amend", "--rename", "notes=remarks").code == 0
    assert boxes(people) == ["[x] rename-table notes -> remarks"]


def test_an_amended_draft_keeps_the_answers(people: UserProject) -> None:
    models = BOTH.replace("nick: Mapped[int]", "nickname: Mapped[int]")
    edited(people, models)
    assert people.autogen("diff", "--rename", "users.nick=users.nickname").code == 0
    ran = people.autogen("diff", "--amend", "--drop", "notes")
    assert ran.code == 0, ran.err
    assert {"[x] rename-column users.nick -> users.nickname", "[x] drop-table notes"} <= set(boxes(people))
    draft = people.drafts()[-1]
    draft.write_text(
        draft.read_text("utf-8").replace(
            "- [ ] rename-column users.fullname", "- [x] rename-column users.fullname"
        )
    )
    assert people.autogen("diff", "--amend", "--rename", "notes=remarks").code == 0
    assert sorted(boxes(people)) == [
        "[x] rename-column users.fullname -> users.full_name",
        "[x] rename-column users.nick -> users.nickname",
        "[x] rename-table notes -> remarks",
    ]


def test_columns_that_swap(people: UserProject) -> None:
    people.write(
        "models.py", BEFORE.replace("nick: Mapped[int]", "nick: Mapped[str] = mapped_column(sa.String(50))")
    )
    assert people.autogen("diff").code == 0
    people.upgrade()
    ran = people.autogen(
        "diff", "--rename", "users.fullname=users.nick", "--rename", "users.nick=users.fullname"
    )
    assert ran.code == 0, ran.err
    people.upgrade()
    assert people.sql("SELECT fullname, nick FROM users ORDER BY id") == [("7", "Ann"), ("8", "Bob")]


NICKS = BEFORE.replace("nick: Mapped[int]", "nick: Mapped[str] = mapped_column(sa.String(50))")
SWAP = ("--rename", "users.fullname=users.nick", "--rename", "users.nick=users.fullname")


def test_a_swap_outlives_amend(people: UserProject) -> None:
    people.write("models.py", NICKS)
    assert people.autogen("diff").code == 0
    people.upgrade()
    assert people.autogen("diff", *SWAP).code == 0
    people.write("models.py", NICKS.replace("written:", "age: Mapped[int | None]\n    written:"))
    for _ in range(2):
        ran = people.autogen("diff", "--amend")
        assert ran.code == 0, ran.err
        assert "no more" not in ran.err
    assert sorted(boxes(people)) == [
        "[x] rename-column users.fullname -> users.nick",
        "[x] rename-column users.nick -> users.fullname",
    ]
    people.upgrade()
    assert people.sql("SELECT fullname, nick FROM users ORDER BY id") == [("7", "Ann"), ("8", "Bob")]


def test_a_tick_that_fits_no_more_is_told(people: UserProject) -> None:
    edited(people, COLUMN)
    assert people.autogen("diff", "--rename", "users.fullname=users.full_name").code == 0
    people.write("models.py", BEFORE.replace("fullname", "name_in_full"))
    ran = people.autogen("diff", "--amend")
    assert ran.code == 0 and "the rename users.fullname -> users.full_name, which fits" in " ".join(
        ran.err.split()
    )
    people.write("models.py", BEFORE)
    ran = people.autogen("diff", "--amend")
    assert ran.code == 0 and "In sync" in ran.out
    assert f"{people.drafts()[-1].name}, which --amend was to replace, is as it was" in " ".join(
        ran.err.split()
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--rename", "users.name=users.full_name"], "The database has no users.name"),
        (["--rename", "users.fullname=users.name"], "The models have no users.name"),
        (
            ["--rename", "users.fullname=remarks"],
            "users.fullname is a column in the database, remarks a table",
        ),
        (["--rename", "users.fullname"], "lacks a name"),
        (["--rename", "fullname=full_name"], "Did you mean --rename users.fullname=users.full_name?"),
        (["--rename", "users.fullname=full_name"], "Did you mean --rename users.fullname=users.full_name?"),
        (["--drop", "fullname"], "Did you mean --drop users.fullname?"),
        (["--rename", "users.fullname=users.nick"], "the database has a users.nick already"),
        (["--drop", "users.nick"], "The models still have users.nick"),
        (["--drop", "users.name"], "The database has no users.name"),
        (["--rename", "notes=remarks", "--drop", "notes"], "contradicts"),
        (["--rename", "notes=remarks", "--rename", "users=remarks"], "contradicts"),
    ],
)
def test_an_answer_that_names_nothing(people: UserProject, flags: list[str], said: str) -> None:
    before = edited(people, BOTH).files()
    ran = people.autogen("diff", *flags)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert (
        "contradicts" in said
        or "already" in said
        or "lacks" in said
        or "another table" in said
        or "users.fullname" in ran.err
    )
    assert people.files() == before


# -- in the models and the configuration ---------------------------------------------------------------


def test_a_hint_decides_and_grows_stale(people: UserProject) -> None:
    hinted = BEFORE.replace(
        "fullname: Mapped[str] = mapped_column(sa.String(50))",
        "called: Mapped[str] = mapped_column(sa.Text, info={'renamed_from': ['name', 'fullname']})",
    )
    edited(people, hinted)
    (found,) = json.loads(people.autogen("diff", "--format", "json").out)["renames"]
    assert (found["from"], found["to"], found["decided_by"]) == ("users.fullname", "users.called", "hint")
    assert "[x] rename-column users.fullname -> users.called" in boxes(people)
    people.upgrade()
    ran = people.autogen("check", "--verbose")
    assert ran.code == 0
    assert re.search(r"users\.called +its hint renamed_from speaks of no rename", ran.out)
    assert "hint" not in people.autogen("check").out


def test_a_hint_that_names_nothing_is_told(people: UserProject) -> None:
    edited(people, COLUMN.replace("sa.String(50)", "sa.String(50), info={'renamed_from': 'users.fullname'}"))
    ran = people.autogen("check")
    assert ran.code == 1
    assert "users.full_name is new" not in ran.err, "it is a rename all the same"
    ran = people.autogen("diff", "--dry-run", "--drop", "users.fullname")
    assert "users.full_name is new: its hint renamed_from names nothing" in " ".join(ran.err.split())
    edited(people, BEFORE + "    __table_args__ = {'info': {'renamed_from': 'memos'}}\n")
    assert people.autogen("check").err == "", "stale, and nothing is new"
    edited(people, TABLE + "    __table_args__ = {'info': {'renamed_from': 'memos'}}\n")
    ran = people.autogen("diff", "--dry-run", "--drop", "notes")
    assert "or schema.table for one that was in another schema" in " ".join(ran.err.split())


def test_the_hint_of_an_index_that_changed_is_told(people: UserProject) -> None:
    args = "    __table_args__ = (sa.Index({}),)\n"
    people.write("models.py", BEFORE + args.format("'ix_w', 'written'"))
    assert people.autogen("diff").code == 0
    people.upgrade()
    edited(people, BEFORE + args.format("'ix_written', 'written', 'id', info={'renamed_from': 'ix_w'}"))
    said = " ".join(people.autogen("check").err.split())
    assert "notes.ix_written is no rename of ix_w" in said
    assert "ix_w is dropped, ix_written created" in said
    assert "names nothing" not in said


def test_an_old_name_that_two_hints_claim(people: UserProject) -> None:
    hint = "String(50), server_default='', info={'renamed_from': 'fullname'}"
    models = COLUMN.replace("String(50)", hint).replace(
        "    nick: Mapped[int]", f"    called: Mapped[str] = mapped_column(sa.{hint})\n    nick: Mapped[int]"
    )
    before = edited(people, models).files()
    for command in ("check", "diff"):
        ran = people.autogen(command)
        assert ran.code == 2
        said = " ".join(ran.err.split())
        assert "renamed_from fullname for users.called and users.full_name" in said
        assert "--rename users.fullname=users.called" in said
    assert people.files() == before
    ran = people.autogen("diff", "--rename", "users.fullname=users.full_name")
    assert ran.code == 0, ran.err
    people.upgrade()
    assert names(people) == ["Ann", "Bob"]
    assert people.autogen("check").code == 0, "hints of a rename that is done claim nothing"


def test_a_hint_that_is_no_name(people: UserProject) -> None:
    edited(people, BEFORE.replace("sa.String(50)", "sa.String(50), info={'renamed_from': 7}"))
    ran = people.autogen("check", "--verbose")
    assert ran.code == 2
    assert "neither a name nor a list of names" in " ".join(ran.err.split())


def test_never(people: UserProject) -> None:
    config = (people.root / "pyproject.toml").read_text("utf-8")
    people.write("pyproject.toml", config + 'renames = "never"\n')
    assert edited(people, TABLE).autogen("diff").code == 0
    assert boxes(people) == ["[ ] drop-table notes", "[ ] probable-rename notes"]
    people.write("pyproject.toml", config + 'renames = "always"\n')
    ran = people.autogen("diff")
    assert ran.code == 2
    assert "'renames' has to be one of ask, propose, never" in ran.err


def test_a_kept_attribute_and_an_edited_line_are_evidence(people: UserProject) -> None:
    shutil.rmtree(people.root / ".git")
    people.write(".gitignore", "app.db\n")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        ran = people.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *command])
        assert ran.code == 0, ran.err
    edited(people, COLUMN)
    (found,) = json.loads(people.autogen("check", "--format", "json").out)["renames"]
    assert any("edited in place" in words for words in found["evidence"])
    kept = BEFORE.replace("mapped_column(sa.String(50))", "mapped_column('called', sa.Text)")
    edited(people, kept)
    (found,) = json.loads(people.autogen("check", "--format", "json").out)["renames"]
    assert (found["from"], found["to"]) == ("users.fullname", "users.called")
    assert any("attribute" in words for words in found["evidence"])


# -- asked ---------------------------------------------------------------------------------------------


def test_a_question_shows_evidence_and_what_is_at_stake(people: UserProject) -> None:
    with Session(edited(people, COLUMN), "diff") as session:
        asked = " ".join(session.until("or [s]kip for now? ").split())
        assert "users.fullname -> users.full_name" in asked
        assert "users.fullname holds 2 values" in asked
        assert re.search(r"\d\d %: ", asked)
        session.type("perhaps\n")
        session.until("Please answer r, d or s: ")
        session.type("r\n")
        assert session.end() == 0
    assert boxes(people) == ["[x] rename-column users.fullname -> users.full_name"]
    assert "Answered by prompt." in people.draft()


def test_answers(people: UserProject) -> None:
    models = BOTH.replace("String(50))", "String(50), server_default='')")
    code, seen = answering(edited(people, models), ["diff"], ["r", "d"])
    assert code == 0
    assert seen.count("[s]kip for now?") == 2
    assert len([box for box in boxes(people) if box.startswith("[x]")]) == 2


def test_an_amended_draft_keeps_who_answered(people: UserProject) -> None:
    models = BOTH.replace("String(50))", "String(50), server_default='')")
    assert answering(edited(people, models), ["diff"], ["r", "d"])[0] == 0
    assert people.autogen("diff", "--amend").code == 0
    assert len([box for box in boxes(people) if box.startswith("[x]")]) == 2
    draft = " ".join(people.draft().split())
    assert (draft.count("Answered by prompt."), draft.count("Answered by flag.")) == (2, 0)


def test_a_figure_that_an_answer_moves_is_told(people: UserProject) -> None:
    """Of two removed and two added columns of one type, one pair left alone is surer than before."""
    people.write("models.py", BEFORE.replace("    nick:", "    house: Mapped[int]\n    nick:"))
    assert people.autogen("diff").code == 0
    people.sql("DELETE FROM users")
    people.upgrade()
    edited(people, BEFORE.replace("    nick:", "    home: Mapped[int]\n    alias:"))
    with Session(people, "diff") as session:
        first = " ".join(session.until("or [s]kip for now? ").split())
        assert "before your answers" not in first
        session.type("r\n")
        second = " ".join(session.until("or [s]kip for now? ").split()[-60:])
        session.type("r\n")
        assert session.end() == 0
    assert re.search(r"\d\d? % \(\d\d? % before your answers\): ", second)


def test_skipped_stays_open(people: UserProject) -> None:
    code, _ = answering(edited(people, COLUMN), ["diff"], ["s"])
    assert code == 0
    assert boxes(people) == ["[ ] rename-column users.fullname -> users.full_name"]


def test_what_an_answer_makes_pointless_is_not_asked(people: UserProject) -> None:
    """A table that is dropped has no renamed columns."""
    models = TABLE.replace("written", "written_at")
    code, seen = answering(edited(people, models), ["diff"], ["d"])
    assert code == 0
    assert seen.count("[s]kip for now?") == 1
    assert boxes(people) == ["[x] drop-table notes"]


def test_drop_and_add_is_final(people: UserProject) -> None:
    """What goes is not asked about again with another column."""
    models = BEFORE.replace("    fullname: Mapped[str]", "    shortname: Mapped[str]").replace(
        "    nick: Mapped[int]",
        "    nick: Mapped[int]\n    full_title: Mapped[str] = mapped_column(sa.String(50))",
    )
    people.sql("DELETE FROM users")
    code, seen = answering(edited(people, models), ["diff"], ["d"])
    assert code == 0
    assert seen.count("[s]kip for now?") == 1
    assert "[x] drop-column users.fullname" in boxes(people)


@pytest.mark.parametrize("typed", ["\x03", "\x04"])
def test_stopped_at_the_question(people: UserProject, typed: str) -> None:
    before = edited(people, COLUMN).files()
    with Session(people, "diff") as session:
        session.until("or [s]kip for now? ")
        session.type(typed)
        assert session.end() == 2
        assert "interrupted, nothing written" in session.seen
    assert people.files() == before


@pytest.mark.parametrize("arguments", [["diff", "--no-input"], ["diff", "--format", "json"], ["check"]])
def test_nobody_is_asked(people: UserProject, arguments: list[str]) -> None:
    code, seen = answering(edited(people, COLUMN), arguments, [])
    assert code == (1 if arguments == ["check"] else 0)
    assert "[s]kip for now?" not in seen
