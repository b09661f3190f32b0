"""autogen diff: where the draft goes, what it is called, what is shown, and the exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.project import MODELS, UserProject

AGE = "    age: Mapped[int | None]\n"
REBUILT = MODELS.replace("String(50)", "String(20)")
LONG = MODELS + (
    "    a_rather_long_name: Mapped[str] = mapped_column(String(100), "
    'server_default="a value of some length", comment="why this is")\n'
)


def drafted(project: UserProject, *args: str) -> str:
    ran = project.autogen("diff", *args)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def test_the_draft_has_its_name_and_follows_the_head(shop: UserProject) -> None:
    out = drafted(shop)
    (first,) = shop.drafts()
    assert re.fullmatch(r"20\d{12}_create_users\.py", first.name)
    assert f"migrations/versions/{first.name}" in out
    assert "down_revision = None" in shop.draft()
    shop.upgrade()
    shop.write("models.py", MODELS + AGE)
    drafted(shop, "-m", "Add: the age!")
    revision = re.search(r'^revision = "(\w{12})"$', first.read_text(), re.M)
    assert revision is not None
    assert shop.drafts()[-1].name.endswith("_add_the_age.py")
    assert f'down_revision = "{revision[1]}"' in shop.draft()
    assert shop.draft().startswith('"""Add: the age!\n')
    assert "Proven: upgrade reaches the models" in shop.draft()
    shop.upgrade()
    assert shop.autogen("check").code == 0
    shop.downgrade()


def test_without_a_message_the_changes_make_one(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    shop.write("models.py", MODELS + AGE)
    drafted(shop)
    assert shop.draft().startswith('"""add age to users\n')
    assert shop.drafts()[-1].name.endswith("_add_age_to_users.py")


def test_no_difference_writes_nothing(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    before = shop.files()
    assert "In sync: models and database agree" in drafted(shop, "-m", "nothing")
    assert shop.files() == before


def test_the_projects_file_template_and_line_length(shop: UserProject) -> None:
    ini = shop.root / "alembic.ini"
    template = "file_template = %%(year)d/%%(rev)s-%%(slug)s\nrecursive_version_locations = true"
    ini.write_text(re.sub("file_template = .*", template, ini.read_text()))
    shop.write("models.py", LONG)
    pyproject = shop.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + "\n[tool.black]\nline-length = 60\n")
    drafted(shop, "-m", "x y")
    (path,) = (shop.root / "migrations" / "versions").rglob("*.py")
    assert re.fullmatch(r"20\d\d/[0-9a-f]{12}-x_y\.py", str(path.relative_to(path.parents[1])))
    code = path.read_text().split('"""')[2]
    assert max(map(len, code.splitlines())) <= 60
    shop.upgrade()


def test_dry_run_shows_and_writes_nothing(shop: UserProject) -> None:
    before = shop.files()
    out = drafted(shop, "--dry-run")
    assert 'op.create_table(\n        "users"' in out
    assert "not written (--dry-run)" in out
    document = json.loads(drafted(shop, "--dry-run", "--format", "json"))
    assert document["path"] is None
    assert 'op.create_table(\n        "users"' in document["draft"]
    assert shop.files() == before


def test_sql_of_a_rebuild_is_the_sql_alembic_writes(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    shop.write("models.py", REBUILT)
    out = drafted(shop, "--sql")
    assert out.index("-- upgrade") < out.index("VARCHAR(20)", out.index("-- upgrade"))
    offline = shop.alembic("upgrade", "head", "--sql").out
    for statement in ("PRAGMA foreign_keys = OFF;", "DROP TABLE users;", "COMMIT;"):
        assert statement in out
        assert statement in offline
    shop.sql("DELETE FROM users")
    shop.upgrade()
    assert shop.autogen("check").code == 0


def test_offline_sql_builds_the_database(shop: UserProject) -> None:
    """The output of `alembic upgrade head --sql`, run as it is, makes the database that is in sync."""
    drafted(shop)
    shop.upgrade()
    shop.write("models.py", REBUILT)
    drafted(shop)
    script = shop.alembic("upgrade", "head", "--sql").out
    run = "import sqlite3, sys; sqlite3.connect('new.db', autocommit=True).executescript(sys.argv[1])"
    if sys.version_info < (3, 12):
        run = run.replace("autocommit=True", "isolation_level=None")
    assert shop.python("-c", run, script).err == ""
    assert shop.autogen("check", "--url", "sqlite:///new.db").code == 0


def test_no_verify_is_said(shop: UserProject) -> None:
    out = drafted(shop, "--no-verify")
    assert "Proof   not run: --no-verify was given" in out
    assert "Not proven: --no-verify was given" in shop.draft()
    document = json.loads(drafted(shop, "--amend", "--no-verify", "--format", "json"))
    assert (document["verified"], document["reason"]) == (None, "--no-verify was given")


def test_verbose_lists_what_was_left_alone(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    shop.sql("CREATE VIEW names AS SELECT name FROM users")
    for command in ("diff", "check"):
        out = shop.autogen(command, "--verbose").out
        assert "Left alone" in out
        assert "alembic_version" in out
        assert "names" in out
        assert "Left alone" not in shop.autogen(command).out


def test_colour_is_for_terminals_only(shop: UserProject) -> None:
    assert "\x1b" not in drafted(shop)


def test_two_runs_at_once_leave_one_head(shop: UserProject) -> None:
    command = [sys.executable, "-m", "autogen", "diff"]
    runs = [
        subprocess.Popen(
            [*command, "-m", message],
            cwd=shop.root,
            env=shop.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for message in ("one", "two")
    ]
    said = [(*run.communicate(timeout=60), run.returncode) for run in runs]
    assert sorted(code for _, _, code in said) == [0, 2], said
    out, err, _ = next(run for run in said if run[2] == 2)
    assert out == ""
    # a run that begins late finds the other's draft pending
    assert "The revisions changed while this draft was made" in err or "has not been applied" in err
    assert [path.suffix for path in (shop.root / "migrations/versions").iterdir()].count(".py") == 1


# -- amend --------------------------------------------------------------------------------------------


def test_amend_replaces_the_newest_draft(shop: UserProject) -> None:
    drafted(shop)
    before = shop.draft()
    shop.write("models.py", MODELS + AGE)
    drafted(shop, "--amend", "-m", "users and their age")
    (path,) = shop.drafts()
    assert path.name.endswith("_users_and_their_age.py")
    assert '"age"' in shop.draft()
    assert '"age"' not in before
    shop.upgrade()
    assert shop.autogen("check").code == 0


def test_amend_in_sync_keeps_the_draft(shop: UserProject) -> None:
    """Nothing to draft is nothing to put in the place of the draft that is there."""
    drafted(shop)
    shop.upgrade()
    drafted_before = shop.files()
    shop.write("migrations/versions/b.py", _revision(shop, "b" * 12, "Drafted by autogen 0.1 …"))
    before = shop.files()
    ran = shop.autogen("diff", "--amend")
    assert ran.code == 0
    assert "In sync" in ran.out
    assert shop.files() == before != drafted_before


def test_amend_refuses_what_is_applied_or_by_hand(shop: UserProject) -> None:
    ran = shop.autogen("diff", "--amend")
    assert (ran.code, ran.out) == (2, "")
    assert "no revisions" in ran.err
    drafted(shop)
    shop.upgrade()
    shop.write("models.py", MODELS + AGE)
    before = shop.files()
    ran = shop.autogen("diff", "--amend")
    assert (ran.code, ran.out) == (2, "")
    assert "has been applied to this database" in ran.err
    assert shop.files() == before
    shop.write("migrations/versions/b.py", _revision(shop, "b" * 12, "Written by hand."))
    before = shop.files()
    ran = shop.autogen("diff", "--amend")
    assert (ran.code, ran.out) == (2, "")
    assert "was not drafted by autogen" in ran.err
    assert shop.files() == before


def _revision(project: UserProject, revision: str, words: str) -> str:
    """A revision that does nothing, after the newest one."""
    found = re.search(r'^revision = "(\w+)"', project.draft(), re.M)
    assert found is not None
    return (
        f'"""m\n\n{words}\n"""\nrevision = "{revision}"\ndown_revision = "{found[1]}"\n'
        "def upgrade() -> None:\n    pass\ndef downgrade() -> None:\n    pass\n"
    )


# -- JSON ---------------------------------------------------------------------------------------------


def test_json_is_alone_on_stdout(shop: UserProject) -> None:
    shop.write(
        "models.py", MODELS + "print('hello')\nimport os\nos.write(1, b'raw')\nos.system('echo child')\n"
    )
    ran = shop.autogen("diff", "--format", "json")
    assert ran.code == 0
    document = json.loads(ran.out)
    assert {"hello", "child"} <= set(ran.err.replace("raw", "").split())
    assert set(document) == {
        *("version", "changes", "renames", "findings", "not_compared", "notes"),
        *("path", "verified", "reason", "lock"),
    }
    assert document["lock"] == "migrations/schema.lock"
    assert document["verified"] is True
    assert Path(document["path"]).name == shop.drafts()[0].name
    table = document["changes"][0]
    assert set(table) == {"kind", "action", "object", "before", "after"}
    assert (table["kind"], table["action"], table["object"]) == ("table", "create", "users")
    assert table["before"] is None
    assert {c["object"] for c in document["changes"]} >= {"users", "users.id", "users.name"}


def test_json_of_a_review(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    shop.sql("INSERT INTO users (id, name) VALUES (1, 'x')")
    shop.write("models.py", MODELS.replace("    name:", "    title:"))
    ran = shop.autogen("check", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert {"rename-column"} <= {f["rule"] for f in document["findings"]}
    for finding in document["findings"]:
        known = {"rule", "severity", "object", "message", "remedy", "certain", "evidence", "answer"}
        assert set(finding) >= {*known, "file", "line", "reason"}
        assert finding["severity"] in ("blocker", "high", "medium", "low", "info")
    assert document["path"] is None
    assert document["verified"] is None
    assert document["reason"]


def test_json_in_sync(shop: UserProject) -> None:
    drafted(shop)
    shop.upgrade()
    for command in ("check", "diff"):
        ran = shop.autogen(command, "--format", "json")
        assert ran.code == 0
        document = json.loads(ran.out)
        assert (document["changes"], document["findings"], document["not_compared"]) == ([], [], [])
        assert document["verified"] is None


# -- proofs that fail ---------------------------------------------------------------------------------

SPOILT = """
import subprocess
import sys
from autogen import pipeline
from autogen.cli import main

whole = pipeline.drafted
pipeline.drafted = lambda *args: whole(*args).replace('String(50)', 'String(51)')
sys.exit(main(["diff", *sys.argv[1:]]))
"""


def test_a_draft_that_fails_its_proof_is_written_and_marked(shop: UserProject) -> None:
    shop.write("spoilt.py", SPOILT)
    ran = shop.python("spoilt.py")
    assert ran.code == 1, ran.err
    assert "Proof   FAILED: upgrade() does not reach the models: alter column users.name" in ran.out
    assert "Unproven: upgrade() does not reach the models: alter column users.name" in shop.draft()
    ran = shop.python("spoilt.py", "--amend", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["verified"] is False
    assert "users.name" in document["reason"]
    assert len(shop.drafts()) == 1


# -- the same draft always ----------------------------------------------------------------------------

TABLES = [
    f'Table("t{n}", m, Column("id", Integer, primary_key=True), Column("e", Enum("a", "b", name="e")),'
    f' Column("p", ForeignKey("t{(n + 1) % 4}.id", use_alter=True, name="fk{n}"), index=True),'
    f' UniqueConstraint("e", "p"), CheckConstraint("id > {n}"))\n'
    for n in range(4)
]


@pytest.mark.parametrize("start", [(), ("t0", "t1")])
def test_the_same_input_gives_the_same_draft(shop: UserProject, start: tuple[str, ...]) -> None:
    for table in start:
        shop.sql(f"CREATE TABLE {table} (gone INTEGER, q INTEGER)")
    texts = set()
    for seed, order in (("0", [0, 1, 2, 3]), ("1", [3, 1, 0, 2]), ("2", [2, 3, 1, 0])):
        head = "from sqlalchemy import *\nm = MetaData()\n"
        shop.write("models.py", head + "".join(TABLES[n] for n in order))
        ran = shop.autogen("diff", "--models", "models:m", "--dry-run", PYTHONHASHSEED=seed)
        assert ran.code == 0, ran
        texts.add(re.sub(r"Revision ID: .*|Create Date: .*|revision = .*|\d\.\d s", "", ran.out))
    assert len(texts) == 1
