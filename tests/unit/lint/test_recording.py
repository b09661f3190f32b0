"""Revisions run against the recording: every way in which they state something, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from autogen.errors import AutogenError
from autogen.lint.examine import comparison_of
from autogen.lint.loading import load
from autogen.lint.written import Data
from autogen.schema import Column, Key, Schema, Sequence
from tests.harness import label
from tests.unit.lint.reading import FIRST_LINE, dialect, recorded

T = Key("table", "", "", "t")


def labels(schema: Schema) -> set[str]:
    return {o.key.label for o in schema}


def test_lines_are_those_of_the_calls() -> None:
    found = recorded("""
        op.drop_column("t", "a")
        with op.batch_alter_table("t") as batch:
            batch.drop_column(
                "b",
            )
        def helper():
            op.drop_column("t", "c")
        helper()
        """)
    assert [step.written.line - FIRST_LINE for step in found.steps] == [0, 2, 6]
    assert [bool(step.written.batch) for step in found.steps] == [False, True, False]


def test_what_runs_outside_of_the_transaction() -> None:
    found = recorded("""
        op.execute("UPDATE t SET a = 1")
        with op.get_context().autocommit_block():
            op.execute("UPDATE t SET a = 2")
        op.execute("UPDATE t SET a = 3")
        """)
    assert [step.written.autocommit for step in found.steps] == [False, True, False]


def test_what_a_statement_speaks_of_must_have_stood() -> None:
    found = recorded("""
        op.alter_column("t", "a", existing_type=sa.String(9), type_=sa.String(5), existing_nullable=False)
        op.rename_table("t", "u")
        op.drop_column("u", "b")
        op.create_table("new", sa.Column("id", sa.Integer(), primary_key=True))
        op.drop_index("ix_new", table_name="new")
        """)
    assert labels(found.before) == {"t", "t.a", "t.b"}
    before = found.before.column(T, "a")
    assert before is not None
    assert (before.type.sql, before.nullable) == ("character varying(9)", False)
    assert found.gaps == ()


def test_reading_code_gets_no_rows_and_goes_on() -> None:
    found = recorded("""
        from sqlalchemy.orm import Session
        bind = op.get_bind()
        users = sa.table("users", sa.column("id"), sa.column("name"))
        assert bind.execute(sa.text("SELECT id, name FROM users WHERE id > :n"), {"n": 1}).fetchall() == []
        assert bind.execute(sa.select(users.c.id)).scalars().all() == []
        assert bind.execute(sa.text("SELECT count(*) FROM users")).scalar() == 0
        assert Session(bind=bind).execute(sa.select(users)).mappings().first() is None
        for row in bind.execute(sa.select(users)):
            raise AssertionError
        bind.execute(users.update().values(name="x"))
        op.execute(users.delete().where(users.c.id == 1))
        op.bulk_insert(users, [{"id": 1, "name": "x"}])
        """)
    assert found.gaps == ()
    writes = [s.written.operation for s in found.steps if isinstance(s.written.operation, Data)]
    assert [d.verb for d in writes if d.writes] == ["update", "delete", "insert"]
    assert [d.every_row for d in writes if d.writes] == [True, False, False]
    assert len(found.asks) == 5


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT count(*) FROM t", [(0,)]),
        ("SELECT count(*) AS n, max(id), coalesce(sum(a), 0) FROM t WHERE a > 1", [(0, None, 0)]),
        ("SELECT count(*) > 0 FROM t", [(False,)]),
        ("SELECT EXISTS (SELECT 1 FROM t)", [(False,)]),
        ("SELECT NOT EXISTS (SELECT 1 FROM t) AS free", [(True,)]),
        ("SELECT 1, 'x'", [(1, "x")]),
        ("SELECT a, count(*) FROM t GROUP BY a", []),
        ("SELECT a, (SELECT count(*) FROM u) FROM t", []),
        ("SELECT count(*) OVER () FROM t", []),
        ("SELECT a FROM t UNION SELECT 1", []),
    ],
)
@pytest.mark.parametrize("server", ["postgresql", "mysql", "sqlite"])
def test_a_query_of_empty_tables_is_answered_as_a_server_answers_it(
    query: str, rows: list[tuple[object, ...]], server: str
) -> None:
    found = recorded(
        f"assert [tuple(r) for r in op.get_bind().execute(sa.text({query!r}))] == {rows!r}", server
    )
    assert found.gaps == ()


def test_what_stands_behind_a_count_is_seen() -> None:
    found = recorded("""
        bind = op.get_bind()
        if bind.execute(sa.select(sa.func.count()).select_from(sa.table("t"))).scalar_one() > 0:
            raise RuntimeError("in use")
        if bind.exec_driver_sql("SELECT count(*) FROM t").fetchone()[0] == 0:
            op.drop_column("t", "a")
        """)
    assert (found.gaps, labels(found.before)) == ((), {"t", "t.a"})


def test_what_goes_past_sqlalchemy_to_the_driver_is_seen() -> None:
    found = recorded("""
        cursor = op.get_bind().connection.cursor()
        cursor.execute("UPDATE t SET a = %s", (1,))
        assert cursor.fetchall() == []
        with op.get_bind().connection.cursor() as other:
            other.executemany("DELETE FROM t WHERE a = %s", [(1,), (2,)])
            assert list(other.execute("SELECT a FROM t")) == []
        op.get_bind().connection.driver_connection.execute("ALTER TABLE t DROP COLUMN b")
        op.drop_table("u")
        """)
    assert found.gaps == ()
    assert [s.written.line - FIRST_LINE for s in found.steps] == [1, 4, 5, 6, 7]
    assert labels(found.before) == {"t", "t.b", "u"}


@pytest.mark.parametrize("server", ["postgresql", "mysql", "sqlite"])
def test_rows_that_the_orm_writes_get_numbers(server: str) -> None:
    found = recorded(
        """
        from sqlalchemy.orm import DeclarativeBase, Session
        class Base(DeclarativeBase):
            pass
        class User(Base):
            __tablename__ = "users"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(9))
        session = Session(bind=op.get_bind())
        one, two = User(name="x"), User(name="y")
        session.add_all([one, two])
        session.flush()
        assert one.id != two.id
        session.commit()
        made = op.get_bind().execute(sa.insert(User.__table__).values(name="z"))
        assert made.inserted_primary_key[0]
        op.drop_table("t")
        """,
        server,
    )
    assert found.gaps == ()
    assert "t" in labels(found.before)


def test_questions_about_the_schema_are_answered_from_what_is_recorded() -> None:
    found = recorded("""
        inspector = sa.inspect(op.get_bind())
        assert not inspector.has_table("t")
        op.create_table(
            "t",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("a", sa.String(9), nullable=False),
            sa.UniqueConstraint("a", name="uq"),
            sa.ForeignKeyConstraint(["id"], ["u.id"], name="fk"),
        )
        op.create_index("ix", "t", ["a"])
        inspector = sa.inspect(op.get_bind())
        assert inspector.get_table_names() == ["t"]
        (id_, a) = inspector.get_columns("t")
        assert (a["name"], a["nullable"], str(a["type"])) == ("a", False, "VARCHAR(9)")
        assert inspector.get_pk_constraint("t")["constrained_columns"] == ["id"]
        assert [u["name"] for u in inspector.get_unique_constraints("t")] == ["uq"]
        assert [f["referred_table"] for f in inspector.get_foreign_keys("t")] == ["u"]
        assert [i["name"] for i in inspector.get_indexes("t")] == ["ix"]
        table = sa.Table("t", sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
        assert table.c.keys() == ["id", "a"]
        if inspector.has_table("t") and "a" in [c["name"] for c in inspector.get_columns("t")]:
            op.drop_column("t", "a")
        sa.Enum("x", name="mood").create(op.get_bind(), checkfirst=True)
        sa.Table("v", sa.MetaData(), sa.Column("id", sa.BigInteger())).create(op.get_bind())
        """)
    assert found.gaps == ()
    assert labels(found.after) == {"t", "t.id", "t.(primary key)", "t.fk", "mood", "v", "v.id"}


def test_the_environment_of_a_revision() -> None:
    found = recorded("""
        assert context.get_x_argument(as_dictionary=True) == {}
        assert not context.is_offline_mode()
        assert op.get_context().dialect.name == op.get_bind().dialect.name == "postgresql"
        assert op.get_context().bind is op.get_bind()
        op.drop_table("t", schema="s")
        """)
    assert found.gaps == ()
    assert labels(found.before) == {"s", "s.t"}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("op.get_bind().execute(sa.text('SELECT a FROM t')).scalar_one()", "NoResultFound"),
        ("raise NotImplementedError('by hand')", "by hand"),
        ("import sys; sys.exit(1)", "ends the program here (SystemExit: 1)"),
        ("nowhere.to_be_found()", "NameError"),
    ],
)
def test_code_that_stops_is_told_with_its_line(statement: str, said: str) -> None:
    found = recorded(f"op.drop_table('t')\n{statement}\nop.drop_table('u')")
    (gap,) = found.gaps
    assert said in gap.why
    assert gap.grave
    assert gap.line == FIRST_LINE + 1
    assert labels(found.before) == {"t"}


def test_operations_of_plugins_and_async_code_are_told() -> None:
    found = recorded("""
        from alembic.operations import MigrateOperation, Operations
        class Other(MigrateOperation):
            pass
        op.invoke(Other())
        async def later(connection):
            raise AssertionError
        op.run_async(later)
        """)
    assert [gap.text for gap in found.gaps] == ["Other", "op.run_async"]


def test_a_naming_convention_names_constraints() -> None:
    found = recorded(
        'op.create_unique_constraint(None, "t", ["a"])\nop.create_foreign_key(None, "t", "u", ["a"], ["id"])'
    )
    assert labels(found.after) >= {"t.t_a_key", "t.t_a_fkey"}


def test_batches_and_autoincrement_on_sqlite() -> None:
    found = recorded(
        """
        op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))
        with op.batch_alter_table("t", recreate="always", naming_convention={}) as batch:
            batch.alter_column("a", new_column_name="b", existing_type=sa.Text())
            batch.add_column(sa.Column("c", sa.Integer()))
            batch.create_unique_constraint("uq", ["b"])
        """,
        "sqlite",
    )
    assert found.gaps == ()
    assert [c.name for c in found.after.columns(T)] == ["id", "b", "c"]
    assert {s.written.batch.recreate for s in found.steps if s.written.batch} == {"always"}


def test_a_column_goes_with_what_stands_on_it() -> None:
    start = recorded("""
        op.create_table("t", *[sa.Column(n, sa.Text()) for n in "ab"], sa.UniqueConstraint("a", "b"))
        op.create_index("ix", "t", ["b"])
        """).after
    found = recorded('op.drop_column("t", "b")', start=start)
    assert labels(found.after) == {"t", "t.a"}
    assert [type(o) for o in found.after.columns(T)] == [Column]


def test_a_file_that_does_not_load(tmp_path: Path) -> None:
    for text, said in (
        ("import nowhere_at_all\n", "line 1"),
        ("x = 1\ndef (:\n", "line 2"),
        ("1/0", "ZeroDiv"),
    ):
        path = tmp_path / "revision.py"
        path.write_text(text)
        with pytest.raises(AutogenError, match=said):
            load(path, dialect())
    with pytest.raises(AutogenError, match="could not be read"):
        load(tmp_path / "missing.py", dialect())
    assert not list(tmp_path.glob("__pycache__"))


@pytest.mark.parametrize("server", ["postgresql", "mysql", "sqlite"])
def test_expressions_are_read_on_every_server(server: str) -> None:
    found = recorded(
        """
        t = sa.table("t", sa.column("a"))
        op.execute(sa.update(t).values(a=5).where(t.c.a == 3))
        op.execute(sa.delete(t).where(t.c.a.in_([1, 2])))
        """,
        server,
    )
    assert found.gaps == ()
    assert [(s.written.operation.verb, s.written.operation.every_row) for s in found.steps] == [
        ("update", False),
        ("delete", False),
    ]


ENGINE = """
engine = sa.create_engine("sqlite:///{file}")
with engine.begin() as connection:
    connection.execute(sa.text("INSERT INTO t VALUES (2)"))
raw = engine.raw_connection()
raw.cursor().execute("INSERT INTO t VALUES (3)")
raw.commit()
from sqlalchemy.orm import Session
with Session(engine) as session:
    session.execute(sa.text("INSERT INTO t VALUES (4)"))
    session.commit()
"""


def test_engines_of_a_revision_reach_no_database(tmp_path: Path) -> None:
    file = tmp_path / "rows.db"
    real = sa.create_engine(f"sqlite:///{file}")
    with real.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a integer)"))
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
    code = ENGINE.format(file=file)
    inside = recorded(f"{code}op.drop_table('u')")
    module = load(tmp_path / "r.py", dialect(), f"import sqlalchemy as sa{code}def upgrade(): pass")
    with real.connect() as connection:
        assert connection.execute(sa.text("SELECT a FROM t")).scalars().all() == [1]
    assert [gap.line - FIRST_LINE for gap in inside.gaps] == [1, 3, 8]
    assert [gap.line for gap in module.gaps] == [3, 5, 10]
    assert all(gap.grave and "engine of its own" in gap.why for gap in (*inside.gaps, *module.gaps))
    assert labels(inside.before) == {"u"}


def test_what_has_no_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    from autogen.lint import loading, recording

    monkeypatch.setattr(loading, "SECONDS", 0.3)
    monkeypatch.setattr(recording, "STATEMENTS", 5)
    loop = """
        op.drop_table("t")
        while True:
            try:
                {body}
            except Exception:
                pass
        """
    for body in ("len('')", "op.execute('SELECT 1')"):
        found = recorded(loop.format(body=body))
        (gap,) = found.gaps
        assert gap.grave and "not done after" in gap.why
        assert 1 <= gap.line - FIRST_LINE <= 5
        assert labels(found.before) == {"t"}
    with pytest.raises(AutogenError, match="line 1: it is not done after"):
        load(Path("/nowhere/r.py"), dialect(), "while True: pass")


def test_imports_take_their_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autogen.lint import loading

    (tmp_path / "slow_to_import.py").write_text("import time\nfor _ in range(50): time.sleep(0.01)\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(loading, "SECONDS", 0.1)
    found = recorded("import slow_to_import\nop.drop_table('t')")
    assert (found.gaps, labels(found.before)) == ((), {"t"})


def test_a_table_is_created_together_with_its_indexes() -> None:
    found = recorded("""
        made = op.create_table(
            "t",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("a", sa.Integer(), index=True),
            sa.Index("ix", "a", unique=True),
        )
        op.bulk_insert(made, [{"id": 1, "a": 2}])
        """)
    assert found.gaps == ()
    assert {"t", "t.ix", "t.ix_t_a"} <= labels(found.after)


def test_a_schema_that_is_made_and_dropped() -> None:
    up = 'op.execute("CREATE SCHEMA IF NOT EXISTS billing")\n'
    up += 'op.create_table("t", sa.Column("id", sa.Integer()), schema="billing")'
    there = recorded(up)
    assert label(there.changes[0]) == "create schema billing" and there.before == Schema()
    down = 'op.drop_table("t", schema="billing")\nop.execute("DROP SCHEMA billing")'
    assert recorded(up, start=there.after, downgrade=down, direction="downgrade").after == there.before
    assert not recorded('op.execute("CREATE SCHEMA public; CREATE SCHEMA AUTHORIZATION me")').changes


def test_a_prefix_of_a_column_whose_type_is_not_stated() -> None:
    made = recorded('op.create_index("ix", "t", ["body"], mysql_length={"body": 10})', "mysql")
    assert (made.gaps, [label(change) for change in made.changes]) == ((), ["create index t.ix"])


def test_tables_that_mysql_renames() -> None:
    found = recorded('op.execute("RENAME TABLE a TO b, `c d` TO `e`")', "mysql")
    assert [label(change) for change in found.changes] == ["rename table b", "rename table e"]
    assert recorded('op.execute("RENAME TABLE a TO other.b")', "mysql").gaps
    start = Schema([Sequence("", "sq")])
    named = recorded('op.execute("RENAME TABLE `sq` TO `sq2`")', "mysql", start)
    assert (named.changes, named.gaps) == ((), ())


def test_a_column_of_a_table_that_gets_a_new_name_is_told_by_its_old_one() -> None:
    renames = 'op.rename_table("t", "u")\nop.alter_column("u", "a", new_column_name="b")'
    decided = comparison_of(recorded(renames)).renames
    assert [(d.before.label, d.after.label) for d in decided] == [("t", "u"), ("t.a", "u.b")]


def test_columns_that_swap_by_a_name_of_a_moment() -> None:
    names = (("a", "tmp"), ("b", "a"), ("tmp", "b"))
    renames = "\n".join(f'op.alter_column("t", "{old}", new_column_name="{new}")' for old, new in names)
    decided = comparison_of(recorded(renames)).renames
    assert {(d.before.label, d.after.label) for d in decided} == {("t.a", "t.b"), ("t.b", "t.a")}
