"""create_all of a MetaData full of everything, read back, equals what is declared."""

from __future__ import annotations

import enum

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import URL

from autogen.compare import compare
from autogen.declare import declare
from autogen.dialects.base import Scope, ScratchFactory, ScratchUnavailable
from autogen.dialects.postgresql import PostgreSQL
from autogen.dialects.postgresql.declare import default_name
from autogen.schema import Check, Exclude, ForeignKey, PrimaryKey, Unique


class Colour(enum.Enum):
    red = 1
    green = 2


class NoScratch(ScratchFactory):
    def open(self):  # type: ignore[no-untyped-def]
        raise ScratchUnavailable("none in this test")

    @property
    def blueprint(self):  # type: ignore[no-untyped-def]
        raise ScratchUnavailable("none in this test")


def everything() -> sa.MetaData:
    m = sa.MetaData()
    mood = sa.Enum("a", "b'c", "😀", name="mood")
    parent = sa.Table(
        "parent",
        m,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(20), server_default="x", nullable=False, comment="c'm"),
        sa.Column("mood", mood, server_default="a"),
        sa.Column("moods", pg.ARRAY(mood)),
        sa.Column("e", sa.Enum(Colour, native_enum=False, create_constraint=True, name="ck_e")),
        sa.Column("flag", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("n", sa.Numeric(10, 2), server_default=sa.text("0")),
        sa.Column("n2", sa.Numeric(10, 2), server_default="0.5"),
        sa.Column("js", pg.JSONB, server_default="{}"),
        sa.Column("ts", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("ts3", pg.TIMESTAMP(precision=3), server_default=sa.text("CURRENT_TIMESTAMP")),
        sa.Column("arr", pg.ARRAY(sa.String(5), dimensions=2), server_default=sa.text("'{}'")),
        sa.Column("c", sa.String(5, collation="C")),
        sa.Column("iv", pg.INTERVAL(fields="DAY TO SECOND", precision=3)),
        sa.Column("ch", sa.CHAR(3), server_default="abc"),
        sa.Column("u", sa.Uuid, server_default=sa.text("gen_random_uuid( )")),
        sa.Column("bg", sa.BigInteger, server_default="-1"),
        sa.Column("bit", pg.BIT(3)),
        sa.Column("g", sa.Integer, sa.Computed("id * 2", persisted=True)),
        sa.Column('"we:ird %(x)s\\', sa.Text, server_default="it's %"),
        sa.Column("select", sa.LargeBinary),
        sa.Column("colour", sa.Enum(Colour, name="E Type", schema="s2"), server_default="red"),
        sa.CheckConstraint("a IN ('x','y') AND n > 0", name="ck1"),
        sa.CheckConstraint("n BETWEEN 0 AND 5 OR a LIKE 'a%'"),
        sa.CheckConstraint("length(a) > 2", name="ck3", postgresql_not_valid=True),
        sa.UniqueConstraint("a", "n", name="uq1"),
        sa.UniqueConstraint("bg", deferrable=True, initially="DEFERRED"),
        sa.UniqueConstraint("id", name="uq_of_the_key"),
        comment='tab "x"',
        postgresql_with={"fillfactor": 70},
    )
    columns = parent.c
    sa.Index(
        "ix_lower", sa.func.lower(columns.a), columns.n.desc().nulls_last(), postgresql_where=columns.flag
    )
    sa.Index("ix_ops", "a", postgresql_ops={"a": "text_pattern_ops"}, postgresql_with={"fillfactor": 50})
    sa.Index("ix_cover", "a", unique=True, postgresql_include=["n"])
    sa.Index("ix_gin", "js", postgresql_using="gin", postgresql_ops={"js": "jsonb_path_ops"})
    sa.Index("ix_ts", sa.text("to_tsvector('english', a || ' ' || c)"), postgresql_using="gin")
    sa.Index("ix_text", sa.text("lower(a) text_pattern_ops DESC NULLS LAST"), sa.text("(n + 1)"))
    sa.Index("ix_collated", columns.a.collate("C"), sa.func.lower(columns.a).collate("C"))
    child = sa.Table(
        "child",
        m,
        sa.Column(
            "id", sa.BigInteger, sa.Identity(always=True, start=5, increment=2, cycle=True), primary_key=True
        ),
        sa.Column(
            "pid", sa.ForeignKey("parent.id", ondelete="cascade", deferrable=True, initially="deferred")
        ),
        sa.Column("q", sa.Integer, sa.Sequence("q_seq")),
        sa.Column("room", sa.Integer),
        sa.Column("during", pg.INT4RANGE),
        sa.Column("active", sa.Boolean),
        sa.ForeignKeyConstraint(["room"], ["parent.id"], postgresql_not_valid=True, ondelete="SET NULL"),
        schema="s2",
    )
    overlaps = pg.ExcludeConstraint(("during", "&&"), where=sa.text("active IS TRUE"), name="ex1")
    child.append_constraint(overlaps)
    sequence = sa.Sequence(
        "sq", start=5, increment=-1, maxvalue=10, cache=3, data_type=sa.Integer, metadata=m
    )
    sa.Enum("z", name="lonely", metadata=m)
    sa.Table(
        "serials",
        m,
        sa.Column("a", sa.SmallInteger, primary_key=True, autoincrement=True),
        sa.Column("b", sa.Integer, primary_key=True),
        sa.Column("c", sa.Integer, sequence, server_default=sequence.next_value()),
        sa.Column("d", sa.Integer, sa.Identity(increment=-1)),
        prefixes=["UNLOGGED"],
    )
    sa.Table(
        "parts",
        m,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created", sa.Date, primary_key=True),
        postgresql_partition_by="range(created)",
    )
    return m


def test_everything_declared_is_what_is_there(pg_url: URL) -> None:
    metadata = everything()
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA s2")
        metadata.create_all(connection)
    with PostgreSQL.connect(pg_url) as (dialect, connection):
        live = dialect.introspect(connection, Scope(schemas=("s2",)))
        found = compare(live, declare([metadata], dialect), dialect, NoScratch())
    assert found.not_compared == ()
    assert found.changes == ()


LONG = "a" * 40


@pytest.mark.parametrize(
    ("constraint", "name"),
    [
        (PrimaryKey("", "t", None, ("a",)), "t_pkey"),
        (Unique("", "t", None, ("a", "b")), "t_a_b_key"),
        (ForeignKey("", "t", None, ("a",), "", "p", ("id",)), "t_a_fkey"),
        (Check("", "t", None, "a > 0 AND a < 9"), "t_a_check"),
        (Check("", "t", None, "a > b"), "t_check"),
        (Exclude("", "t", None, "EXCLUDE USING gist (r WITH =, f(a) WITH &&)"), "t_r_expr_excl"),
        (Unique("", LONG, None, ("b" * 40,)), f"{'a' * 29}_{'b' * 29}_key"),
    ],
)
def test_default_names_are_the_servers(constraint: Unique, name: str) -> None:
    assert default_name(constraint, frozenset()) == name


def test_a_taken_default_name_is_numbered() -> None:
    taken = frozenset({"t_a_key", "t_a_key1"})
    assert default_name(Unique("", "t", None, ("a",)), taken) == "t_a_key2"


def test_default_names_match_a_server(pg_url: URL) -> None:
    metadata = sa.MetaData()
    sa.Table(
        LONG,
        metadata,
        sa.Column("é" * 25, sa.Integer, unique=True),
        sa.Column("n", sa.Integer, sa.CheckConstraint("n > 0")),
        sa.Column("m", sa.Integer, sa.ForeignKey(f"{LONG}.{'é' * 25}")),
        sa.CheckConstraint("n > m"),
    )
    engine = sa.create_engine(pg_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        metadata.create_all(connection)
    with PostgreSQL.connect(pg_url) as (dialect, connection):
        live = dialect.introspect(connection, Scope())
        declared = declare([metadata], dialect)
    want = {default_name(o, frozenset()) for o in declared if isinstance(o, Unique | ForeignKey | Check)}
    assert want == {o.name for o in live if isinstance(o, Unique | ForeignKey | Check)}
