"""Projects in the form of Alembic's multidb template: a database after the other, each by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import alembic
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL

from tests.conftest import fresh
from tests.databases.databases import Backend
from tests.runtime.project import Deployed

TEMPLATE = Path(alembic.__file__).parent / "templates" / "multidb"
NEWEST = ["sqlite", "pg18", "mariadb"]
MODELS = """
import sqlalchemy as sa

shop, audit = sa.MetaData(), sa.MetaData()


def key():
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)


sa.Table("users", shop, key(), sa.Column("name", sa.String(40)))
sa.Table("events", audit, key())
"""
BODY = """
def upgrade(engine_name):
    globals()[f"upgrade_{{engine_name}}"]()

def upgrade_shop():
    {shop}

def upgrade_audit():
    {audit}

def downgrade(engine_name):
    globals()[f"downgrade_{{engine_name}}"]()

def downgrade_shop():
    {shop_down}

def downgrade_audit():
    {audit_down}
"""


class Several(Deployed):
    """A project with two databases, ``shop`` and ``audit``."""

    audit: Deployed

    def step(
        self, id_: str, shop: str = "", audit: str = "", shop_down: str = "", audit_down: str = ""
    ) -> None:
        down, self._last = self._last, id_
        head = f'"""revision {id_}\n\nCreate Date: 2026-01-01 10:00:00\n"""\nfrom alembic import op\n'
        head += f"revision = {id_!r}\ndown_revision = {down!r}\n"
        parts = {"shop": shop, "audit": audit, "shop_down": shop_down, "audit_down": audit_down}
        body = BODY.format(**{n: f"op.execute({sql!r})" if sql else "pass" for n, sql in parts.items()})
        self.write(f"migrations/versions/{id_}.py", head + body)

    def at(self) -> tuple[list[str], list[str]]:
        return self.applied(), self.audit.applied()


@pytest.fixture
def several(backend: Backend, tmp_path: Path) -> Iterator[Several]:
    with fresh(backend, tmp_path) as shop, fresh(backend, tmp_path, again=True) as audit:
        yield made(tmp_path / "project", shop, audit)


@pytest.fixture
def local(sqlite_url: URL, tmp_path: Path) -> Several:
    return made(tmp_path / "project", sqlite_url, sqlite_url.set(database=str(tmp_path / "audit.db")))


def made(root: Path, shop: URL, audit: URL) -> Several:
    """Alembic's own template, with the models and the places of both databases filled in."""
    project = Several(root, shop)
    project.audit = Deployed(root, audit)
    project.write("models.py", MODELS)
    places = "".join(
        f"[{name}]\nsqlalchemy.url = {url.render_as_string(False).replace('%', '%%')}\n"
        for name, url in (("shop", shop), ("audit", audit))
    )
    head = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\npath_separator = os\n"
    head += "databases = shop, audit\n"
    project.write("alembic.ini", head + places)
    env = (TEMPLATE / "env.py").read_text()
    assert "target_metadata = {}" in env and "fileConfig(config.config_file_name)" in env
    env = env.replace(
        "target_metadata = {}",
        "import models\ntarget_metadata = {'shop': models.shop, 'audit': models.audit}",
    )
    project.write("migrations/env.py", env.replace("fileConfig(config.config_file_name)", "pass"))
    (root / "migrations" / "versions").mkdir()
    project.step("a1")
    return project


def test_a_whole_life(several: Several) -> None:
    """Drafted for each, upgraded, verified and undone; the rows of one are no matter of the other."""
    assert several.autogen("upgrade").code == 0
    for name in ("shop", "audit"):
        ran = several.autogen("diff", "--database", name, "-m", f"tables of {name}")
        assert ran.code == 0, ran.err
        assert "upgrade reaches the models" in ran.out
        ran = several.autogen("upgrade")
        assert ran.code == 0, ran.err
        assert ran.out.index("shop  ") < ran.out.index("audit  ")
        assert ran.out.count("migrated (") == 2
    assert several.tables() == {"users", "alembic_version"}
    assert several.audit.tables() == {"events", "alembic_version"}
    assert several.applied() == several.audit.applied()
    for name in ("shop", "audit"):
        assert several.autogen("check", "--database", name).code == 0
        assert several.autogen("lint", "--database", name).code == 0
    for arguments in (["check"], ["snapshot"], ["check", "--offline"], ["check", "--against", "migrations"]):
        ran = several.autogen(*arguments)
        assert ran.code == 0, ran.err
        assert ran.out.startswith("shop\n") and "\n\naudit\n" in ran.out
    several.audit.sql("INSERT INTO events VALUES (7)")
    ran = several.autogen("verify", "all")
    assert ran.code == 0, ran.err
    assert ran.out.count(" proven (") == 6
    assert several.audit.sql("SELECT id FROM events") == [(7,)]  # verified on databases of its own
    ran = several.autogen("downgrade", "-1")
    assert ran.code == 2 and "audit: " in ran.err and "drops table events" in ran.err
    assert "Done before: shop." in ran.err and "undone" in ran.out
    before = several.at()
    assert before[0] != before[1]
    assert several.audit.sql("SELECT id FROM events") == [(7,)]
    assert several.autogen("downgrade", "a1", "--yes").code == 0
    assert several.at() == (["a1"], ["a1"])
    assert several.tables() == several.audit.tables() == {"alembic_version"}


def test_one_of_them(local: Several) -> None:
    several = local
    several.step("b2", "CREATE TABLE users (id INTEGER)", "CREATE TABLE events (id INTEGER)")
    ran = several.autogen("upgrade", "--database", "audit")
    assert ran.code == 0, ran.err
    assert several.at() == ([], ["b2"])
    shown = several.autogen("status")
    shop, audit = shown.out.split("\naudit  ")
    assert shop.count("pending  ") == 2 and audit.count("applied  ") == 2
    assert several.autogen("status", "--database", "shop", "--format", "json").json["pending"] == ["a1", "b2"]
    listed = several.autogen("history")
    assert listed.code == 0 and "stand at different revisions" in listed.err
    assert "pending" in several.autogen("history", "--database", "shop").out
    several.step("c3")
    command.upgrade(Config(str(several.root / "alembic.ini")), "head")  # goes on where autogen stopped
    assert several.at() == (["c3"], ["c3"])


@pytest.mark.parametrize("backend", NEWEST, indirect=True)
def test_what_fails_in_one_leaves_the_others_where_they_are(several: Several) -> None:
    several.step("b2", "CREATE TABLE users (id INTEGER)", "DROP TABLE missing")
    several.step("c3")
    ran = several.autogen("upgrade")
    assert ran.code == 1
    assert "Revision b2 failed" in ran.err and "Done before: shop." in ran.err
    assert several.applied() == ["c3"]
    assert "missing" not in several.audit.tables()
    assert "b2" in several.autogen("status", "--database", "audit", "--format", "json").json["pending"]
    several.audit.sql("CREATE TABLE missing (id INTEGER)")
    ran = several.autogen("upgrade", "--log-json")
    assert ran.code == 0, ran.err
    assert {event["database"] for event in ran.events} == {"shop", "audit"}
    assert several.at() == (["c3"], ["c3"])


@pytest.mark.parametrize("backend", NEWEST, indirect=True)
def test_replayed_each_by_itself(several: Several) -> None:
    """Of two histories in the same files each database has its own."""
    several.autogen("upgrade")
    several.step("b2", "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40))")
    for name, code, words in (("shop", 0, "agree"), ("audit", 1, "events")):
        ran = several.autogen("check", "--database", name, "--against", "migrations")
        assert ran.code == code, ran.err
        assert words in ran.out
        assert several.autogen("snapshot", "--database", name, "--replay").code == 0
    assert "users" in (several.root / "migrations/schema.shop.lock").read_text()
    assert "users" not in (several.root / "migrations/schema.audit.lock").read_text()
    assert several.at() == (["a1"], ["a1"])


def test_sql_of_each_and_no_files(local: Several) -> None:
    local.step("b2", "CREATE TABLE users (id INTEGER)", "CREATE TABLE events (id INTEGER)")
    kept = local.write("shop.sql", "my own\n")
    ran = local.autogen("upgrade", "--sql")
    assert ran.code == 0, ran.err
    shop, audit = ran.out.split("-- audit  ")
    assert shop.startswith("-- shop  ") and "CREATE TABLE users" in shop and "events" not in shop
    assert "CREATE TABLE events" in audit and "users" not in audit
    assert kept.read_text() == "my own\n" and not (local.root / "audit.sql").exists()
    assert not local.tables() and not Path(str(local.audit.url.database)).exists()
    ran = local.autogen("downgrade", "--sql", "b2:a1", "--database", "audit")
    assert ran.code == 0 and "SET version_num='a1'" in ran.out
    assert "--database shop" in local.autogen("show", "b2", "--sql").err
    assert "CREATE TABLE events" in local.autogen("show", "b2", "--sql", "--database", "audit").out


def test_one_that_is_away_hides_nothing_of_the_others(local: Several) -> None:
    local.autogen("upgrade")
    Path(str(local.url.database)).write_bytes(b"no database at all" * 100)
    for asked, said in (("check", "+ events"), ("status", "At        a1")):
        ran = local.autogen(asked)
        assert said in ran.out.partition("\naudit")[2], ran.err
        assert "not an SQLite database" in ran.err
    assert local.autogen("check").code == local.autogen("status").code == 2


def test_revisions_by_hand_and_joins(local: Several) -> None:
    local.autogen("upgrade")
    for arguments in (["-m", "blank"], ["-m", "rows", "--sql", "--database", "audit"]):
        ran = local.autogen("new", *arguments)
        assert ran.code == 0, ran.err
    assert "--database shop" in local.autogen("new", "-m", "rows", "--data").err
    (rows,) = local.root.glob("migrations/versions/*rows.py")
    text = rows.read_text()
    assert "def upgrade_audit() -> None:\n    execute(UPGRADE)" in text
    assert "def upgrade_shop() -> None:\n    pass" in text
    text = text.replace("# FILL IN: SQL, a string a statement", '"CREATE TABLE by_hand (id INTEGER)",')
    rows.write_text(text.replace("# FILL IN: what undoes it", '"DROP TABLE by_hand",  # what undoes it'))
    assert local.autogen("upgrade").code == 0
    assert "by_hand" in local.audit.tables() and "by_hand" not in local.tables()
    local._last = "a1"
    local.step("z9")
    ran = local.autogen("merge", "--database", "shop", "--url", "sqlite://")
    assert ran.code == 0, ran.err
    assert local.autogen("upgrade").code == 0
    assert local.autogen("downgrade", "base", "--yes").code == 0


def test_a_url_that_is_given_is_that_of_one(local: Several, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    for asked in ("upgrade", "check", "status"):
        ran = local.autogen(asked, "--url", other)
        assert (ran.code, ran.out) == (2, "") and "--database shop" in ran.err
    assert not (tmp_path / "other.db").exists()
    local.step("b2", "CREATE TABLE users (id INTEGER)", "CREATE TABLE events (id INTEGER)")
    ran = local.autogen("upgrade", "--url", other, "--database", "audit")
    assert ran.code == 0, ran.err
    assert Deployed(local.root, local.url.set(database=f"{tmp_path}/other.db")).tables() == {
        "events",
        "alembic_version",
    }
    assert "no database 'nope'" in local.autogen("upgrade", "--database", "nope").err


def test_a_draft_that_holds_more_than_one_is_not_amended_for_one(local: Several) -> None:
    local.autogen("upgrade")
    assert local.autogen("diff", "--database", "audit", "-m", "first").code == 0
    (draft,) = local.root.glob("migrations/versions/*first.py")
    before = draft.read_bytes(), (local.root / "migrations/schema.audit.lock").read_bytes()
    ran = local.autogen("diff", "--database", "shop", "--amend")
    assert ran.code == 2 and "does something for audit, too" in ran.err
    assert before == (draft.read_bytes(), (local.root / "migrations/schema.audit.lock").read_bytes())
    assert local.autogen("diff", "--database", "audit", "--amend").code == 0


def test_rows_in_batches_where_env_py_begins_the_transaction(several: Several) -> None:
    several.step("b2", "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40))")
    ran = several.autogen("new", "-m", "rows", "--data", "--database", "shop")
    assert ran.code == 0 and "all batches are one transaction" in ran.err
    (rows,) = several.root.glob("migrations/versions/*rows.py")
    text = rows.read_text().replace('TABLE = ""', 'TABLE = "users"').replace("BATCH = 1000", "BATCH = 2")
    for line in ("name = 'x'", "name IS NULL", "name = NULL", "name IS NOT NULL"):
        text = text.replace('    "",', f'    "{line}",', 1)
    rows.write_text(text)
    assert "autocommit" not in text
    assert several.autogen("upgrade", "b2").code == 0
    several.sql("INSERT INTO users (id) VALUES (1), (2), (3)")
    ran = several.autogen("upgrade")
    assert ran.code == 0, ran.err
    assert several.sql("SELECT DISTINCT name FROM users") == [("x",)]
    assert several.autogen("downgrade", "-1", "--yes").code == 0
    assert several.sql("SELECT DISTINCT name FROM users") == [(None,)]


def test_a_block_that_alembic_refuses_is_explained(local: Several) -> None:
    text = "def upgrade(engine_name):\n    with op.get_context().autocommit_block():\n        pass\n"
    local.step("b2")
    path = local.root / "migrations/versions/b2.py"
    path.write_text(
        path.read_text().partition("def upgrade")[0] + text + "def downgrade(engine_name): pass\n"
    )
    ran = local.autogen("upgrade")
    assert ran.code == 1
    assert "env.py has begun the transaction itself" in ran.err and "AssertionError" not in ran.err


def test_one_goes_on_without_the_others(local: Several) -> None:
    local.step("b2", "CREATE TABLE users (id INTEGER)")
    ini = local.root / "alembic.ini"
    away = "postgresql+psycopg://me:s3cret@127.0.0.1:1/audit"
    ini.write_text(ini.read_text().replace(str(local.audit.url), away))
    ran = local.autogen("upgrade", "--database", "shop")
    assert ran.code == 0, ran.err
    assert "users" in local.tables()
    ran = local.autogen("upgrade")
    assert ran.code == 2 and "audit: " in ran.err and "127.0.0.1" in ran.err
    assert "Done before: shop." in ran.err and "s3cret" not in ran.err
    assert local.autogen("upgrade", "--log-json").events[-1]["database"] == "audit"


def test_heads_are_joined_for_all_of_them(local: Several) -> None:
    """What two branches do to one of the databases is a conflict, whichever is named."""
    local.step("b2", "CREATE TABLE users (id INTEGER)", "CREATE TABLE events (id INTEGER)")
    local.step("c3", audit="ALTER TABLE events ADD COLUMN x INTEGER")
    local._last = "b2"
    local.step("d4", audit="ALTER TABLE events ADD COLUMN x TEXT")
    for arguments in ([], ["--database", "shop"], ["--database", "audit"]):
        ran = local.autogen("merge", *arguments)
        assert ran.code == 1, ran.err
        assert "Both change the same objects:\n  column events.x" in ran.out
    path = local.root / "migrations/versions/d4.py"
    path.write_text(path.read_text().replace("COLUMN x", "COLUMN y"))
    assert local.autogen("merge").code == 0
    assert local.autogen("upgrade").code == 0
