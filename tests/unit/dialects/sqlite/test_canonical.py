"""Both sides give equal values for equal things, and SQLite itself settles the rest."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from autogen.declare import declare
from autogen.dialects.base import Doubt, Scope
from autogen.dialects.sqlite import SQLite, settle, types
from autogen.dialects.sqlite.spelling import derived_type
from autogen.schema import Check, Column, ColumnType, Computed, Index, IndexElement, Key, Schema, Table
from tests.unit.dialects.sqlite.project import Models, Project


def both(folder: Path, models: Models, *statements: str) -> tuple[Schema, Schema]:
    """The live schema (made by the statements, or else by the models) and the declared one."""
    project = Project(folder)
    if statements:
        project.execute(*statements)
    else:
        project.build(models)
    metadata = sa.MetaData()
    models(metadata)
    with SQLite.connect(project.url) as (dialect, connection):
        return dialect.introspect(connection, Scope()), declare([metadata], dialect)


def everything(metadata: sa.MetaData) -> None:
    sa.Table(
        "p",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, comment="not kept"),
        sa.Column("kind", sa.Enum("a", "b", name="kind", create_constraint=True), server_default="a"),
        sa.Column("on", sa.Boolean(create_constraint=True), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.DateTime, server_default=sa.func.now()),
        sa.Column("later", sa.DateTime, server_default=sa.text("(datetime('now', '+1 day'))")),
        sa.Column("data", sa.JSON, server_default=sa.text("'{}'")),
        sa.Column("name", sa.String(50, collation="NOCASE"), unique=True),
        sa.Column("price", sa.Numeric(10, 2), server_default=sa.text("0")),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("twice", sa.Integer, sa.Computed("price * 2", persisted=True)),
        sa.Index("i1", sa.text("lower(name)"), sa.desc("at"), sqlite_where=sa.text("price > 0")),
        sa.Index("i2", "kind", unique=True),
        sa.CheckConstraint("price >= 0 AND (price < 100 OR kind != 'a')", name="ck"),
        comment="not kept",
        sqlite_autoincrement=True,
    )
    sa.Table(
        "c",
        metadata,
        sa.Column("a", sa.String(5), primary_key=True),
        sa.Column("b", sa.SmallInteger, primary_key=True, sqlite_on_conflict_not_null="FAIL"),
        sa.Column("p_id", sa.ForeignKey("p.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED")),
        sa.PrimaryKeyConstraint("a", "b", sqlite_on_conflict="REPLACE"),
        sa.UniqueConstraint("b", "p_id", name="uq", sqlite_on_conflict="ignore"),
        sqlite_with_rowid=False,
    )
    sa.Table(
        "s",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("up", sa.ForeignKey("s.id")),
        sqlite_strict=True,
    )


def test_what_sqlalchemy_makes_is_what_it_declares(tmp_path: Path) -> None:
    live, declared = both(tmp_path, everything)
    assert {k: o for k, o in declared.by_key.items() if live.get(k) != o} == {}
    assert live == declared


def test_spelled_differently_but_equal(tmp_path: Path) -> None:
    def models(metadata: sa.MetaData) -> None:
        sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("a", sa.String(50)),
            sa.Column("b", sa.Numeric(10, 2), server_default=sa.text("(CURRENT_TIMESTAMP)")),
            sa.Column("c", sa.Boolean, server_default=sa.true()),
            sa.Column("d", sa.ForeignKey("t.id")),
            sa.CheckConstraint("a IN ('x', 'y')"),
            sa.Index("i", "a"),
        )

    live, declared = both(
        tmp_path,
        models,
        "create table [t] (id integer primary key asc, `a` varchar( 50 ) check((\"a\" in('x','y'))), "
        "b numeric(10,2) default current_timestamp, c boolean default TRUE, d integer references t)",
        'create index i on t ("a" asc)',
    )
    assert live == declared


def test_what_is_left_alone(tmp_path: Path) -> None:
    live, _ = both(
        tmp_path,
        lambda metadata: None,
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIRTUAL TABLE docs USING fts5(words)",
    )
    assert [t.name for t in live.tables] == ["t"]
    reasons = {s.object: s.reason for s in live.skipped}
    assert reasons["v"] == "a view"
    assert reasons["docs"] == "a virtual table"
    assert reasons["docs_content"] == "part of the virtual table docs"
    assert reasons["alembic_version"] == "Alembic's version table"
    assert reasons["sqlite_sequence"] == "one of SQLite's internal tables"


def test_primary_keys_and_null(tmp_path: Path) -> None:
    live, _ = both(
        tmp_path,
        lambda metadata: None,
        "CREATE TABLE a (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b (id TEXT PRIMARY KEY)",
        "CREATE TABLE c (id TEXT PRIMARY KEY) WITHOUT ROWID",
    )
    nullable = {c.table: c.nullable for c in live.of_kind(Column)}
    assert nullable == {"a": False, "b": True, "c": False}


def test_attached_schemas_cost_no_further_query(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE u (id INTEGER PRIMARY KEY)").close()
    project = Project(tmp_path)
    project.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    with SQLite.connect(URL.create("sqlite", database=str(project.path))) as (dialect, connection):
        connection.exec_driver_sql(f"ATTACH 'file:{tmp_path}/other.db?mode=ro' AS aux")
        seen: list[str] = []
        sa.event.listen(connection.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        live = dialect.introspect(connection, Scope(schemas=("aux", "absent", "main")))
        assert len(seen) == 2
    assert [t.key.label for t in live.tables] == ["t", "aux.u"]
    assert [s.object for s in live.skipped] == ["absent"]


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "INTEGER",
            "BIGINT",
            "SMALLINT",
            "TEXT",
            "VARCHAR",
            "VARCHAR(50)",
            "CHAR(3)",
            "NVARCHAR(5)",
            "BOOLEAN",
        ),
        *("DATE", "DATETIME", "TIME", "TIMESTAMP", "FLOAT", "DOUBLE", "DOUBLE PRECISION", "REAL", "NUMERIC"),
        *("NUMERIC(10)", "NUMERIC(10, 2)", "DECIMAL(5, 1)", "BLOB", "JSON", "UUID", "CLOB", "VARBINARY(9)"),
        *("MYTYPE(3)", "", "FLOAT(53)", "UNSIGNED BIG INT", "VARCHAR(10) CHARACTER SET X", "TEXT(5)", "INT"),
    ],
)
@pytest.mark.parametrize("collation", [None, "NOCASE"])
def test_derived_types_make_the_same_ddl(sql: str, collation: str | None) -> None:
    from autogen.dialects.sqlite.spelling import DECLARED_TYPE

    names: dict[str, object] = {"sa": sa}
    exec(DECLARED_TYPE, names)
    made = eval(derived_type(sql, collation).text, names)
    compiled = made.compile(dialect=sa.create_engine("sqlite://").dialect)
    assert types.type_of(compiled) == ColumnType(sql, collation=collation)


T = Key("table", "", "", "t")
SCHEMA = Schema(
    [
        Table("", "t"),
        Column("", "t", "a", ColumnType("INTEGER")),
        Column("", "t", "b", ColumnType("VARCHAR(5)")),
    ]
)


def settled(before: object, after: object) -> object:
    [answer] = settle.settle([Doubt(before, after)], SCHEMA)  # type: ignore[arg-type]
    return answer.unknown or answer.after


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a > 0 AND b <> 'x'", "(A > 0) and (b != 'x')", True),
        ("a BETWEEN 1 AND 3", "a BETWEEN 1 AND (3)", True),
        ("a IN (1, 2)", "a IN (2, 1)", False),
        ("a > 0", "a >= 0", False),
        ("mine(a) > 0", "(mine(a)) > 0", True),
        ("gone > 0", "a > 0", False),
    ],
)
def test_checks_are_settled_by_their_programs(one: str, other: str, same: bool) -> None:
    before, after = Check("", "t", "ck", one), Check("", "t", "ck", other)
    assert settled(before, after) == (before if same else after)


def test_what_does_not_compile_is_unknown() -> None:
    before, after = Check("", "t", "ck", "a > 0"), Check("", "t", "ck", "nowhere > 0")
    assert "no such column: nowhere" in str(settled(before, after))


@pytest.mark.parametrize(
    ("type_", "one", "other", "same"),
    [
        ("INTEGER", "'0'", "0", True),
        ("BOOLEAN", "0", "'0'", True),
        ("NUMERIC(10, 2)", "1", "1.0", True),
        ("VARCHAR(5)", "0", "'0'", True),
        ("VARCHAR(5)", "'0'", "'00'", False),
        ("BLOB", "'0'", "0", False),
        ("DATETIME", "datetime('now')", "(datetime( 'now' ))", True),
    ],
)
def test_defaults_are_settled_by_what_is_stored(type_: str, one: str, other: str, same: bool) -> None:
    before = Column("", "t", "a", ColumnType(type_), default=one)
    after = Column("", "t", "a", ColumnType(type_), default=other)
    assert settled(before, after) == (before if same else after)


def test_generated_columns_and_indexes_are_settled() -> None:
    before = Column("", "t", "c", ColumnType("INTEGER"), computed=Computed("a + 1", False))
    after = Column("", "t", "c", ColumnType("INTEGER"), computed=Computed("(a)+(1)", False))
    assert settled(before, after) == before
    old = Index("", "t", "i", (IndexElement("lower(b)", True),), predicate="a > 0 AND b > 'x'")
    new = Index("", "t", "i", (IndexElement("lower((b))", True),), predicate="(a > 0) AND (b > 'x')")
    assert settled(old, new) == old
