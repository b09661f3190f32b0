"""``autogen check --offline``: the models and the revisions against schema.lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lockfile.project import LockedProject

NAME = "name: Mapped[str] = mapped_column(sa.String(50))"


def offline(project: LockedProject, *args: str) -> tuple[int, str, str]:
    """Run where there is no database to be found."""
    (project.root / "app.db").rename(project.root / "away.db")
    try:
        ran = project.autogen("check", "--offline", *args)
    finally:
        (project.root / "away.db").rename(project.root / "app.db")
    return ran.code, ran.out, ran.err


def test_in_sync(project: LockedProject) -> None:
    code, out, err = offline(project)
    assert (code, err) == (0, "")
    assert out.startswith("In sync: models and schema.lock agree (2 tables, head ")
    code, out, _ = offline(project, "--format", "json")
    document = json.loads(out)
    assert (code, document["changes"], document["findings"]) == (0, [], [])


def test_what_differs_is_listed(project: LockedProject) -> None:
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    code, out, _ = offline(project)
    assert code == 1
    assert "~ name  VARCHAR(50) -> VARCHAR(60)" in out
    assert "Next    autogen diff" in out
    code, out, _ = offline(project, "--format", "json")
    changes = json.loads(out)["changes"]
    assert (code, [(c["action"], c["object"]) for c in changes]) == (1, [("alter", "users.name")])


def test_columns_in_another_order_are_no_difference(project: LockedProject) -> None:
    key = "id: Mapped[int] = mapped_column(primary_key=True)"
    project.edit("models.py", f"    {key}\n    {NAME}", f"    {NAME}\n    {key}")
    assert offline(project)[0] == 0


def test_a_revision_that_came_since(project: LockedProject) -> None:
    path = project.revisions()[0]
    head = path.read_text().partition('revision = "')[2].partition('"')[0]
    project.write(
        "migrations/versions/hand.py",
        f'revision = "abc"\ndown_revision = "{head}"\n\n\ndef upgrade(): ...\n\n\ndef downgrade(): ...\n',
    )
    code, out, _ = offline(project)
    assert code == 1
    assert "unrecorded-revision" in out and "migrations/versions/hand.py" in out
    assert "autogen snapshot" in out
    project.upgrade()
    assert project.autogen("snapshot").code == 0
    assert offline(project)[0] == 0


def test_an_edited_merged_revision(project: LockedProject) -> None:
    path = project.revisions()[0]
    project.write(str(path.relative_to(project.root)), path.read_text() + "\n# a word more\n")
    code, out, _ = offline(project)
    assert code == 1
    assert "edited-revision" in out and path.name in out
    assert "Never edit a merged migration" in out
    code, out, _ = offline(project, "--format", "json")
    (finding,) = json.loads(out)["findings"]
    assert (finding["rule"], finding["severity"]) == ("edited-revision", "blocker")
    assert finding["file"] == f"migrations/versions/{path.name}"
    for form in ("markdown", "github", "sarif"):
        code, out, _ = offline(project, "--format", form)
        assert code == 1 and "edited" in out
    ran = project.autogen("check")
    assert ran.code == 1
    assert "edited-revision" in ran.out and "Never edit a merged migration" in ran.out
    for form in ("json", "markdown", "github", "sarif"):
        ran = project.autogen("check", "--format", form)
        assert ran.code == 1 and "edited" in ran.out


def test_an_edited_draft_that_is_not_merged(project: LockedProject) -> None:
    project.git("checkout", "-q", "-b", "topic")
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    path = project.drafted("wider")
    ticked = path.read_text().replace("- [ ]", "- [x]").replace("wider", "wider, seen")
    path.write_text(ticked)
    assert offline(project)[0] == 0, "boxes are ticked in the docstring"
    path.write_text(ticked + "\n# a word more\n")
    code, out, _ = offline(project)
    assert code == 1
    assert "edited-revision" in out and "Never edit" not in out
    assert project.autogen("check").code == 0


def test_line_endings_and_times_do_not_count(project: LockedProject) -> None:
    path = project.revisions()[0]
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    project.lock.write_bytes(project.lock.read_bytes().replace(b"\n", b"\r\n"))
    assert offline(project)[0] == 0


def test_a_missing_revision(project: LockedProject) -> None:
    path = project.revisions()[0]
    path.unlink()
    code, out, _ = offline(project)
    assert code == 1
    assert "missing-revision" in out


def test_an_open_box_holds_it_back(project: LockedProject) -> None:
    project.git("checkout", "-q", "-b", "topic")
    project.edit("models.py", f"    {NAME}\n", "")
    path = project.drafted("drop name")
    if "- [ ]" in path.read_text():
        code, out, _ = offline(project)
        assert code == 1
        assert "1 box of the review list is open" in out


BAD: dict[str, tuple[bytes, str]] = {
    "cut off": (b"@half", "is not to be trusted"),
    "empty": (b"", "its first line is no format"),
    "edited": (b"@edited", "its content is not what its checksum says"),
    "edited head": (b"@head", "its content is not what its checksum says"),
    "newer": (b"@newer", "was written by a newer autogen (format 9; this one reads 1)"),
    "no text": (b"\xff\xfe\x00", "it is not UTF-8"),
    "conflict": (b"@conflict", "autogen merge"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_to_be_read(project: LockedProject, name: str) -> None:
    data, said = BAD[name]
    whole = project.lock.read_bytes()
    made = {
        b"@half": whole[: len(whole) // 2],
        b"@edited": whole.replace(b"VARCHAR(50)", b"VARCHAR(51)"),
        b"@head": whole.replace(b"dialect sqlite", b"dialect oracle"),
        b"@newer": whole.replace(b"format 1\n", b"format 9\n"),
        b"@conflict": b"<<<<<<< HEAD\n" + whole + b"=======\n" + whole + b">>>>>>> theirs\n",
    }
    project.lock.write_bytes(made.get(data, data))
    before = project.files()
    ran = project.autogen("check", "--offline")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err and "schema.lock" in ran.err
    assert project.files() == before


def test_no_file(project: LockedProject) -> None:
    project.lock.unlink()
    ran = project.autogen("check", "--offline")
    assert ran.code == 2
    assert "There is no migrations/schema.lock" in ran.err and "autogen snapshot" in ran.err


def test_switched_off(project: LockedProject) -> None:
    project.edit("pyproject.toml", "[tool.autogen]\n", "[tool.autogen]\nschema_lock = false\n")
    project.lock.unlink()
    assert "schema_lock = false" in project.autogen("check", "--offline").err
    assert project.autogen("snapshot").code == 2
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    project.drafted("wider")
    assert not project.lock.exists()


def test_in_another_place(project: LockedProject) -> None:
    project.edit("pyproject.toml", "[tool.autogen]\n", '[tool.autogen]\nschema_lock = "db/schema.txt"\n')
    ran = project.autogen("snapshot")
    assert ran.code == 0 and "Wrote db/schema.txt" in ran.out
    code, out, _ = offline(project)
    assert code == 0 and "models and schema.txt agree" in out


def test_snapshot_is_the_database_where_the_models_differ(project: LockedProject) -> None:
    before = project.lock.read_text("utf-8")
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    project.lock.unlink()
    ran = project.autogen("snapshot")
    assert ran.code == 0 and "the models differ from the database" in ran.err
    written = project.lock.read_text("utf-8")
    assert "VARCHAR(50)" in written and "VARCHAR(60)" not in written
    code, out, _ = offline(project)
    assert code == 1 and "~ name  VARCHAR(50) -> VARCHAR(60)" in out
    project.edit("models.py", "60", "50")
    assert offline(project)[0] == 0
    assert project.autogen("snapshot").code == 0
    assert project.lock.read_text("utf-8") == before


def test_snapshot_replays_the_migrations_where_no_database_answers(project: LockedProject) -> None:
    before = project.lock.read_text("utf-8")
    project.lock.unlink()
    (database,) = project.root.glob("*.db")
    away = database.rename(database.with_suffix(".away"))
    ran = project.autogen("snapshot")
    assert ran.code == 0 and "does not exist" in ran.err and "replayed" in ran.err, ran
    assert project.lock.read_text("utf-8") == before
    assert not database.exists()
    away.rename(database)
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    assert project.autogen("diff", "-m", "wider").code == 0  # not applied
    wider = project.lock.read_text("utf-8")
    assert "VARCHAR(60)" in wider
    ran = project.autogen("snapshot")
    assert ran.code == 2 and "autogen snapshot --replay" in ran.err
    assert project.lock.read_text("utf-8") == wider
    project.lock.unlink()
    ran = project.autogen("snapshot", "--replay")
    assert ran.code == 0 and not ran.err, ran
    assert project.lock.read_text("utf-8") == wider
    assert project.autogen("check", "--offline").code == 0


def test_snapshot_for_machines(project: LockedProject) -> None:
    ran = project.autogen("snapshot", "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["path"], document["written"]) == (0, "migrations/schema.lock", False)


def test_a_draft_that_is_not_proven_leaves_the_file(project: LockedProject) -> None:
    before = project.lock.read_bytes()
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    ran = project.autogen("diff", "--no-verify", "-m", "x")
    assert "Lock    not written" in ran.out
    assert project.lock.read_bytes() == before
    assert project.autogen("check", "--offline").code == 1


def test_it_imports_no_more_than_it_needs(project: LockedProject) -> None:
    code = "import sys, autogen.cli; print(autogen.cli.main(['check', '--offline'])); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    said, loaded = done.stdout.split("\n")[1:3]
    assert said == "0"
    heavy = {
        "typer",
        "alembic",
        "black",
        "autogen.compare",
        "autogen.lockfile.reading",
        "autogen.emit.report",
    }
    assert not set(loaded.split()) & heavy


def test_phases_lead_to_the_models(project: LockedProject) -> None:
    project.edit("models.py", NAME, NAME.replace("String(50)", "String(50)") + MAIL)
    ran = project.autogen("diff", "--phases", "-m", "mail", "--no-input")
    assert ran.code == 0, ran.err + ran.out
    assert "migrations/schema.lock" in ran.out
    assert offline(project)[0] == 0


MAIL = '\n    mail: Mapped[str] = mapped_column(sa.String(70), server_default="none")'


def test_an_amended_draft_has_a_file_of_its_own(project: LockedProject) -> None:
    project.git("checkout", "-q", "-b", "topic")
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    assert project.autogen("diff", "-m", "wider").code == 0
    project.edit("models.py", "String(60)", "String(70)")
    assert offline(project)[0] == 1
    assert project.autogen("diff", "--amend").code == 0
    assert offline(project)[0] == 0
    assert "VARCHAR(70)" in project.lock.read_text()


def test_a_file_that_cannot_be_written_keeps_no_draft_back(project: LockedProject) -> None:
    project.edit("pyproject.toml", "[tool.autogen]\n", '[tool.autogen]\nschema_lock = "models.py/lock"\n')
    project.edit("models.py", NAME, NAME.replace("50", "60"))
    ran = project.autogen("diff", "-m", "wider")
    assert ran.code == 0
    assert "models.py/lock could not be written" in " ".join(ran.out.split())
    assert len(project.revisions()) == 2


def test_diff_keeps_an_edited_merged_revision_named(project: LockedProject) -> None:
    path = project.revisions()[0]
    path.write_text(path.read_text() + "\n# a word more\n")
    assert "edited-revision" in offline(project)[1]
    project.edit("models.py", NAME, NAME + MAIL)
    ran = project.autogen("diff", "-m", "mail")
    assert ran.code == 0 and "mail" in project.lock.read_text()
    assert f"{path.name} was edited after it was merged" in " ".join(ran.err.split())
    project.upgrade()
    assert project.autogen("check").code == 1
    code, out, _ = offline(project, "--format", "json")
    assert code == 1
    assert [(f["rule"], f["file"]) for f in json.loads(out)["findings"]] == [
        ("edited-revision", f"migrations/versions/{path.name}")
    ]
    project.edit(f"migrations/versions/{path.name}", "\n# a word more\n", "")
    assert offline(project)[0] == 0


def test_diff_notes_a_draft_that_was_edited_before_it_was_merged(project: LockedProject) -> None:
    for branch, remove in (("topic", ""), ("", ".git")):  # told by git, and where there is none
        if branch:
            project.git("checkout", "-q", "-b", branch)
        else:
            (project.root / remove).rename(project.root.parent / "away")
        name = f"more{len(project.revisions())}"
        project.edit("models.py", NAME, f"{NAME}\n    {name}: Mapped[int | None]")
        path = project.drafted(name)
        path.write_text(path.read_text() + "\n# a word more\n")
        project.edit("models.py", NAME, f"{NAME}\n    {name}b: Mapped[int | None]")
        ran = project.autogen("diff", "-m", "next")
        assert (ran.code, ran.err) == (0, "")
        assert offline(project)[0] == 0
        project.upgrade()


@pytest.mark.parametrize("name", ["cut off", "newer", "conflict"])
def test_diff_leaves_a_file_that_is_not_to_be_read(project: LockedProject, name: str) -> None:
    whole = project.lock.read_bytes()
    made = {
        "cut off": whole[: len(whole) // 2],
        "newer": whole.replace(b"format 1\n", b"format 9\n"),
        "conflict": b"<<<<<<< HEAD\n" + whole + b"=======\n" + whole + b">>>>>>> theirs\n",
    }
    project.lock.write_bytes(made[name])
    project.edit("models.py", NAME, NAME + MAIL)
    ran = project.autogen("diff", "-m", "mail")
    said = " ".join(ran.out.split())
    assert ran.code == 0 and "Lock not written: " in said and BAD[name][1] in said
    assert project.lock.read_bytes() == made[name]
    project.upgrade()
    ran = project.autogen("snapshot")
    if name == "newer":
        assert ran.code == 2 and BAD[name][1] in ran.err
        assert project.lock.read_bytes() == made[name]
    else:
        assert ran.code == 0 and offline(project)[0] == 0
