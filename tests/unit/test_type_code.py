"""Types as source: idiomatic, importable, and the same DDL again."""

from __future__ import annotations

import enum
import subprocess
import sys
from pathlib import Path
from typing import Any

import pgvector.sqlalchemy
import pytest
import sqlalchemy as sa
import sqlalchemy_utils
import sqlmodel
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect as SqlaDialect

from autogen.dialects.compiled import plain_dialect
from autogen.type_code import ddl_of, evaluate, type_code

PG: SqlaDialect = plain_dialect(postgresql.dialect(paramstyle="pyformat"))  # type: ignore[no-untyped-call]
MY: SqlaDialect = plain_dialect(mysql.dialect(paramstyle="format"))  # type: ignore[no-untyped-call]
LITE: SqlaDialect = plain_dialect(sqlite.dialect())  # type: ignore[no-untyped-call]

ROOT = Path(__file__).resolve().parents[2]
SA = "import sqlalchemy as sa"
PG_IMPORT = "from sqlalchemy.dialects import postgresql"


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Money(sa.TypeDecorator[Any]):
    """Hands its arguments to the impl."""

    impl = sa.Numeric
    cache_ok = True


class Short(sa.TypeDecorator[Any]):
    """Has arguments of its own."""

    impl = sa.String
    cache_ok = True

    def __init__(self, letters: int, *, palette: type[enum.Enum] = Color) -> None:
        self.letters = letters
        self.palette = palette
        super().__init__(letters)


class Forgetful(sa.TypeDecorator[Any]):
    """Does not keep its argument, so a draft cannot make it again."""

    impl = sa.String
    cache_ok = True

    def __init__(self, letters: int) -> None:
        super().__init__(letters)


class ColorColumn(sa.TypeDecorator[Any]):
    """Would create its enum type together with the table."""

    impl = sa.Enum("RED", name="color")
    cache_ok = True


class Box(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def __init__(self, size: int = 1) -> None:
        self.size = size

    def get_col_spec(self, **kw: Any) -> str:
        return f"BOX({self.size})"


@pytest.mark.parametrize(
    ("type_", "source"),
    [
        (sa.String(50), "sa.String(50)"),
        (sa.String(50, collation="C"), "sa.String(50, collation='C')"),
        (sa.Numeric(10, 2), "sa.Numeric(10, 2)"),
        (sa.Numeric(10, 2, asdecimal=False), "sa.Numeric(10, 2)"),
        (sa.DateTime(timezone=True), "sa.DateTime(timezone=True)"),
        (sa.Boolean(create_constraint=True, name="ck"), "sa.Boolean()"),
        (sa.Uuid(as_uuid=False), "sa.Uuid()"),
        (sa.Uuid(native_uuid=False), "sa.Uuid(native_uuid=False)"),
        (sa.PickleType(), "sa.PickleType()"),
        (sa.Interval(native=False), "sa.Interval(native=False)"),
        (sa.Enum("a", "b", name="st"), "postgresql.ENUM('a', 'b', name='st', create_type=False)"),
        (sa.Enum(Color), "postgresql.ENUM('RED', 'GREEN', name='color', create_type=False)"),
        (
            sa.Enum("a", "b", name="st", native_enum=False, length=9, create_constraint=True),
            "sa.Enum('a', 'b', name='st', native_enum=False, length=9)",
        ),
        (
            postgresql.ARRAY(sa.Enum("a", name="st", schema="s")),
            "postgresql.ARRAY(postgresql.ENUM('a', name='st', schema='s', create_type=False))",
        ),
        (postgresql.ARRAY(sa.Text(), dimensions=2), "postgresql.ARRAY(sa.Text(), dimensions=2)"),
        (postgresql.JSONB(), "postgresql.JSONB()"),
        (postgresql.BIT(3, varying=True), "postgresql.BIT(3, varying=True)"),
        (
            postgresql.DOMAIN("d", sa.Integer()),
            "postgresql.DOMAIN('d', sa.Integer(), create_type=False)",
        ),
        (
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')",
        ),
        (
            sa.String(5).with_variant(mysql.VARCHAR(6, charset="latin1"), "mysql", "mariadb"),
            "sa.String(5).with_variant(mysql.VARCHAR(6, charset='latin1'), 'mysql', 'mariadb')",
        ),
    ],
    ids=str,
)
def test_sqlalchemys_own_types_on_postgresql(type_: Any, source: str) -> None:
    code = type_code(type_, PG)
    assert code is not None
    assert code.text == source
    assert ddl_of(evaluate(code), PG) == ddl_of(type_, PG)


@pytest.mark.parametrize(
    ("type_", "source"),
    [
        (sa.Enum("a", "b", name="st"), "sa.Enum('a', 'b', name='st')"),
        (mysql.INTEGER(unsigned=True), "mysql.INTEGER(unsigned=True)"),
        (mysql.INTEGER(11, unsigned=True), "mysql.INTEGER(11, unsigned=True)"),
        (mysql.DECIMAL(10, 2, unsigned=True), "mysql.DECIMAL(10, 2, unsigned=True)"),
        (mysql.ENUM("a", charset="latin1"), "mysql.ENUM('a', charset='latin1')"),
        (mysql.SET("a", "b"), "mysql.SET('a', 'b')"),
        (mysql.DATETIME(fsp=6), "mysql.DATETIME(fsp=6)"),
        (
            mysql.VARCHAR(20, charset="utf8mb4", collation="utf8mb4_bin"),
            "mysql.VARCHAR(20, charset='utf8mb4', collation='utf8mb4_bin')",
        ),
        (sa.Double(53), "sa.Double(53)"),
    ],
    ids=str,
)
def test_sqlalchemys_own_types_on_mysql(type_: Any, source: str) -> None:
    code = type_code(type_, MY)
    assert code is not None
    assert code.text == source
    assert ddl_of(evaluate(code), MY) == ddl_of(type_, MY)


def test_labels_are_data() -> None:
    labels = ["%(x)s", "a'b", 'c"d', "\\", ":x", "\n", '"""', "{}", "🐘"]
    for sqla in (PG, MY, LITE):
        code = type_code(sa.Enum(*labels, name='q"%'), sqla)
        assert code is not None
        assert list(evaluate(code).enums) == labels


@pytest.mark.parametrize(
    ("type_", "source", "imports"),
    [
        (Money(10, 2), "tests.unit.test_type_code.Money(10, 2)", {"import tests.unit.test_type_code"}),
        (Short(7), "tests.unit.test_type_code.Short(7)", {"import tests.unit.test_type_code"}),
        (Box(3), "tests.unit.test_type_code.Box(3)", {"import tests.unit.test_type_code"}),
        (Forgetful(7), "sa.String(7)", {SA}),
        (ColorColumn(), "postgresql.ENUM('RED', name='color', create_type=False)", {PG_IMPORT}),
        (sqlmodel.AutoString(9), "sqlmodel.AutoString(9)", {"import sqlmodel"}),
        (sqlalchemy_utils.EmailType(), "sqlalchemy_utils.EmailType()", {"import sqlalchemy_utils"}),
        (
            sqlalchemy_utils.UUIDType(binary=False),
            "sqlalchemy_utils.UUIDType(binary=False)",
            {"import sqlalchemy_utils"},
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_types_from_elsewhere(type_: Any, source: str, imports: set[str]) -> None:
    code = type_code(type_, PG)
    assert code is not None
    assert (code.text, code.imports) == (source, imports)
    assert ddl_of(evaluate(code), PG) == ddl_of(type_, PG)


def test_pgvector() -> None:
    code = type_code(pgvector.sqlalchemy.Vector(3), PG)
    assert code is not None
    assert code.imports == {"import pgvector.sqlalchemy"}
    assert ddl_of(evaluate(code), PG) == "VECTOR(3)"


# in a process of its own: geoalchemy2 changes how SQLAlchemy compiles computed columns
GEOMETRY = """
import geoalchemy2
from tests.unit.test_type_code import PG, ddl_of, evaluate, type_code

code = type_code(geoalchemy2.Geometry("POINT", srid=4326), PG)
made = evaluate(code)
print(*code.imports)
print(ddl_of(made, PG), made.spatial_index)
"""


def test_a_geometry_makes_no_index_of_its_own() -> None:
    done = subprocess.check_output([sys.executable, "-c", GEOMETRY], text=True, cwd=ROOT)
    assert done.splitlines() == ["import geoalchemy2", "geometry(POINT,4326) False"]


def test_a_type_inside_a_function_is_written_as_what_it_stands_for() -> None:
    class Local(sa.TypeDecorator[Any]):
        impl = sa.String
        cache_ok = True

    code = type_code(Local(7), PG)
    assert code is not None
    assert code.text == "sa.String(7)"


def test_a_user_defined_type_inside_a_function_has_no_source() -> None:
    class Local(sa.types.UserDefinedType[Any]):
        def get_col_spec(self, **kw: Any) -> str:
            return "LOCAL"

    assert type_code(Local(), PG) is None
