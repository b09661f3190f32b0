"""SQL text as operations: what an operation of Alembic's does, its SQL does as well."""

from __future__ import annotations

import pytest

from autogen.lint.sql import read_sql
from autogen.lint.written import (
    Beside,
    Data,
    Detached,
    DomainLimited,
    Dropped,
    LabelAdded,
    NotNullAdded,
    Rebuilt,
    Setting,
    Transaction,
    Unclear,
    UsingIndex,
    Validate,
)
from autogen.schema import Key
from tests.unit.lint.reading import recorded

T = Key("table", "", "", "t")
STANDING = """
op.create_table(
    "t",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("a", sa.Text(), nullable=False),
    sa.Column("b", sa.String(20), server_default="x"),
    sa.Column("c", sa.Integer()),
    sa.CheckConstraint("c > 0", name="ck_c"),
)
op.create_table("u", sa.Column("id", sa.Integer(), primary_key=True))
op.create_index("ix_c", "t", ["c"])
"""
PAIRS = [
    (
        'op.add_column("t", sa.Column("d", sa.Text(), nullable=False))',
        "ALTER TABLE t ADD COLUMN d text NOT NULL",
    ),
    (
        'op.add_column("t", sa.Column("d", sa.DateTime(timezone=True), server_default=sa.func.now()))',
        "ALTER TABLE t ADD d timestamp with time zone DEFAULT now()",
    ),
    (
        'op.add_column("t", sa.Column("d", sa.Integer(), sa.ForeignKey("u.id", ondelete="CASCADE")))',
        "alter table t add column d int references u (id) on delete cascade",
    ),
    (
        'op.add_column("t", sa.Column("d", sa.Numeric(10, 2), unique=True))',
        "ALTER TABLE ONLY t ADD COLUMN d numeric(10,2) UNIQUE",
    ),
    (
        'op.add_column("t", sa.Column("d", sa.Integer(), sa.Computed("c * 2", persisted=True)))',
        "ALTER TABLE t ADD COLUMN d integer GENERATED ALWAYS AS (c * 2) STORED",
    ),
    ('op.drop_column("t", "a")', "ALTER TABLE t DROP COLUMN a"),
    ('op.drop_column("t", "c")', 'ALTER TABLE IF EXISTS "t" DROP c CASCADE'),
    ('op.alter_column("t", "a", nullable=True)', "ALTER TABLE t ALTER a DROP NOT NULL"),
    ('op.alter_column("t", "c", nullable=False)', "ALTER TABLE public.t ALTER COLUMN c SET NOT NULL"),
    ('op.alter_column("t", "b", server_default=None)', "ALTER TABLE t ALTER COLUMN b DROP DEFAULT"),
    ('op.alter_column("t", "b", server_default="y")', "ALTER TABLE t ALTER COLUMN b SET DEFAULT 'y'"),
    (
        'op.alter_column("t", "c", type_=sa.BigInteger(), postgresql_using="c::bigint")',
        "ALTER TABLE t ALTER COLUMN c SET DATA TYPE bigint USING c::bigint",
    ),
    ('op.alter_column("t", "a", new_column_name="e")', "ALTER TABLE t RENAME COLUMN a TO e"),
    ('op.rename_table("t", "v")', "ALTER TABLE t RENAME TO v"),
    ('op.drop_table("t")', "DROP TABLE IF EXISTS t CASCADE"),
    (
        'op.create_index("ix", "t", ["a", sa.text("lower(b) DESC")], unique=True, '
        'postgresql_where=sa.text("c > 1"))',
        "CREATE UNIQUE INDEX ix ON public.t USING btree (a, lower(b) DESC) WHERE c > 1",
    ),
    (
        'op.create_index("ix", "t", ["a"], postgresql_include=["b"], postgresql_concurrently=True)',
        "CREATE INDEX CONCURRENTLY ix ON t (a) INCLUDE (b)",
    ),
    ('op.drop_index("ix_c", table_name="t")', "DROP INDEX CONCURRENTLY IF EXISTS ix_c"),
    ('op.create_unique_constraint("uq", "t", ["a", "b"])', "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a, b)"),
    ('op.create_unique_constraint(None, "t", ["a"])', "ALTER TABLE t ADD UNIQUE (a)"),
    (
        'op.create_foreign_key("fk", "t", "u", ["c"], ["id"], ondelete="SET NULL", '
        "postgresql_not_valid=True)",
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES u (id) ON DELETE SET NULL NOT VALID",
    ),
    (
        'op.create_check_constraint("ck", "t", "c < 9", postgresql_not_valid=True)',
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (c < 9) NOT VALID",
    ),
    (
        'op.create_exclude_constraint("ex", "t", ("c", "="), using="gist")',
        "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (c WITH =)",
    ),
    ('op.drop_constraint("ck_c", "t", type_="check")', "ALTER TABLE t DROP CONSTRAINT IF EXISTS ck_c"),
    ('op.drop_constraint("t_pkey", "t", type_="primary")', "ALTER TABLE t DROP CONSTRAINT t_pkey"),
    (
        'sa.Enum("a", "b", name="mood").create(op.get_bind())',
        "CREATE TYPE mood AS ENUM ('a', 'b')",
    ),
    (
        'op.create_table("v", sa.Column("id", sa.Integer(), nullable=False), sa.Column("x", sa.String(9), '
        'server_default="it\'s"), sa.PrimaryKeyConstraint("id", name="v_pkey"), '
        'sa.CheckConstraint("id > 0", name="ck"))',
        "CREATE TABLE v (id serial NOT NULL, x varchar(9) DEFAULT 'it''s', "
        "CONSTRAINT v_pkey PRIMARY KEY (id), "
        "CONSTRAINT ck CHECK (id > 0))",
    ),
]


@pytest.mark.parametrize(("operation", "sql"), PAIRS)
def test_sql_does_what_the_operation_does(operation: str, sql: str) -> None:
    start = recorded(STANDING).after
    by_operation = recorded(operation, start=start)
    by_sql = recorded(f"op.execute({sql!r})", start=start)
    assert by_operation.gaps == by_sql.gaps == ()
    assert by_operation.before == by_sql.before == start
    assert set(by_sql.changes) == set(by_operation.changes) != set()


MEANINGS = [
    ("ALTER TABLE t VALIDATE CONSTRAINT c", [Validate(T, "c")]),
    ("ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i", [UsingIndex(T, "u", "i")]),
    ("ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID", [NotNullAdded(T, "c", False)]),
    ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", [Detached(Key("table", "", "", "p"), True)]),
    (
        "ALTER TYPE s.mood ADD VALUE IF NOT EXISTS 'x' AFTER 'y'",
        [LabelAdded(Key("enum", "s", "", "mood"), "x", "after", "y", True)],
    ),
    ("SET LOCAL lock_timeout TO '5s'", [Setting("lock_timeout", "5s", True)]),
    ("SET lock_timeout = 0; RESET lock_timeout", [Setting("lock_timeout", "0"), Setting("lock_timeout", "")]),
    ("PRAGMA foreign_keys=OFF", [Setting("foreign_keys", "off")]),
    ("BEGIN; COMMIT", [Transaction("begin"), Transaction("commit")]),
    ("UPDATE t SET a = 'x; y'", [Data("update", (T,), True)]),
    ("WITH x AS (SELECT 1) UPDATE t SET a = 1 FROM x WHERE t.b = 1", [Data("update", (T,), False)]),
    ("DELETE FROM t WHERE a = :b", [Data("delete", (T,), False)]),
    ("INSERT INTO t SELECT * FROM u", [Data("insert", (T,), False)]),
    ("TRUNCATE TABLE t, u CASCADE", [Data("truncate", (T, Key("table", "", "", "u")), True, True)]),
    ("SELECT a FROM t", [Data("select", (T,))]),
    ("DROP DATABASE shop", [Dropped("database", "shop")]),
    ("DROP SCHEMA s CASCADE", [Dropped("schema", "s", True)]),
    ("CREATE DOMAIN d AS text CHECK (VALUE <> '')", [DomainLimited("d")]),
    ("REINDEX TABLE CONCURRENTLY t", [Rebuilt("REINDEX TABLE", "t", True)]),
    ("REFRESH MATERIALIZED VIEW v", [Rebuilt("REFRESH MATERIALIZED VIEW", "v", False)]),
    ("CREATE OR REPLACE VIEW v AS SELECT 1", [Beside("CREATE VIEW")]),
    (
        "CREATE FUNCTION f() RETURNS int AS $x$ SELECT 1; $x$ LANGUAGE sql; GRANT ALL ON t TO x",
        [Beside("CREATE FUNCTION"), Beside("GRANT")],
    ),
    (
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END; BEGIN",
        [Beside("CREATE TRIGGER"), Transaction("begin")],
    ),
    ("-- nothing\n/* at all; */", []),
]


@pytest.mark.parametrize(("sql", "meaning"), MEANINGS)
def test_statements_without_an_operation(sql: str, meaning: list[object]) -> None:
    assert read_sql(sql, "postgres", folds=True) == meaning


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN DROP TABLE t; END $$",
        "CALL tidy_up()",
        "SELECT create_hypertable('t', 'at')",
        "ALTER TABLE t FROBNICATE",
        "ALTER TABLE t ADD COLUMN",
        "ALTER TABLE t ALTER COLUMN c TYPE",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) WITH LOVE, DROP",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TABLE t (LIKE u)",
        "gibberish",
        "UPDATE SET WHERE",
        "CREATE INDEX ON",
        "'",
    ],
)
def test_what_is_not_understood_is_said(sql: str) -> None:
    (found,) = read_sql(sql, "postgres", folds=True)
    assert isinstance(found, Unclear)
    assert found.text == sql
    assert found.why


def test_names_fold_as_on_the_server() -> None:
    (kept,) = read_sql("DROP TABLE Users", "sqlite", folds=False)
    (folded,) = read_sql("DROP TABLE Users", "postgres", folds=True)
    (quoted,) = read_sql('DROP TABLE "Users ""x"""', "postgres", folds=True)
    assert (kept.table_name, folded.table_name, quoted.table_name) == ("Users", "users", 'Users "x"')


def test_mysql_modify_states_the_whole_column() -> None:
    start = 'op.create_table("t", sa.Column("a", sa.String(9), nullable=False, server_default="x"))'
    found = recorded(
        'op.execute("ALTER TABLE t MODIFY a varchar(20)")', "mysql", recorded(start, "mysql").after
    )
    after = found.after.column(T, "a")
    assert after is not None
    assert (after.nullable, after.default) == (True, None)
