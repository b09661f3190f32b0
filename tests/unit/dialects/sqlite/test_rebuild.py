"""Drafts that rebuild tables, run by a real Alembic with foreign keys enforced."""

# ruff: noqa: E501

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.dialects.base import Scope
from tests.harness import diff
from tests.unit.dialects.sqlite.project import ENVIRONMENTS, Project

SETUP = (
    "CREATE TABLE parent (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(20), "
    "rank VARCHAR(5) CHECK (rank <> 'none'), twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL, "
    "CHECK (name <> 'x'), CONSTRAINT named CHECK (length(name) < 20), UNIQUE (name))",
    "CREATE TABLE child (id INTEGER NOT NULL, parent_id INTEGER NOT NULL, "
    "PRIMARY KEY (id), FOREIGN KEY(parent_id) REFERENCES parent (id) ON DELETE CASCADE)",
    "CREATE TABLE log (words TEXT)",
    "CREATE INDEX low ON parent (lower(name) DESC)",
    "CREATE UNIQUE INDEX part ON parent (rank) WHERE rank > '5'",
    "CREATE VIEW names AS SELECT name FROM parent",
    "CREATE VIEW pairs AS SELECT c.id, n.name FROM child c, names n",
    "CREATE TRIGGER added AFTER INSERT ON parent BEGIN INSERT INTO log VALUES ('added ' || new.name); END",
    "CREATE TRIGGER gone AFTER DELETE ON child BEGIN UPDATE parent SET rank = '0' WHERE id = old.parent_id; END",
    "INSERT INTO parent (id, name, rank) VALUES (1, 'ann', '007'), (2, 'bob', NULL), (9, 'eve', '9')",
    "DELETE FROM parent WHERE id = 9",
    "INSERT INTO child (id, parent_id) VALUES (10, 1), (11, 1), (12, 2)",
)


def parent(rank: sa.types.TypeEngine[object], *more: sa.schema.SchemaItem):
    def models(metadata: sa.MetaData) -> None:
        sa.Table(
            "parent",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(20)),
            sa.Column("rank", rank, sa.CheckConstraint("rank <> 'none'")),
            sa.Column("twice", sa.Integer, sa.Computed("id * 2", persisted=False)),
            sa.CheckConstraint("name <> 'x'"),
            sa.CheckConstraint("length(name) < 20", name="named"),
            sa.UniqueConstraint("name"),
            sa.Index("low", sa.text("lower(name) DESC")),
            sa.Index("part", "rank", unique=True, sqlite_where=sa.text("rank > '5'")),
            *(item.copy() if isinstance(item, sa.Column) else item for item in more),
            sqlite_autoincrement=True,
        )
        sa.Table(
            "child",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("parent_id", sa.ForeignKey("parent.id", ondelete="CASCADE"), nullable=False),
        )
        sa.Table("log", metadata, sa.Column("words", sa.Text))

    return models


def rows(project: Project) -> dict[str, object]:
    return {
        table: project.query(f"SELECT * FROM {table} ORDER BY 1")
        for table in ("parent", "child", "log", "names", "pairs", "sqlite_sequence")
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.execute(*SETUP)
    return made


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_rebuild_keeps_everything(project: Project, environment: str) -> None:
    project.environment = ENVIRONMENTS[environment]
    before, master = rows(project), project.master()
    project.draft(parent(sa.Text()))
    project.upgrade()
    assert rows(project) == before
    changed = {name for name, sql in project.master().items() if master[name] != sql}
    assert changed == {"table parent on parent"}
    assert project.master().keys() == master.keys()
    project.execute("INSERT INTO parent (name) VALUES ('new')")
    assert project.query("SELECT id FROM parent WHERE name = 'new'") == [(10,)]
    assert project.query("SELECT words FROM log")[-1] == ("added new",)
    project.execute("DELETE FROM parent WHERE name = 'new'")
    project.downgrade()
    assert rows(project)["child"] == before["child"]
    assert rows(project)["parent"] == before["parent"]
    project.upgrade()
    assert rows(project)["parent"] == before["parent"]


def test_offline_sql_runs_in_the_shell(project: Project) -> None:
    before = rows(project)
    project.draft(parent(sa.Text()))
    script = project.sql()
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(script)
    assert rows(project) == before


def test_offline_sql_says_what_it_cannot_know(project: Project) -> None:
    project.draft(parent(sa.Text()))
    script = [line for line in project.sql().splitlines() if line and not line.startswith("-- Running")]
    start = script.index("PRAGMA foreign_keys = OFF;")
    assert script[start - 1] == "-- Stop at the first error (sqlite3 -bail), or rows may be lost;"
    end = script.index("PRAGMA legacy_alter_table = OFF;")
    assert script[end + 1].startswith("-- foreign_keys is OFF now, whatever it was")
    project.upgrade()
    assert "foreign_keys is OFF" not in str(project.master())


def test_types_convert_by_affinity(project: Project) -> None:
    project.draft(parent(sa.Integer()))
    project.upgrade()
    assert project.query("SELECT rank FROM parent ORDER BY id") == [(7,), (None,)]


def test_not_null_fails_on_nulls_and_changes_nothing(project: Project) -> None:
    def models(metadata: sa.MetaData) -> None:
        parent(sa.String(5))(metadata)
        metadata.tables["parent"].c.rank.nullable = False

    before, master = rows(project), project.master()
    project.draft(models)
    with pytest.raises(sa.exc.IntegrityError, match="NOT NULL constraint failed"):
        project.upgrade()
    assert rows(project) == before
    assert project.master() == master


def test_a_new_foreign_key_refuses_orphans(tmp_path: Path) -> None:
    def models(foreign: bool):
        def build(metadata: sa.MetaData) -> None:
            sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
            args = [sa.ForeignKey("p.id")] if foreign else []
            sa.Table(
                "c",
                metadata,
                sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("p_id", sa.Integer, *args),
            )

        return build

    project = Project(tmp_path)
    project.build(models(False), ["INSERT INTO c VALUES (1, 5)"])
    project.draft(models(True))
    with pytest.raises(RuntimeError, match="rows that do not exist"):
        project.upgrade()
    assert "REFERENCES" not in str(project.master())
    project.execute("INSERT INTO p VALUES (5)")
    project.upgrade()
    assert "REFERENCES" in str(project.master())


def test_orphans_that_were_there_do_not_stop_a_rebuild(project: Project) -> None:
    project.execute("INSERT INTO child VALUES (99, 77)")
    before = rows(project)
    project.draft(parent(sa.Text()))
    project.upgrade()
    assert rows(project) == before


def test_a_key_that_a_foreign_key_lacked_may_be_added(tmp_path: Path) -> None:
    def models(unique: bool):
        def build(metadata: sa.MetaData) -> None:
            code = sa.Column("code", sa.Integer, unique=unique)
            sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True), code)
            sa.Table("c", metadata, sa.Column("p_code", sa.Integer, sa.ForeignKey("p.code")))

        return build

    project = Project(tmp_path)
    project.build(models(False), ["INSERT INTO p VALUES (1, 5)", "INSERT INTO c VALUES (5)"])
    project.draft(models(True))
    project.upgrade()
    assert project.query("SELECT * FROM c") == [(5,)]
    project.execute("PRAGMA foreign_keys = ON", "INSERT INTO c VALUES (5)")


def test_hidden_rowids_stay(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE t (code VARCHAR(5) NOT NULL, n INTEGER, PRIMARY KEY (code))",
        "INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 3)",
        "DELETE FROM t WHERE code = 'a'",
    )
    before = project.query("SELECT rowid, * FROM t")

    def models(metadata: sa.MetaData) -> None:
        sa.Table("t", metadata, sa.Column("code", sa.String(5), primary_key=True), sa.Column("n", sa.Text))

    project.draft(models)
    project.upgrade()
    assert project.query("SELECT rowid, code FROM t") == [row[:2] for row in before]


def test_on_conflict_clauses_lose_no_rows(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.execute("CREATE TABLE t (id INTEGER NOT NULL, a INTEGER, PRIMARY KEY (id))")
    project.execute("INSERT INTO t VALUES (1, 1), (2, 1)")

    def models(metadata: sa.MetaData) -> None:
        sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("a", sa.Integer),
            sa.UniqueConstraint("a", sqlite_on_conflict="REPLACE"),
        )

    project.draft(models)
    with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
        project.upgrade()
    assert project.query("SELECT * FROM t") == [(1, 1), (2, 1)]
    project.execute("DELETE FROM t WHERE id = 2")
    project.upgrade()
    assert "ON CONFLICT REPLACE" in project.master()["table t on t"]


def test_a_trigger_on_a_dropped_column_goes_and_returns(project: Project) -> None:
    project.execute(
        "CREATE TRIGGER ranked AFTER UPDATE OF name ON parent WHEN old.rank > 1 BEGIN SELECT 1; END"
    )
    master = project.master()

    def models(metadata: sa.MetaData) -> None:
        parent(sa.String(5))(metadata)
        table = metadata.tables["parent"]
        for constraint in [c for c in table.constraints if "rank" in str(getattr(c, "sqltext", ""))]:
            table.constraints.discard(constraint)
        table.indexes = {i for i in table.indexes if i.name != "part"}
        table._columns.remove(table.c.rank)

    project.draft(models)
    project.upgrade()
    now = project.master()
    assert "trigger ranked on parent" not in now
    assert "trigger added on parent" in now
    project.execute("INSERT INTO parent (name) VALUES ('still works')")
    project.downgrade()
    assert {n: s for n, s in project.master().items() if "trigger" in n} == {
        n: s for n, s in master.items() if "trigger" in n
    }


def test_tables_that_refer_to_each_other_are_dropped(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE a (id INTEGER NOT NULL, b_id INTEGER, PRIMARY KEY (id), FOREIGN KEY(b_id) REFERENCES b (id))",
        "CREATE TABLE b (id INTEGER NOT NULL, a_id INTEGER, PRIMARY KEY (id), FOREIGN KEY(a_id) REFERENCES a (id))",
        "INSERT INTO a VALUES (1, 1)",
        "INSERT INTO b VALUES (1, 1)",
    )
    master = project.master()
    project.draft(lambda metadata: None)
    project.upgrade()
    assert project.master() == {}
    project.downgrade()
    assert project.master() == master


CONVENTIONS = [
    {"ck": "ck_%(table_name)s_%(constraint_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"},
    {"uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"},
]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_unnamed_constraints_stay_unnamed_under_a_naming_convention(
    tmp_path: Path, convention: dict[str, str]
) -> None:
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE t (id INTEGER NOT NULL, a INTEGER DEFAULT ':x', PRIMARY KEY (id), UNIQUE (a), CHECK (a > 0))",
        "INSERT INTO t VALUES (1, 1)",
    )
    master = project.master()
    metadata = sa.MetaData(naming_convention=convention)
    drafted = diff(project.url, metadata)
    assert (drafted.verified, drafted.reason) == (True, ""), drafted.text
    environment = f"context.configure(target_metadata=sa.MetaData(naming_convention={convention!r}), "
    project.environment = project.environment.replace("context.configure(", environment)
    project.install(drafted.text)
    project.upgrade()
    project.downgrade()
    assert project.master() == master


def test_what_a_rebuild_does_not_copy_is_said_beside_the_copy(tmp_path: Path) -> None:
    def models(*names: str, length: int):
        def build(metadata: sa.MetaData) -> None:
            columns = [sa.Column(name, sa.String(length)) for name in names]
            sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)

        return build

    project = Project(tmp_path)
    project.build(models("kept", "old", length=20), ["INSERT INTO t VALUES (1, 'a', 'b')"])
    text = project.draft(models("kept", length=30)).text
    said = "# review: not copied: old (deletes 1 value)"
    assert [line.strip() for line in text.splitlines()].count(said) == 1
    assert text.index(said) < text.index("INSERT INTO _new_t (id, kept)")


def test_a_trigger_that_writes_into_a_table_left_out_survives_a_rebuild(tmp_path: Path) -> None:
    def models(metadata: sa.MetaData) -> None:
        id_ = sa.Column("id", sa.Integer, primary_key=True)
        sa.Table("t", metadata, id_, sa.Column("a", sa.Text))

    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(20))",
        "CREATE TABLE log (words TEXT)",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log (words) VALUES (NEW.a); END",
    )
    metadata = sa.MetaData()
    models(metadata)
    drafted = diff(project.url, metadata, scope=Scope(exclude=("log",)))
    assert (drafted.changes, drafted.verified) == (("alter column t.a: type",), True), drafted.reason
    project.install(drafted.text)
    project.upgrade()
    project.execute("INSERT INTO t (a) VALUES ('seen')")
    assert project.query("SELECT words FROM log") == [("seen",)]
