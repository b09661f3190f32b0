"""`autogen lint` in a user's project."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.project import UserProject

FIRST = """
import sqlalchemy as sa
from alembic import op
revision = "aaa1"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("users", sa.Column("name", sa.String(50)))
def downgrade():
    op.drop_table("users")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision = "bbb2"
down_revision = "aaa1"
def upgrade():
    op.add_column("users", sa.Column("age", sa.Integer(), nullable=False))
def downgrade():
    op.drop_column("users", "age")
"""
THIRD = """
import sqlalchemy as sa
from alembic import op
revision = "bbc3"
down_revision = "bbb2"
def upgrade():
    op.add_column("users", sa.Column("nick", sa.Text(), nullable=True))
def downgrade():
    op.drop_column("users", "nick")
"""
UNIQUE = """
from alembic import op
revision = "bbb4"
down_revision = "aaa1"
def upgrade():
    op.create_index("one_name", "users", ["name"], unique=True)
def downgrade():
    op.drop_index("one_name", "users")
"""
ROW = "INSERT INTO users (id, name) VALUES (1, 'x')"


def written(project: UserProject, *texts: str) -> None:
    for number, text in enumerate(texts, 1):
        project.write(f"migrations/versions/{number}.py", text.lstrip())


def insert(project: UserProject, row: str = ROW) -> None:
    url = project.environment()["DATABASE_URL"]
    code = (
        f"import sqlalchemy as sa\nwith sa.create_engine({url!r}).begin() as c: c.execute(sa.text({row!r}))"
    )
    ran = project.python("-c", code)
    assert ran.code == 0, ran.err


def test_the_live_database_is_what_a_revision_is_held_against(served: UserProject) -> None:
    written(served, FIRST, SECOND)
    served.upgrade("aaa1")
    empty = served.autogen("lint", "bbb2")
    insert(served)
    filled = served.autogen("lint", "bbb2")
    assert "add-not-null-no-default" not in empty.out
    assert "add-not-null-no-default" in filled.out
    assert filled.code == 1
    assert "migrations/versions/2.py" in filled.out
    assert "line 6  blocker  add-not-null-no-default" in filled.out
    assert "Schema  the live database" in filled.out
    assert served.alembic("current").out.split()[0] == "aaa1"


def test_a_database_that_stands_earlier_or_later_is_said(served: UserProject) -> None:
    written(served, FIRST, SECOND, THIRD)
    served.upgrade("aaa1")
    earlier = served.autogen("lint", "bbc3")
    assert "with the revision in between (bbb2) applied offline" in earlier.out
    served.upgrade("bbb2")
    later = served.autogen("lint", "bbb2")
    assert "the 1 earlier revision, applied offline to nothing (the database" in later.out
    assert "has run it already)" in later.out
    assert "add-not-null-no-default" in later.out


def test_the_rows_are_asked_where_the_change_meets_them(served: UserProject) -> None:
    written(served, FIRST, UNIQUE)
    served.upgrade("aaa1")
    insert(served)
    insert(served, ROW.replace("(1,", "(2,"))
    ran = served.autogen("lint", "bbb4")
    assert "The rows: 1 duplicate, e.g." in ran.out
    assert "The upgrade will fail on rows that are there." in ran.out
    assert "tick" not in ran.out
    finding = json.loads(served.autogen("lint", "bbb4", "--format", "json").out)["findings"][0]
    assert (finding["rule"], finding["certain"], finding["evidence"]["count"]) == ("add-unique", True, 1)
    assert "The rows" not in served.autogen("lint", "bbb4", "--no-data").out
    written(
        served, FIRST, UNIQUE.replace("    op.create", "    op.execute('DELETE FROM users')\n    op.create")
    )
    mended = served.autogen("lint", "bbb4")
    assert "add-unique" in mended.out
    assert "The rows" not in mended.out


def test_rows_of_a_database_that_stands_earlier_are_not_asked(shop: UserProject) -> None:
    written(shop, FIRST, THIRD.replace("bbb2", "aaa1"), UNIQUE.replace("aaa1", "bbc3"))
    shop.upgrade("aaa1")
    shop.sql(ROW)
    shop.sql(ROW.replace("(1,", "(2,"))
    ran = shop.autogen("lint", "bbb4")
    assert "add-unique" in ran.out
    assert "The rows" not in ran.out
    shop.upgrade("bbc3")
    assert "The rows: 1 duplicate" in shop.autogen("lint", "bbb4").out


def test_it_works_without_a_database(shop: UserProject) -> None:
    written(shop, FIRST, SECOND)
    (shop.root / "app.db").unlink()
    ran = shop.autogen("lint", "bbb2", "--url", "postgresql://nobody@127.0.0.1:1/none")
    assert ran.code == 1, ran.err
    assert "could not be reached" in ran.out
    assert "add-not-null-no-default" in ran.out
    kind = shop.autogen("lint", "bbb2", "--url", "mysql://")
    assert "the URL names no database" in kind.out
    assert not (shop.root / "app.db").exists()


def test_a_file_outside_of_any_project(tmp_path: Path) -> None:
    project = UserProject(tmp_path)
    project.write("revision.py", SECOND.replace('"aaa1"', "None"))
    ran = project.autogen("lint", "revision.py", "--url", "postgresql://")
    assert ran.code == 1, ran.err
    assert "only what the revision itself says is known" in ran.out
    assert project.files().keys() == {"revision.py"}


def git(project: UserProject, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=project.root, check=True, capture_output=True)


def test_without_arguments_it_looks_at_what_is_not_merged_then_pending_then_head(shop: UserProject) -> None:
    (shop.root / ".git" / "HEAD").unlink()
    (shop.root / ".git").rmdir()
    written(shop, FIRST)
    git(shop, "init")
    git(shop, "add", ".")
    git(shop, "commit", "-m", "first")
    shop.upgrade()
    written(shop, FIRST, THIRD.replace("bbb2", "aaa1"), SECOND.replace("aaa1", "bbc3"))
    shop.upgrade()
    fresh = shop.autogen("lint")
    assert "bbc3: the 1 earlier revision" in fresh.out
    assert "bbb2: the 2 earlier revisions" in fresh.out
    git(shop, "add", ".")
    git(shop, "commit", "-m", "second")
    head = shop.autogen("lint")
    assert "Schema  the 2 earlier revisions" in head.out
    shop.downgrade("aaa1")
    pending = shop.autogen("lint")
    assert "bbc3: the live database" in pending.out
    assert "bbb2: the live database" in pending.out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bb2", "There is no revision 'bb2', and no file of that name. Did you mean bbb2?"),
        ("bb", "'bb' may be any of the revisions bbb2, bbc3."),
        ("gone.py", "There is no file gone.py."),
    ],
)
def test_what_is_not_there_is_an_error(shop: UserProject, name: str, said: str) -> None:
    written(shop, FIRST, SECOND, THIRD)
    ran = shop.autogen("lint", name)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_revision_that_does_not_load_is_an_error_with_its_line(shop: UserProject) -> None:
    written(
        shop,
        FIRST,
        SECOND.replace("import sqlalchemy as sa", "import sqlalchemy as sa\nimport nowhere_at_all"),
    )
    ran = shop.autogen("lint", "bbb2")
    assert ran.code == 2
    assert "2.py could not be loaded, line 2: ModuleNotFoundError" in ran.err
    assert "Put back what it imports" in ran.err


def test_nothing_found_is_fine_and_minor_findings_too(shop: UserProject) -> None:
    written(shop, FIRST, THIRD.replace("bbb2", "aaa1"))
    ran = shop.autogen("lint", "bbc3")
    assert ran.code == 0, ran.out
    assert ran.out.startswith("No findings")
    said = THIRD.replace("bbb2", "aaa1").replace(
        "    op.add", "    print('hello')\n    op.execute('CALL tidy()')\n    op.add"
    )
    written(shop, FIRST, said)
    odd = shop.autogen("lint", "bbc3")
    assert odd.code == 0
    assert "Unseen  migrations/versions/2.py:7  CALL tidy(): its body is not looked into." in odd.out
    assert "hello" not in odd.out


def test_settings_of_rules_hold(shop: UserProject) -> None:
    written(shop, FIRST, SECOND)
    assert shop.autogen("lint", "bbb2").code == 1
    with (shop.root / "pyproject.toml").open("a") as file:
        file.write('\n[tool.autogen.rules]\nadd-not-null-no-default = "off"\n')
    assert "add-not-null-no-default" not in shop.autogen("lint", "bbb2").out


@pytest.mark.parametrize("form", ["json", "markdown", "github", "sarif"])
def test_other_formats_name_rule_file_and_line(shop: UserProject, form: str) -> None:
    written(shop, FIRST, SECOND)
    ran = shop.autogen("lint", "bbb2", "--format", form)
    assert ran.code == 1, ran.err
    assert "add-not-null-no-default" in ran.out
    assert "migrations/versions/2.py" in ran.out
    if form in ("json", "sarif"):
        json.loads(ran.out)


def test_models_that_do_not_import_are_left_out(shop: UserProject) -> None:
    written(shop, FIRST, SECOND)
    shop.write("models.py", "import nowhere_at_all\n")
    ran = shop.autogen("lint", "bbb2")
    assert ran.code == 1
    assert "The models are left out of this" in ran.err


def test_a_revision_is_loaded_once(shop: UserProject) -> None:
    said = "import sys\nprint('loaded', file=sys.stderr)\n"
    body = "def upgrade():\n    print('run', file=sys.stderr)"
    first, second = (text.lstrip().replace("def upgrade():", body) for text in (FIRST, SECOND))
    written(shop, said + first, said + second)
    found = shop.autogen("lint", "--url", "sqlite://", "aaa1", "bbb2")
    assert found.code == 1
    assert (found.err.count("loaded"), found.err.count("run")) == (2, 2)


def test_revisions_may_rely_on_what_env_py_imports(shop: UserProject) -> None:
    body = "def upgrade():\n    import xml\n    xml.dom.pulldom.START_ELEMENT"
    written(shop, FIRST.replace("def upgrade():", body))
    env = (shop.root / "migrations" / "env.py").read_text("utf-8")
    without = shop.autogen("lint", "--url", "sqlite://", "aaa1")
    shop.write("migrations/env.py", f"import not_installed\nimport xml.dom.pulldom\n{env}")
    found = shop.autogen("lint", "--url", "sqlite://", "aaa1")
    assert "AttributeError" in without.out
    assert "AttributeError" not in found.out
    assert found.code == 0, found.err


REACHING = """
import os
import sqlalchemy as sa
from alembic import op
revision = "bbb2"
down_revision = "aaa1"
with sa.create_engine(os.environ["DATABASE_URL"]).begin() as own:
    own.execute(sa.text("INSERT INTO users (id, name) VALUES (2, 'y')"))
def upgrade():
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(3))
    op.rename_table("users", "people")
    with sa.create_engine(os.environ["DATABASE_URL"]).begin() as own:
        own.execute(sa.text("DELETE FROM users"))
    op.drop_column("people", "name")
def downgrade():
    raise NotImplementedError
"""


def test_a_live_database_is_as_it_was_and_every_change_is_seen(served: UserProject) -> None:
    written(served, FIRST, REACHING)
    files = served.root / "migrations" / "versions"
    (files / "2.py").rename(files / "2.txt")
    served.upgrade("aaa1")
    (files / "2.txt").rename(files / "2.py")
    insert(served)
    found = served.autogen("lint", "bbb2")
    assert (found.code, found.err.count("internal error")) == (1, 0), found.err
    for told in ("drop-column", "rename-table", "type-lossy", "an engine of its own"):
        assert told in found.out
    url = served.environment()["DATABASE_URL"]
    code = f"import sqlalchemy as sa\nwith sa.create_engine({url!r}).begin() as c: "
    code += "print(c.execute(sa.text('SELECT id FROM users')).scalars().all())"
    assert served.python("-c", code).out.strip() == "[1]"


def test_a_file_that_is_no_revision(shop: UserProject) -> None:
    ran = shop.autogen("lint", "models.py")
    assert ran.code == 2 and "models.py is no revision" in ran.err
