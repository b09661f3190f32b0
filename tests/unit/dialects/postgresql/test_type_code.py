"""Server type text as SQLAlchemy source, evaluated and compiled back to the server's text."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from autogen.dialects.postgresql.type_code import type_code
from autogen.schema import Code, ColumnType, Key

ENUM = Key("enum", "s", "", "st")


def code(sql: str, **kwargs: object) -> Code:
    return type_code(ColumnType(sql, **kwargs), lambda key: ("a", "b"))  # type: ignore[arg-type]


def compiled(source: Code) -> str:
    names = {"sa": sa, "postgresql": postgresql}
    return eval(source.text, names).compile(dialect=postgresql.dialect(paramstyle="named"))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("sql", "source"),
    [
        ("character varying(50)", "sa.String(50)"),
        ("timestamp with time zone", "sa.DateTime(timezone=True)"),
        ("timestamp(3) without time zone", "postgresql.TIMESTAMP(precision=3)"),
        ("numeric(10,2)", "sa.Numeric(10, 2)"),
        ("jsonb", "postgresql.JSONB()"),
        ("integer[]", "postgresql.ARRAY(sa.Integer())"),
        ("character varying(5)[][]", "postgresql.ARRAY(sa.String(5), dimensions=2)"),
        ("interval day to second(3)", "postgresql.INTERVAL(fields='DAY TO SECOND', precision=3)"),
        ("bit varying(5)", "postgresql.BIT(5, varying=True)"),
    ],
)
def test_source(sql: str, source: str) -> None:
    assert code(sql).text == source


@pytest.mark.parametrize(
    ("sql", "ddl"),
    [
        ("geometry(Point,4326)", "geometry(Point, 4326)"),
        ("pos", "pos"),
        ("s.pos", "s.pos"),
        ('"My s"."Pos"', '"My s"."Pos"'),
        ('"a%b"', '"a%b"'),
        ('"time"', '"time"'),
        ("xml", "xml"),
        ("name", "pg_catalog.name"),
        ('"char"', "pg_catalog.char"),
        ("point[]", "point[]"),
    ],
)
def test_types_without_a_class_render_as_they_are(sql: str, ddl: str) -> None:
    assert str(compiled(code(sql))) == ddl


def test_enum_does_not_create_itself() -> None:
    source = code("s.st[]", enum=ENUM, code=Code("sa.Enum('x')"))
    assert source.text == (
        "postgresql.ARRAY(postgresql.ENUM('a', 'b', name='st', schema='s', create_type=False))"
    )


def test_enum_named_like_a_builtin_type() -> None:
    assert str(compiled(code('"interval"', enum=Key("enum", "", "", "interval")))) == '"interval"'


def test_models_own_code_wins() -> None:
    assert code("integer", code=Code("my.Type()", frozenset({"import my"}))).text == "my.Type()"


def test_collation_is_one_quoted_name() -> None:
    assert code("text", collation='"C"').text == "sa.Text(collation='C')"
    hostile = code("text", collation='"x"" y"')
    assert str(compiled(hostile)) == 'text COLLATE "x"" y"'
