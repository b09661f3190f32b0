"""Models, migrations and database disagree: ``check`` says which, on every backend, with rows."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from autogen import replay
from tests.dropin.project import FIRST, MODELS, AlembicProject
from tests.replay.states import AGE, WITH_AGE, by_hand, rows, stated, states, three, upgrade


def test_in_sync_nothing_is_replayed(
    project: AlembicProject, database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.make(database_url)
    upgrade(project)
    monkeypatch.setattr(replay, "replayed", None)
    ran = project.autogen("check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("In sync: models and database agree (1 table, ")
    assert stated(ran) == {}


def test_an_index_added_by_hand(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url)
    upgrade(project)
    by_hand(database_url, "CREATE INDEX by_hand ON users (name)")
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran) == ("agree", "changed by hand: index users.by_hand added", "differ: 1 change")
    assert "Undo what was changed by hand, or declare it in the models and draft it" in ran.out
    assert rows(database_url) == 2


def test_a_column_dropped_by_hand(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url)
    upgrade(project)
    by_hand(database_url, "ALTER TABLE users DROP COLUMN name")
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran) == ("agree", "changed by hand: column users.name dropped", "differ: 1 change")


def test_models_ahead(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url, models=WITH_AGE)
    upgrade(project)
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran) == ("differ: 1 change", "agree", "differ: 1 change")
    assert "Next    autogen diff -m '...' drafts a revision that brings the database to the models" in ran.out


def test_a_pending_revision(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url, models=WITH_AGE)
    project.write("migrations/versions/0002_age.py", AGE)
    upgrade(project, "a1")
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran) == (
        "agree",
        "1 revision has not been applied: b2 (migrations/versions/0002_age.py)",
        "not compared: the database is behind the migrations",
    )
    assert ran.out.startswith("Models and migrations agree (1 table, replayed on ")
    assert "Next    Run alembic upgrade head first" in ran.out
    assert rows(database_url) == 2
    upgrade(project)
    assert project.autogen("check").code == 0


def test_all_three_at_once(project: AlembicProject, database_url: URL) -> None:
    """A revision waits, the models are ahead of it, and somebody was at the database."""
    project.make(database_url, models=WITH_AGE + "    city: Mapped[int | None]\n")
    project.write("migrations/versions/0002_age.py", AGE)
    upgrade(project, "a1")
    by_hand(database_url, "CREATE INDEX by_hand ON users (name)", "CREATE TABLE notes (id INTEGER)")
    found = states(project)
    models, migrations = found["models_migrations"], found["migrations_database"]
    assert [change["object"] for change in models["changes"]] == ["users.city"]
    assert (models["agree"], migrations["agree"]) == (False, False)
    assert migrations["pending"] == [{"revision": "b2", "file": "migrations/versions/0002_age.py"}]
    dropped = {c["object"] for c in migrations["changes"] if c["action"] == "drop"}
    assert {"users.by_hand", "notes"} <= dropped
    assert found["models_database"]["agree"] is None
    ran = project.autogen("check")
    said = three(ran)[1]
    assert said.startswith(
        "1 revision has not been applied: b2 (migrations/versions/0002_age.py); changed by hand: "
    )
    assert "index users.by_hand added" in said
    assert "table notes added" in said
    assert "notes.id" not in said
    assert "Then autogen diff -m '...' drafts what the models have besides" in " ".join(ran.out.split())


def test_a_database_without_a_record(project: AlembicProject, database_url: URL) -> None:
    """Its tables came from elsewhere: held against all revisions, which have not been run."""
    project.make(database_url)
    by_hand(database_url, "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, city VARCHAR(50))")
    ran = project.autogen("check")
    assert ran.code == 1
    assert "alembic stamp head" in ran.out
    assert "column users.city added" in three(ran)[1]
    assert "column users.name dropped" in three(ran)[1]


def test_an_empty_database(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url)
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran)[:2] == (
        "agree",
        "1 revision has not been applied: a1 (migrations/versions/0001_first.py)",
    )


def test_one_comparison_only(project: AlembicProject, database_url: URL) -> None:
    project.make(database_url, models=WITH_AGE)
    upgrade(project)
    alone = project.autogen("check", "--against", "migrations")
    assert alone.code == 1
    assert three(alone)[0] == "differ: 1 change"
    assert three(alone)[2] == "not compared: --against migrations leaves the database out"
    project.write("migrations/versions/0002_age.py", AGE)
    ran = project.autogen("check", "--against", "migrations")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("In sync: models and migrations agree (1 table, replayed on ")
    behind = project.autogen("check", "--against", "database")
    assert behind.code == 1
    assert three(behind)[0] == "not compared: --against database leaves the migrations out"
    assert three(behind)[1].startswith("1 revision has not been applied: b2")
    assert three(behind)[2] == "differ: 1 change"


def test_the_other_formats_tell_it(project: AlembicProject, sqlite_url: URL) -> None:
    project.make(sqlite_url, models=WITH_AGE)
    project.write("migrations/versions/0002_age.py", AGE)
    upgrade(project, "a1")
    by_hand(sqlite_url, "CREATE INDEX by_hand ON users (name)")
    markdown = project.autogen("check", "--format", "markdown").out
    assert markdown.startswith("**autogen:** Models and migrations agree (1 table, replayed on SQLite")
    assert "- Migrations vs database: 1 revision has not been applied: b2" in markdown
    github = project.autogen("check", "--format", "github").out
    assert "title=autogen%3A pending-revisions::1 revision has not been applied: b2" in github
    assert "title=autogen%3A changed-by-hand::Changed by hand: index users.by_hand added." in github
    sarif = project.autogen("check", "--format", "sarif").out
    assert '"changed-by-hand"' in sarif


def test_json_where_nothing_differs(project: AlembicProject, sqlite_url: URL) -> None:
    project.make(sqlite_url)
    upgrade(project)
    found = states(project)
    assert found["models_database"] == {"agree": True, "changes": [], "reason": None}
    assert found["models_migrations"]["agree"] is None
    assert found["replayed_on"] is None
    alone = states(project, "--against", "migrations")
    assert alone["models_migrations"] == {"agree": True, "changes": [], "reason": None}
    assert alone["replayed_on"].startswith("SQLite")


def test_what_env_py_leaves_out_is_left_out_of_all_three(project: AlembicProject, database_url: URL) -> None:
    project.make(
        database_url,
        imports="from models import Base\ntarget_metadata = Base.metadata\n"
        "def mine(item, name, kind, reflected, other):\n    return name not in ('notes', 'by_hand')\n",
        options=", include_object=mine",
        models=MODELS + "    age: Mapped[int | None]\n",
    )
    upgrade(project)
    by_hand(
        database_url,
        "CREATE TABLE notes (id INTEGER)",
        "CREATE INDEX by_hand ON users (name)",
        "CREATE INDEX found ON users (name)",
    )
    ran = project.autogen("check")
    assert ran.code == 1
    assert three(ran) == ("differ: 1 change", "changed by hand: index users.found added", "differ: 2 changes")


def test_settings_of_the_database_hold_in_replays(project: AlembicProject, pg_url: URL) -> None:
    """Its tables lie in another schema than public, where ALTER DATABASE says so."""
    by_hand(pg_url, "CREATE SCHEMA app", f'ALTER DATABASE "{pg_url.database}" SET search_path TO app')
    project.make(pg_url, models=WITH_AGE)
    upgrade(project)
    by_hand(pg_url, "CREATE INDEX by_hand ON users (name)")
    ran = project.autogen("check")
    assert three(ran) == (
        "differ: 1 change",
        "changed by hand: index users.by_hand added",
        "differ: 2 changes",
    )


def test_models_in_several_schemas(project: AlembicProject, pg_url: URL) -> None:
    models = MODELS + '    __table_args__ = {"schema": "app"}\n'
    first = FIRST.replace(
        'op.create_table("users",', 'op.execute("CREATE SCHEMA app")\n    op.create_table("users",'
    )
    first = first.replace("sa.String(50)))", 'sa.String(50)), schema="app")').replace(
        "INTO users", "INTO app.users"
    )
    project.make(pg_url, models=models, first=first)
    upgrade(project)
    by_hand(pg_url, "CREATE INDEX by_hand ON app.users (name)")
    ran = project.autogen("check")
    assert three(ran) == ("agree", "changed by hand: index app.users.by_hand added", "differ: 1 change")
