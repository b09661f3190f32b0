"""What models declare, read with dialects of three servers and no database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect as SqlaDialect

from autogen.declare import declare
from autogen.dialects.base import Dialect, Scope
from autogen.errors import AutogenError
from autogen.schema import (
    Check,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    Key,
    Namespace,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)


class Plain(Dialect):
    """A dialect without hooks: what is seen is the generic translation."""

    @classmethod
    def connect(cls, url: Any) -> AbstractContextManager[Any]:
        raise AssertionError

    def introspect(self, connection: Any, scope: Scope) -> Schema:
        raise AssertionError

    def steps(self, *args: Any, **kwargs: Any) -> list[Any]:
        raise AssertionError


PG: SqlaDialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
MY: SqlaDialect = mysql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
LITE: SqlaDialect = sqlite.dialect()  # type: ignore[no-untyped-call]


def declared(*items: Any, sqla: SqlaDialect = PG, default: str = "public", **kwargs: Any) -> Schema:
    """The schema of one table ``t`` made of these items."""
    metadata = sa.MetaData(**kwargs)
    sa.Table("t", metadata, *items)
    return declare([metadata], Plain(sqla, default))


def only(schema: Schema, kind: type[Any]) -> Any:
    (found,) = schema.of_kind(kind)
    return found


def column(*args: Any, sqla: SqlaDialect = PG, **kwargs: Any) -> Column:
    found: Column = only(declared(sa.Column("c", *args, **kwargs), sqla=sqla), Column)
    return found


def test_a_table_with_its_parts() -> None:
    schema = declared(
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, unique=True, comment="who"),
        sa.Column("mail", sa.Text, index=True),
        sa.CheckConstraint("id > 0", name="ck"),
    )
    assert schema.tables == (Table("", "t"),)
    assert [
        (c.name, c.type.sql, c.nullable, c.comment) for c in schema.columns(Key("table", "", "", "t"))
    ] == [
        ("id", "INTEGER", False, None),
        ("name", "VARCHAR(50)", False, "who"),
        ("mail", "TEXT", True, None),
    ]
    assert only(schema, PrimaryKey) == PrimaryKey("", "t", None, ("id",))
    assert only(schema, Unique) == Unique("", "t", None, ("name",))
    assert only(schema, Check) == Check("", "t", "ck", "id > 0")
    assert only(schema, Index) == Index("", "t", "ix_t_mail", (IndexElement("mail"),))


def test_a_server_without_comments_is_declared_none() -> None:
    assert column(sa.Integer, comment="x", sqla=LITE).comment is None


@pytest.mark.parametrize(
    ("default", "sql"),
    [
        ("it's", "'it''s'"),
        ("50%", "'50%'"),
        (sa.text("now() + '1%'"), "now() + '1%'"),
        (sa.text(r"'a\:b'"), "'a:b'"),
        (sa.func.now(), "now()"),
        (sa.func.coalesce(1, "x%"), "coalesce(1, 'x%')"),
        (sa.true(), "true"),
        (sa.Sequence("sq").next_value(), "nextval('sq')"),
        (sa.literal(5) + 2, "5 + 2"),
    ],
)
def test_server_defaults_are_what_the_server_sees(default: Any, sql: str) -> None:
    assert column(sa.String(9), server_default=default).default == sql


def test_a_string_default_and_a_text_of_the_same_letters_differ() -> None:
    schema = declared(
        sa.Column("a", sa.Text, server_default="now()"),
        sa.Column("b", sa.Text, server_default=sa.text("now()")),
    )
    assert [c.default for c in schema.of_kind(Column)] == ["'now()'", "now()"]


def test_a_fetched_value_is_a_default_nobody_tells() -> None:
    found = column(sa.Integer, server_default=sa.FetchedValue())
    assert (found.default, found.default_known) == (None, False)


def test_computed_and_identity() -> None:
    assert column(sa.Integer, sa.Computed("a % 2", persisted=True)).computed == Computed("a % 2", True)
    assert column(sa.Integer, sa.Identity(always=True, start=5)).identity == Identity(True, 5)
    downward = column(sa.Integer, sa.Identity(increment=-2, cycle=True)).identity
    assert downward == Identity(start=-1, increment=-2, cycle=True)
    assert column(sa.Integer, sa.Identity(), sqla=LITE).identity is None


def test_variants_decorators_and_collations_are_resolved() -> None:
    many = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    assert (column(many).type.sql, column(many, sqla=LITE).type.sql) == ("JSONB", "JSON")
    assert column(sa.Interval(), sqla=MY).type.sql == "DATETIME"
    found = column(mysql.VARCHAR(20, charset="latin1", collation="latin1_bin"), sqla=MY).type
    assert (found.sql, found.charset, found.collation) == ("VARCHAR(20)", "latin1", "latin1_bin")


def test_types_that_differ_in_an_attribute_are_not_mixed_up() -> None:
    types: Iterable[Any] = [
        sa.Enum("a", "b", name="x", native_enum=False),
        sa.Enum("a", "bcd", name="x", native_enum=False),
        sa.String(3).with_variant(sa.String(4), "postgresql"),
        sa.String(3).with_variant(sa.String(5), "postgresql"),
        sa.ARRAY(sa.Integer),
        sa.ARRAY(sa.Text),
    ]
    schema = declared(*(sa.Column(f"c{i}", type_) for i, type_ in enumerate(types)))
    sql = [c.type.sql for c in schema.of_kind(Column)]
    assert sql == ["VARCHAR(1)", "VARCHAR(3)", "VARCHAR(4)", "VARCHAR(5)", "INTEGER[]", "TEXT[]"]


def test_system_columns_are_the_servers() -> None:
    schema = declared(sa.Column("xmin", sa.Integer, system=True), sa.Column("a", sa.Integer))
    assert only(schema, Column).name == "a"


def test_names_are_those_that_sqlalchemy_sends() -> None:
    convention = {
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(column_0_label)s",
    }
    long = "a" * 60
    schema = declared(
        sa.Column("id", sa.Integer, sa.CheckConstraint("id > 1", name="small"), primary_key=True),
        sa.Column(long, sa.Integer, unique=True),
        sa.Column("b", sa.Integer, index=True),
        sa.CheckConstraint("id > 2", name=sa.schema.conv("as_is")),
        naming_convention=convention,
    )
    names = {type(o).__name__: o.name for o in schema if isinstance(o, PrimaryKey | Unique | Index)}
    assert names["PrimaryKey"] == "pk_t"
    assert names["Index"] == "ix_t_b"
    assert len(names["Unique"]) <= 63
    assert names["Unique"].startswith("uq_t_aaaa")
    assert names["Unique"][-5] == "_"
    assert {c.name for c in schema.of_kind(Check)} == {"ck_t_small", "as_is"}


def test_a_stated_name_that_is_too_long_is_an_error() -> None:
    with pytest.raises(AutogenError, match=r"table t is too long for postgresql"):
        declared(sa.Column("a", sa.Integer), sa.UniqueConstraint("a", name="u" * 64))


def test_checks_are_those_this_server_would_get() -> None:
    items = (
        sa.Column("flag", sa.Boolean(create_constraint=True, name="b")),
        sa.Column("kind", sa.Enum("x", "y%", create_constraint=True, name="e")),
    )
    assert {(c.name, c.expression) for c in declared(*items, sqla=LITE).of_kind(Check)} == {
        ("b", "flag IN (0, 1)"),
        ("e", "kind IN ('x', 'y%')"),
    }
    items = tuple(c._copy() for c in items)
    assert declared(*items, sqla=PG).of_kind(Check) == ()


def test_expressions_name_columns_without_their_table() -> None:
    column = sa.Column("a", sa.Text)
    schema = declared(column, sa.CheckConstraint(column.like("50%")), sa.CheckConstraint(column != "it's"))
    assert {c.expression for c in schema.of_kind(Check)} == {"a LIKE '50%'", "a != 'it''s'"}


def test_what_ddl_if_keeps_from_this_server_is_not_declared() -> None:
    def schema(sqla: SqlaDialect) -> Schema:
        return declared(
            sa.Column("a", sa.Integer),
            sa.CheckConstraint("a > 0", name="ck").ddl_if(dialect="postgresql"),
            sa.Index("ix", "a").ddl_if(dialect="postgresql"),
            sqla=sqla,
        )

    assert (len(schema(PG).of_kind(Check)), len(schema(PG).of_kind(Index))) == (1, 1)
    assert (schema(LITE).of_kind(Check), schema(LITE).of_kind(Index)) == ((), ())


def test_index_keys() -> None:
    a, b = sa.Column("a", sa.Text), sa.Column("b", sa.Text)
    elements = {
        a: IndexElement("a"),
        a.desc(): IndexElement("a", descending=True, nulls_first=True),
        a.desc().nulls_last(): IndexElement("a", descending=True),
        a.asc().nulls_first(): IndexElement("a", nulls_first=True),
        a.collate("C").desc(): IndexElement("a", descending=True, nulls_first=True, collation="C"),
        sa.func.lower(a): IndexElement("lower(a)", True),
        sa.func.lower(a).label("low").desc(): IndexElement("lower(a)", True, True, True),
        sa.text("lower(a) desc nulls last"): IndexElement("lower(a)", True, True, False),
        sa.text("a DESC"): IndexElement("a", False, True, True),
        a + "%": IndexElement("a || '%'", True),
    }
    schema = declared(a, b, sa.Index("ix", *elements))
    assert only(schema, Index).elements == tuple(elements.values())


def test_foreign_keys() -> None:
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("x", sa.Integer, primary_key=True), schema="other")
    sa.Table(
        "c",
        metadata,
        sa.Column("a", sa.ForeignKey("other.p.x", ondelete="cascade", onupdate="No Action", use_alter=True)),
        sa.Column("b", sa.ForeignKey("public.c.a", name="fk", initially="deferred", match="simple")),
        schema="public",
    )
    schema = declare([metadata], Plain(PG, "public"))
    assert schema.of_kind(ForeignKey) == (
        ForeignKey("", "c", "fk", ("b",), "", "c", ("a",), deferrable=True, initially_deferred=True),
        ForeignKey("", "c", None, ("a",), "other", "p", ("x",), on_delete="CASCADE"),
    )
    assert schema.of_kind(Namespace) == (Namespace("other"),)
    types = {c.key.label: c.type.sql for c in schema.of_kind(Column)}
    assert types == {"c.a": "INTEGER", "c.b": "INTEGER", "other.p.x": "INTEGER"}


def test_a_foreign_key_to_nowhere_is_an_error_that_names_it() -> None:
    with pytest.raises(AutogenError, match=r"foreign key of table t .*'gone'"):
        declared(sa.Column("a", sa.Integer, sa.ForeignKey("gone.id")))


def test_what_cannot_be_compiled_is_an_error_that_names_it() -> None:
    with pytest.raises(AutogenError, match=r"the type of column t\.a"):
        declared(sa.Column("a", postgresql.TSVECTOR), sqla=MY)
    with pytest.raises(AutogenError, match=r"the type of column t\.a"):
        declared(sa.Column("a"))


def test_views_and_marked_tables_are_left_alone() -> None:
    metadata = sa.MetaData()
    sa.Table("v", metadata, sa.Column("a", sa.Integer), info={"is_view": True})
    sa.Table("w", metadata, sa.Column("a", sa.Integer), schema="s", info={"skip_autogenerate": True})
    schema = declare([metadata], Plain(PG, "public"))
    assert schema.objects == ()
    assert [s.object for s in schema.skipped] == ["v", "s.w"]


def test_one_table_in_two_metadatas() -> None:
    def metadata(type_: Any, schema: str | None = None) -> sa.MetaData:
        made = sa.MetaData(schema=schema)
        sa.Table("t", made, sa.Column("a", type_))
        return made

    dialect = Plain(PG, "public")
    assert len(declare([metadata(sa.Integer), metadata(sa.Integer, "public")], dialect).tables) == 1
    with pytest.raises(AutogenError, match=r"column t\.a twice"):
        declare([metadata(sa.Integer), metadata(sa.Text)], dialect)


def test_names_are_plain_strings() -> None:
    metadata = sa.MetaData(schema=sa.quoted_name("S", True))
    name = sa.quoted_name("T", True)
    sa.Table(name, metadata, sa.Column(sa.quoted_name("A", True), sa.Integer, index=True))
    for item in declare([metadata], Plain(PG, "public")):
        assert {type(part) for part in item.key} == {str}


_PROGRAM = """
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from tests.unit.declare.test_declare import declared
columns = [sa.Column(f"c{i}", sa.Integer, index=True, unique=i % 2 == 0) for i in range(9)]
checks = [sa.CheckConstraint(f"c{i} > 0") for i in range(9)]
print(declared(*columns, *checks))
"""


def test_the_order_of_sets_does_not_show() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(p for p in sys.path if p) + ":."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
