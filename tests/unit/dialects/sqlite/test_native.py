"""What needs no rebuild is not rebuilt; renames, views and the scratch database."""

# ruff: noqa: E501

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.changes import Alter, Change, Rename, reverse
from autogen.dialects.base import Scope
from autogen.dialects.sqlite import SQLite
from autogen.dialects.sqlite.effects import renamed
from autogen.dialects.sqlite.type_changes import type_change
from autogen.plan import Step
from autogen.schema import Column, ColumnType, Dependent, Key, Schema
from tests.unit.dialects.sqlite.project import Project

HEAD = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a'\ndown_revision = None\n"


def models(*more: object):
    def build(metadata: sa.MetaData) -> None:
        sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True))
        made = [item() if callable(item) else item for item in more]
        sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *made)

    return build


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (lambda: sa.Column("x", sa.Integer), "op.add_column("),
        (lambda: sa.Column("x", sa.Integer, server_default="5", nullable=False), "op.add_column("),
        (lambda: sa.Column("x", sa.Integer, sa.Computed("id + 1", persisted=False)), "op.add_column("),
        (lambda: sa.Column("x", sa.ForeignKey("p.id")), "ADD COLUMN"),
    ],
)
def test_columns_are_added_in_place(tmp_path: Path, item: object, words: str) -> None:
    project = Project(tmp_path)
    project.build(models(), ["INSERT INTO t VALUES (1)"])
    drafted = project.draft(models(item))
    upgrade = drafted.text.partition("def upgrade")[2].partition("def downgrade")[0]
    assert words in upgrade
    assert "rebuilding" not in upgrade
    project.upgrade()
    project.downgrade()
    assert project.query("SELECT * FROM t") == [(1,)]


@pytest.mark.parametrize(
    "item",
    [
        lambda: sa.Column("x", sa.DateTime, server_default=sa.func.now(), nullable=False),
        lambda: sa.Column("x", sa.Integer, sa.Computed("id + 1", persisted=True)),
        lambda: sa.Column("x", sa.Integer, unique=True),
        lambda: sa.Column("x", sa.Integer, sa.CheckConstraint("x > 0")),
        lambda: sa.Column("x", sa.ForeignKey("p.id"), server_default="1"),
    ],
)
def test_columns_that_alter_table_refuses_are_added_by_a_rebuild(tmp_path: Path, item: object) -> None:
    project = Project(tmp_path)
    project.build(models(), ["INSERT INTO t VALUES (1)", "INSERT INTO p VALUES (1)"])
    assert "with rebuilding():" in project.draft(models(item)).text
    project.upgrade()
    assert project.query("SELECT id FROM t") == [(1,)]
    project.downgrade()
    assert project.query("SELECT * FROM t") == [(1,)]


def test_a_column_with_an_index_is_dropped_in_place(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.build(
        models(lambda: sa.Column("x", sa.Integer, index=True)), ["CREATE VIEW v AS SELECT id FROM t"]
    )
    drafted = project.draft(models())
    assert "rebuilding" not in drafted.text
    assert drafted.text.index("drop_index") < drafted.text.index("drop_column")
    project.upgrade()


def test_a_column_that_a_view_reads_is_dropped_by_a_rebuild(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.build(models(lambda: sa.Column("x", sa.Integer)), ["CREATE VIEW v AS SELECT x FROM t"])
    drafted = project.draft(models())
    assert "the view v cannot work any more: no such column: x" in drafted.text
    project.upgrade()
    project.downgrade()
    assert project.query("SELECT * FROM v") == []


def read(project: Project) -> tuple[SQLite, Schema, tuple[Dependent, ...]]:
    with SQLite.connect(project.url) as (dialect, connection):
        schema = dialect.introspect(connection, Scope())
        return dialect, schema, dialect.dependents(connection, schema)  # type: ignore[return-value]


def text(upgrade: list[Step], downgrade: list[Step]) -> str:
    helpers = sorted({h for step in (*upgrade, *downgrade) for h in step.helpers})
    imports = sorted({line for step in (*upgrade, *downgrade) for line in step.code.imports})
    lines = [*imports, *helpers, HEAD]
    for name, steps in (("upgrade", upgrade), ("downgrade", downgrade)):
        block = steps[0].block
        lines.append(f"def {name}():")
        lines += [f"    {block}"] if block else []
        lines += [f"    {'    ' if block else ''}{s.code.text}" for s in steps if s.code.text]
    return "\n".join(lines)


@pytest.mark.parametrize("rebuilt", [False, True])
def test_renames_carry_everything_along(tmp_path: Path, rebuilt: bool) -> None:
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE user (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(20), boss INTEGER, "
        "FOREIGN KEY (boss) REFERENCES user (id), CHECK (name <> 'x'))",
        "CREATE TABLE orders (id INTEGER NOT NULL, u INTEGER, PRIMARY KEY (id), "
        "FOREIGN KEY (u) REFERENCES user (id) ON DELETE CASCADE)",
        "CREATE VIEW v AS SELECT name FROM user",
        "CREATE TRIGGER tr AFTER UPDATE OF name ON user BEGIN UPDATE orders SET u = u WHERE u = new.id; END",
        "CREATE INDEX ix ON user (lower(name))",
        "INSERT INTO user VALUES (1, 'ann', NULL), (2, 'bob', 1)",
        "INSERT INTO orders VALUES (1, 1), (2, 2)",
    )
    dialect, before, dependents = read(project)
    table = before.get(Key("table", "", "", "user"))
    changes: list[Change] = [Rename(table, replace(table, name="users"))]  # type: ignore[arg-type,type-var]
    after = renamed(before, changes[0])  # type: ignore[arg-type]
    column = after.column(Key("table", "", "", "users"), "name")
    assert column is not None
    after = renamed(after, Rename(column, replace(column, name="full_name")))
    old = before.column(Key("table", "", "", "user"), "name")
    assert old is not None
    changes.append(Rename(old, replace(column, name="full_name")))
    if rebuilt:
        column = replace(column, name="full_name")
        wider = replace(column, type=ColumnType("TEXT"))
        changes.append(Alter(column, wider))
        after = after.replace(add=[wider])
    up = dialect.steps(changes, before, after, dependents)
    down = dialect.steps(reverse(changes), after, before, dependents)
    project.install(text(up, down))
    rows = [project.query(f"SELECT * FROM {name}") for name in ("user", "orders", "v")]
    master = project.master()
    project.upgrade()
    assert read(project)[1] == after
    assert [project.query(f"SELECT * FROM {name}") for name in ("users", "orders", "v")] == rows
    project.execute("UPDATE users SET full_name = 'ann' WHERE id = 1")
    project.downgrade()
    assert read(project)[1] == before
    assert read(project)[2] == dependents
    assert [project.query(f"SELECT * FROM {name}") for name in ("user", "orders", "v")] == rows
    assert project.master() == master


def test_dependents_say_what_they_use(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER)",
        "CREATE TABLE log (words TEXT, at TEXT)",
        "CREATE VIEW v2 AS SELECT * FROM v1",
        "CREATE VIEW v1 AS SELECT a FROM t WHERE mine(b) > 0",
        "CREATE TRIGGER x AFTER UPDATE OF b ON t WHEN new.a > 0 BEGIN INSERT INTO log (words) VALUES (1); END",
    )
    _, _, dependents = read(project)
    uses = {d.name: {k.label for k in d.uses} for d in dependents}
    assert [d.name for d in dependents] == ["v2", "v1", "x"]
    assert uses["v1"] == uses["v2"] == {"t", "t.a", "t.b"}
    assert {"t", "t.a", "t.b", "log"} <= uses["x"]
    assert "t.c" not in uses["x"]
    assert dependents[0].uses_dependents == ("view v1",)


def test_the_blueprint_rebuilds_attached_databases_too(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").executescript(
        "CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE INDEX iu ON u (id); CREATE VIEW vu AS SELECT id FROM u"
    ).close()
    project = Project(tmp_path)
    project.execute(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "CREATE VIRTUAL TABLE d USING fts5(w)"
    )
    scope = Scope(schemas=("aux",))
    with SQLite.connect(project.url) as (dialect, live), dialect.scratch(project.url) as scratch:
        live.exec_driver_sql(f"ATTACH 'file:{tmp_path}/other.db?mode=ro' AS aux")
        schema = dialect.introspect(live, scope)
        dependents = dialect.dependents(live, schema)
        assert dialect.rebuild(scratch, dialect.blueprint(live, schema, dependents)) == []
        assert dialect.introspect(scratch, scope) == schema
        assert dialect.dependents(scratch, schema) == dependents
        assert scratch.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("old", "new", "loss"),
    [
        ("VARCHAR(5)", "VARCHAR(9)", "none"),
        ("VARCHAR(9)", "VARCHAR(5)", "narrowing"),
        ("TEXT", "VARCHAR(5)", "narrowing"),
        ("INTEGER", "TEXT", "none"),
        ("TEXT", "INTEGER", "lossy"),
        ("INTEGER", "BIGINT", "none"),
        ("INTEGER", "FLOAT", "lossy"),
        ("VARCHAR(5)", "JSON", "lossy"),
    ],
)
def test_type_changes(old: str, new: str, loss: str) -> None:
    before, after = (Column("", "t", "a", ColumnType(sql)) for sql in (old, new))
    assert type_change(before, after).loss == loss
